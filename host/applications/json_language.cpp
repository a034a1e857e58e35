#include "applications/json_language.hpp"

#include "applications/attention.hpp"
#include "applications/texts.hpp"
#include "connectors/texts.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Value;
namespace texts = applications_texts;

void reword(Value& object, const char* member, const Wordings& known) {
  if (!object.is_object()) return;
  const auto found = object.find(member);
  if (found == object.end() || !found->is_string()) return;
  *found = reworded(known, found->get_ref<const std::string&>(), "fr");
}

void reword_in(Value& object, const char* within, const char* member, const Wordings& known) {
  const auto found = object.find(within);
  if (found != object.end()) reword(*found, member, known);
}

// The hub's own words, or those it said in a connector's place. What the first table put in French
// is no row of the second.
void reword_failure(Value& holder) {
  reword_in(holder, "failure", "message", {texts::kFailures});
  reword_in(holder, "failure", "message", {connectors_texts::kOutcomes});
}

}  // namespace

void put_in_language(Value& written, std::string_view language) {
  if (language != "fr" || !written.is_object()) return;
  const Wordings attentions{attention::kSentences, texts::kWords};
  const Wordings reasons{texts::kReasons, texts::kWords};
  const Wordings notices{texts::kNotices};
  reword(written, "attention", attentions);
  reword_failure(written);
  if (const auto documents = written.find("documents"); documents != written.end()) {
    if (documents->is_object()) reword_failure(*documents);
  }
  reword_in(written, "notice", "why_not_written", notices);
  reword_in(written, "notice", "ended_because", notices);
  reword(written, "reason", reasons);
}

}  // namespace lendport

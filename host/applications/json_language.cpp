#include "applications/json_language.hpp"

#include "applications/attention.hpp"
#include "applications/texts.hpp"

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

}  // namespace

void put_in_language(Value& written, std::string_view language) {
  if (language != "fr" || !written.is_object()) return;
  const Wordings attentions{attention::kSentences, texts::kWords};
  const Wordings failures{texts::kFailures};
  const Wordings reasons{texts::kReasons, texts::kWords};
  const Wordings notices{texts::kNotices};
  reword(written, "attention", attentions);
  reword_in(written, "failure", "message", failures);
  if (const auto documents = written.find("documents"); documents != written.end()) {
    if (documents->is_object()) reword_in(*documents, "failure", "message", failures);
  }
  reword_in(written, "notice", "why_not_written", notices);
  reword_in(written, "notice", "ended_because", notices);
  reword(written, "reason", reasons);
}

}  // namespace lendport

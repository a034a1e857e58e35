#include "applications/json_onward.hpp"

#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

}  // namespace

std::vector<OnwardConsent> read_onward_consents(Reader& consent) {
  std::vector<OnwardConsent> consents;
  if (!consent.has("waterfall")) return consents;
  for (Reader& one : consent.objects("waterfall", kOnwardConsentsMax)) {
    consents.push_back({one.text("lender", 256), one.text("text_version", 64), one.rate("apr_max"),
                        static_cast<int>(one.integer("term_months_max", 1, 600)),
                        one.money("amount_max")});
  }
  return consents;
}

void write_onward_consents(const Onward& onward, Value& into) {
  Value written = Value::array();
  for (const OnwardConsent& one : onward.consents) {
    written.push_back({{"lender", one.lender},
                       {"text_version", one.text_version},
                       {"apr_max", json::write(one.apr_max)},
                       {"term_months_max", one.term_months_max},
                       {"amount_max", json::write(one.amount_max)}});
  }
  into = std::move(written);
}

void write_next(const Onward& onward, Value& into) {
  into = nullptr;
  if (!onward.next) return;
  into = {{"application_id", onward.next->application.value}, {"lender", onward.next->lender}};
}

std::string write_stored_onward(const Onward& onward) {
  Value written = Value::object();
  write_onward_consents(onward, written["waterfall"]);
  write_next(onward, written["next"]);
  return json::dump(written);
}

Onward read_stored_onward(std::string_view text) {
  const Value stored = json::parse(text);
  Reader at(stored);
  at.take_as_it_came();
  Onward onward;
  onward.consents = read_onward_consents(at);
  if (auto next = at.optional_object("next")) {
    onward.next =
        NextApplication{ApplicationId{next->text("application_id", 64)}, next->text("lender", 256)};
  }
  at.finish();
  return onward;
}

}  // namespace lendport

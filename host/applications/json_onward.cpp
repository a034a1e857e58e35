#include "applications/json_onward.hpp"

#include "applications/texts.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

// Clocks of the hub and of whoever calls it may differ so much.
constexpr std::chrono::minutes kClocksDiffer{5};

OnwardConsent read_terms(Reader& one) {
  return {one.text("lender", 256), one.text("text_version", 64), one.rate("apr_max"),
          static_cast<int>(one.integer("term_months_max", 1, 600)), one.money("amount_max")};
}

// One that was kept before skipped lenders were has none.
NextApplication read_next(Reader& at) {
  NextApplication next{ApplicationId{at.text("application_id", 64)}, at.text("lender", 256)};
  if (!at.has("skipped")) return next;
  for (Reader& one : at.objects("skipped", kSkippedLendersMax)) {
    next.skipped.push_back({one.text("lender", 256), one.text("code", 64)});
  }
  return next;
}

}  // namespace

const std::vector<std::string_view>& consent_languages() {
  static const std::vector<std::string_view> languages{"en", "fr", "es"};
  return languages;
}

Time read_consent_time(Reader& consent, Time now) {
  if (!consent.has("at")) return now;
  const Time at = consent.time("at");
  if (at > now + kClocksDiffer) {
    consent.refuse("at", "in_the_future",
                   said(row_of(applications_texts::kRefusals, "in_the_future")));
  }
  return at;
}

std::vector<OnwardConsent> read_onward_consents(Reader& consent, Time now) {
  std::vector<OnwardConsent> consents;
  if (!consent.has("waterfall")) return consents;
  for (Reader& one : consent.objects("waterfall", kOnwardConsentsMax)) {
    OnwardConsent read = read_terms(one);
    if (one.has("language")) read.language = one.choice("language", consent_languages());
    read.at = read_consent_time(one, now);
    consents.push_back(std::move(read));
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
                       {"amount_max", json::write(one.amount_max)},
                       {"language", one.language},
                       {"at", json::write(one.at)}});
  }
  into = std::move(written);
}

void write_next(const Onward& onward, Value& into) {
  into = nullptr;
  if (!onward.next) return;
  Value skipped = Value::array();
  for (const SkippedLender& one : onward.next->skipped) {
    skipped.push_back({{"lender", one.lender}, {"code", one.code}});
  }
  into = {{"application_id", onward.next->application.value},
          {"lender", onward.next->lender},
          {"skipped", std::move(skipped)}};
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
  for (Reader& one : at.objects("waterfall", kOnwardConsentsMax)) {
    OnwardConsent read = read_terms(one);
    // Those of a store of before they were kept have neither.
    if (one.has("language")) read.language = one.text("language", 8);
    if (one.has("at")) read.at = one.time("at");
    onward.consents.push_back(std::move(read));
  }
  if (auto next = at.optional_object("next")) {
    onward.next = read_next(*next);
  }
  at.finish();
  return onward;
}

}  // namespace lendport

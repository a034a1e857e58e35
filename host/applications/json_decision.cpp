#include "applications/json_decision.hpp"

#include "applications/reasons.hpp"
#include "core/text.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kReasonsMax = 64;
constexpr std::size_t kWordsMax = 1024;     // characters, as plugin-api/schema counts them
constexpr std::size_t kCharacterBytes = 4;  // at most, in UTF-8

template <class T>
Value or_null(const std::optional<T>& value) {
  if (!value) return nullptr;
  return json::write(*value);
}

bool is_empty_text(const Value& value) {
  return value.is_string() && value.get_ref<const std::string&>().empty();
}

// Reads the members of a decision: a person's strictly; a lender's as far as they can be read.
class DecisionReader {
 public:
  explicit DecisionReader(std::vector<std::string>* left_out) : left_out_(left_out) {}

  Decision decision(Reader at) const {
    Decision decision;
    decision.amount = one(at, [&] { return at.optional_money("amount"); });
    decision.apr = one(at, [&] { return at.optional_rate("apr"); });
    if (const auto months = one(at, [&] { return at.optional_integer("term_months", 1, 600); })) {
      decision.term_months = static_cast<int>(*months);
    }
    decision.expires_at = one(at, [&] { return optional_time(at, "expires_at"); });
    decision.decided_at = one(at, [&] { return optional_time(at, "decided_at"); });
    decision.creditor = words(at, "creditor");
    decision.conditions = all(at, "conditions", &DecisionReader::condition);
    decision.stipulations = all(at, "stipulations", &DecisionReader::stipulation);
    decision.reasons = all(at, "reasons", &DecisionReader::reason);
    if (auto report = one(at, [&] { return at.optional_object("report"); })) {
      decision.report = read_report(*std::move(report));
    }
    decision.report_used = one(at, [&] { return at.optional_flag("report_used"); });
    decision.notice_sent_at = one(at, [&] { return optional_time(at, "notice_sent_at"); });
    return decision;
  }

 private:
  // What `read` reads, or nothing, which is said.
  template <class Read>
  std::invoke_result_t<const Read&> one(Reader& at, const Read& read) const {
    const std::size_t noted = at.noted();
    auto value = read();
    if (left_out_ == nullptr || at.noted() == noted) return value;
    for (const Violation& wrong : at.take_back(noted)) left_out_->push_back(wrong.pointer);
    return {};
  }

  template <class T>
  std::vector<T> all(Reader& at, std::string_view field,
                     T (DecisionReader::*read)(Reader) const) const {
    std::vector<T> items;
    if (!at.has(field)) return items;
    const auto listed = one(at, [&] { return at.objects(field, kReasonsMax); });
    for (const Reader& item : listed) items.push_back((this->*read)(item));
    return items;
  }

  // "" says nothing.
  std::string words(Reader& at, std::string_view field) const {
    if (left_out_ != nullptr) return one(at, [&] { return read_words(at, field, kWordsMax); });
    if (!at.has(field) || is_empty_text(at.any(field))) return {};
    return at.text(field, kWordsMax * kCharacterBytes, Lines::many);
  }

  std::string text(Reader& at) const {
    return left_out_ == nullptr ? at.text("text", kWordsMax * kCharacterBytes, Lines::many)
                                : words(at, "text");
  }

  static std::optional<Time> optional_time(Reader& at, std::string_view field) {
    if (!at.has(field)) return std::nullopt;
    return at.time(field);
  }

  Reason reason(Reader at) const {
    Reason reason{words(at, "code"), words(at, "unified_code"), text(at)};
    if (reasons::is_known(reason.unified_code)) return reason;
    // A word of the connector's own, or none: the lender's code and text say the rest.
    if (reason.code.empty()) reason.code = std::move(reason.unified_code);
    reason.unified_code = reasons::kOther;
    return reason;
  }

  CreditReport read_report(Reader at) const {
    return {words(at, "agency"), words(at, "address"), words(at, "phone"),
            one(at, [&] { return at.optional_flag("score_used"); }).value_or(false)};
  }

  Condition condition(Reader at) const { return {words(at, "code"), text(at)}; }

  Stipulation stipulation(Reader at) const {
    Stipulation stipulation{words(at, "lender_id"),
                            words(at, "code"),
                            text(at),
                            one(at, [&] { return at.optional_date("due"); }),
                            one(at, [&] { return at.optional_flag("fulfilled"); }).value_or(false),
                            left_out_ == nullptr ? state(at) : said(at)};
    const bool accepted = stipulation.said == StipulationState::accepted;
    stipulation.fulfilled = stipulation.fulfilled || accepted;
    return stipulation;
  }

  static std::optional<StipulationState> state(Reader& at) {
    if (!at.has("state")) return std::nullopt;
    return parse_stipulation_state(at.choice("state", {"open", "sent", "accepted", "rejected"}));
  }

  // A lender has received what we have sent; a word of its own says nothing.
  std::optional<StipulationState> said(Reader& at) const {
    const std::string word = words(at, "status");
    return parse_stipulation_state(word == "received" ? "sent" : word);
  }

  std::vector<std::string>* left_out_;
};

}  // namespace

Decision read_decision(Reader at) {
  return DecisionReader(nullptr).decision(std::move(at));
}

Decision read_lender_decision(Reader at, std::vector<std::string>& left_out) {
  return DecisionReader(&left_out).decision(std::move(at));
}

std::string read_words(Reader& at, std::string_view field, std::size_t characters_max) {
  if (!at.has(field)) return {};
  const Value& value = at.any(field);
  if (!value.is_string()) {
    at.refuse(field, "type", "must be a string");
    return {};
  }
  std::string words = value.get<std::string>();
  std::replace_if(
      words.begin(), words.end(),
      [](char c) {
        const bool lays_out = c == '\n' || c == '\t' || c == '\r';
        return (static_cast<unsigned char>(c) < 0x20 && !lays_out) || c == 0x7f;
      },
      ' ');
  return cut(words, characters_max * kCharacterBytes);
}

void write_decision(const Decision& decision, Value& into) {
  Value written = Value::object();
  written["amount"] = or_null(decision.amount);
  written["apr"] = or_null(decision.apr);
  written["term_months"] = decision.term_months ? Value(*decision.term_months) : Value(nullptr);
  written["expires_at"] = or_null(decision.expires_at);
  written["decided_at"] = or_null(decision.decided_at);
  written["creditor"] = json::text_or_null(decision.creditor);
  written["conditions"] = Value::array();
  for (const Condition& condition : decision.conditions) {
    written["conditions"].push_back(
        {{"code", json::text_or_null(condition.code)}, {"text", condition.text}});
  }
  written["stipulations"] = Value::array();
  for (const Stipulation& stipulation : decision.stipulations) {
    written["stipulations"].push_back({{"lender_id", json::text_or_null(stipulation.lender_id)},
                                       {"code", json::text_or_null(stipulation.code)},
                                       {"text", stipulation.text},
                                       {"due", or_null(stipulation.due)},
                                       {"fulfilled", stipulation.fulfilled},
                                       {"state", nullptr}});
    if (stipulation.said) {
      written["stipulations"].back()["state"] = std::string(to_string(*stipulation.said));
    }
  }
  written["reasons"] = Value::array();
  for (const Reason& reason : decision.reasons) {
    written["reasons"].push_back({{"code", json::text_or_null(reason.code)},
                                  {"unified_code", reason.unified_code},
                                  {"text", reason.text}});
  }
  written["report"] = nullptr;
  if (const auto& report = decision.report) {
    written["report"] = {{"agency", json::text_or_null(report->agency)},
                         {"address", json::text_or_null(report->address)},
                         {"phone", json::text_or_null(report->phone)},
                         {"score_used", report->score_used}};
  }
  written["report_used"] = decision.report_used ? Value(*decision.report_used) : Value(nullptr);
  written["notice_sent_at"] = or_null(decision.notice_sent_at);
  into = std::move(written);
}

}  // namespace lendport

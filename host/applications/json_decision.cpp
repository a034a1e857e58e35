#include "applications/json_decision.hpp"

#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kReasonsMax = 64;

template <class T>
Value or_null(const std::optional<T>& value) {
  if (!value) return nullptr;
  return json::write(*value);
}

Value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

Reason read_reason(Reader at) {
  return {at.optional_text("code").value_or(""), at.optional_text("unified_code").value_or("other"),
          at.text("text")};
}

Condition read_condition(Reader at) {
  return {at.optional_text("code").value_or(""), at.text("text")};
}

Stipulation read_stipulation(Reader at) {
  return {at.optional_text("lender_id").value_or(""), at.optional_text("code").value_or(""),
          at.text("text"), at.optional_date("due"), at.optional_flag("fulfilled").value_or(false)};
}

template <class T>
std::vector<T> read_all(Reader& at, std::string_view field, T (*read)(Reader)) {
  std::vector<T> items;
  if (!at.has(field)) return items;
  for (const Reader& item : at.objects(field, kReasonsMax)) items.push_back(read(item));
  return items;
}

std::optional<Time> optional_time(Reader& at, std::string_view field) {
  if (!at.has(field)) return std::nullopt;
  return at.time(field);
}

}  // namespace

Decision read_decision(Reader at) {
  Decision decision;
  decision.amount = at.optional_money("amount");
  decision.apr = at.optional_rate("apr");
  if (const auto months = at.optional_integer("term_months", 1, 600)) {
    decision.term_months = static_cast<int>(*months);
  }
  decision.expires_at = optional_time(at, "expires_at");
  decision.decided_at = optional_time(at, "decided_at");
  decision.creditor = at.optional_text("creditor").value_or("");
  decision.conditions = read_all(at, "conditions", read_condition);
  decision.stipulations = read_all(at, "stipulations", read_stipulation);
  decision.reasons = read_all(at, "reasons", read_reason);
  return decision;
}

void write_decision(const Decision& decision, Value& into) {
  Value written = Value::object();
  written["amount"] = or_null(decision.amount);
  written["apr"] = or_null(decision.apr);
  written["term_months"] = decision.term_months ? Value(*decision.term_months) : Value(nullptr);
  written["expires_at"] = or_null(decision.expires_at);
  written["decided_at"] = or_null(decision.decided_at);
  written["creditor"] = text_or_null(decision.creditor);
  written["conditions"] = Value::array();
  for (const Condition& condition : decision.conditions) {
    written["conditions"].push_back(
        {{"code", text_or_null(condition.code)}, {"text", condition.text}});
  }
  written["stipulations"] = Value::array();
  for (const Stipulation& stipulation : decision.stipulations) {
    written["stipulations"].push_back({{"lender_id", text_or_null(stipulation.lender_id)},
                                       {"code", text_or_null(stipulation.code)},
                                       {"text", stipulation.text},
                                       {"due", or_null(stipulation.due)},
                                       {"fulfilled", stipulation.fulfilled}});
  }
  written["reasons"] = Value::array();
  for (const Reason& reason : decision.reasons) {
    written["reasons"].push_back({{"code", text_or_null(reason.code)},
                                  {"unified_code", reason.unified_code},
                                  {"text", reason.text}});
  }
  into = std::move(written);
}

}  // namespace lendport

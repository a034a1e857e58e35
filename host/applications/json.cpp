// Applications in JSON.
#include "applications/json.hpp"

#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kReasonsMax = 64;
const std::vector<std::string_view> kLanguages{"en", "fr", "es"};

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

LenderState read_state(Reader at) {
  LenderState state;
  state.lender_application_id = at.text("lender_application_id", 128);
  state.status = at.text("status", 64);
  state.lender_status = at.text("lender_status", 256);
  if (auto decision = at.optional_object("decision")) state.decision = read_decision(*decision);
  state.portal_url = at.optional_text("portal_url", 2048).value_or("");
  at.ignore_unknown();
  return state;
}

Value write_decision(const Decision& decision) {
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
  return written;
}

std::string address_line(Reader at) {
  std::string line = at.text("line1", 256);
  if (const auto second = at.optional_text("line2", 256)) line += ", " + *second;
  line += ", " + at.text("city", 128);
  if (const auto state = at.optional_text("state", 16)) line += ", " + *state;
  return line + " " + at.text("postal_code", 16) + ", " + at.text("country", 2);
}

}  // namespace

NewApplication read_new_application(const Value& body, Time now) {
  Reader at(body);
  NewApplication application;
  const std::string quote = at.text("quote_id", 64);
  application.quote = QuoteId{quote};
  Reader consent = at.object("consent");
  // This flow asks for a soft check only, whatever the caller would like.
  consent.choice("scope", {"soft"});
  application.consent.text_version = consent.text("text_version", 64);
  application.consent.language = consent.choice("language", kLanguages);
  application.consent.at = consent.has("at") ? consent.time("at") : now;
  if (application.consent.at > now + std::chrono::minutes{5}) {
    consent.refuse("at", "in_the_future", "must not be in the future");
  }
  at.finish();
  return application;
}

Confirmation read_confirmation(const Value& body) {
  Reader at(body);
  Confirmation seen{at.text("first_name", 128), at.text("last_name", 128), at.text("email", 254),
                    at.text("phone", 32), at.text("address", 1024)};
  at.finish();
  return seen;
}

ManualDecision read_manual_decision(const Value& body) {
  Reader at(body);
  ManualDecision manual;
  manual.status = at.choice("status", {"needs_info", "prequalified", "conditional", "approved",
                                       "declined", "documents_sent", "signed", "countersigned",
                                       "funded", "cancelled", "expired", "in_review"});
  if (auto decision = at.optional_object("decision")) manual.decision = read_decision(*decision);
  manual.note = at.optional_text("note").value_or("");
  if (manual.status == "declined" && manual.decision.reasons.empty()) {
    at.refuse("decision", "required",
              "a decline needs the creditor's reasons: give decision.reasons with a text each");
  }
  at.finish();
  return manual;
}

Value write_application(const Application& application) {
  Value written = {{"id", application.id.value},
                   {"case_id", application.case_id.value},
                   {"quote_id", application.quote.value},
                   {"product_id", application.product.value},
                   {"product_version", application.product_version},
                   {"lender", application.lender}};
  written["connection_id"] =
      application.connection ? Value(application.connection->value) : Value(nullptr);
  written["environment"] =
      application.environment ? Value(std::string(to_string(*application.environment))) : nullptr;
  written["handed_over"] = application.handed_over();
  written["state"] = std::string(to_string(application.state));
  written["credit_check"] = "soft";
  written["rep"] = {{"rep_id", application.owner.value},
                    {"lender_rep_id", text_or_null(application.rep.lender_rep_id)},
                    {"generic_account", application.rep.generic}};
  written["financed_amount"] = json::write(application.financed_amount);
  written["amount_sent_to_lender"] = json::write(application.amount_sent_to_lender);
  written["term_months"] = application.term_months;
  written["apr"] = json::write(application.apr);
  written["consent"] = {{"scope", "soft"},
                        {"text_version", application.consent.text_version},
                        {"language", application.consent.language},
                        {"at", json::write(application.consent.at)}};
  written["lender_application_id"] = text_or_null(application.lender_application_id);
  written["lender_status"] = text_or_null(application.lender_status);
  written["portal_url"] = text_or_null(application.portal_url);
  written["decision"] = application.decision ? write_decision(*application.decision) : nullptr;
  written["failure"] = nullptr;
  if (application.failure) {
    written["failure"] = {{"code", application.failure->code},
                          {"message", application.failure->message}};
  }
  written["attention"] = text_or_null(application.attention);
  written["attempts"] = application.attempts;
  written["created_at"] = json::write(application.created_at);
  written["confirmed_at"] = or_null(application.confirmed_at);
  written["decided_at"] = or_null(application.decided_at);
  written["updated_at"] = json::write(application.updated_at);
  written["version"] = application.version;
  return written;
}

Confirmation read_borrower(const Value& submission) {
  Reader at(submission);
  auto applicants = at.objects("applicants", 2);
  if (applicants.empty()) return {};
  Reader& borrower = applicants.front();
  return {borrower.text("first_name", 128), borrower.text("last_name", 128),
          borrower.text("email", 254), borrower.text("phone", 32),
          address_line(borrower.object("address"))};
}

Value write_confirmation(const Confirmation& confirmation) {
  return {{"first_name", confirmation.first_name},
          {"last_name", confirmation.last_name},
          {"email", confirmation.email},
          {"phone", confirmation.phone},
          {"address", confirmation.address}};
}

LenderState read_lender_state(const Value& result) {
  Reader at(result);
  LenderState state = read_state(at);
  if (!at.sound()) at.finish();
  return state;
}

std::optional<LenderState> read_status_result(const Value& result) {
  Reader at(result);
  std::optional<LenderState> state;
  if (at.flag("found")) state = read_state(at.object("application"));
  if (!at.sound()) at.finish();
  return state;
}

RepAccount read_rep_result(const Value& result, const std::string& generic_account) {
  Reader at(result);
  const std::string match = at.text("match", 64);
  const auto id = at.optional_text("lender_rep_id", 128);
  if ((match == "existing" || match == "created") && id) return {*id, false};
  return {generic_account, true};
}

std::string write_stored_decision(const Decision& decision) {
  return json::dump(write_decision(decision));
}

Decision read_stored_decision(std::string_view text) {
  const Value stored = json::parse(text);
  return read_decision(Reader(stored));
}

}  // namespace lendport

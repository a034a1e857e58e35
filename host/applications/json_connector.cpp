// Applications in JSON, as connectors read and write them.
#include "applications/json_connector.hpp"

#include "applications/json_decision.hpp"
#include "applications/rules.hpp"
#include "core/text.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kNameBytesMax = 128;  // of a rep's first and last name

Value write_address(const Address& address) {
  Value written = {{"line1", address.line1},
                   {"city", address.city},
                   {"postal_code", address.postal_code},
                   {"country", address.country}};
  if (!address.line2.empty()) written["line2"] = address.line2;
  if (!address.state.empty()) written["state"] = address.state;
  return written;
}

Value write_applicant(const Applicant& applicant, std::string_view role) {
  Value written = {{"role", std::string(role)},
                   {"first_name", applicant.first_name},
                   {"last_name", applicant.last_name}};
  const auto add = [&](const char* field, const std::string& value) {
    if (!value.empty()) written[field] = value;
  };
  add("email", applicant.email);
  add("phone", applicant.phone);
  add("ssn", applicant.ssn.expose());
  add("date_of_birth", applicant.date_of_birth.expose());
  if (applicant.income) {
    written["income"] = {{"amount", json::write(applicant.income->amount.expose())},
                         {"period", std::string(to_string(applicant.income->period))}};
  }
  if (applicant.address) written["address"] = write_address(*applicant.address);
  return written;
}

Value write_project(const Case& the_case, const Quote& quote) {
  Value written = {{"case_number", the_case.number},
                   {"system_cost", json::write(quote.amounts.system_cost)}};
  if (the_case.cost_per_watt) written["cost_per_watt"] = json::write(*the_case.cost_per_watt);
  if (the_case.consumption_kwh) {
    written["consumption_kwh"] = std::to_string(*the_case.consumption_kwh);
  }
  if (the_case.size_w) {
    written["system_size_kw"] = format_rate(Rate{*the_case.size_w * (kRateOnePercent / 1000)});
  }
  if (!the_case.project_address.line1.empty()) {
    written["address"] = write_address(the_case.project_address);
  }
  return written;
}

bool is_given(const Value& submission, const std::string& pointer) {
  const Value::json_pointer at(pointer);
  if (!submission.contains(at)) return false;
  const Value& value = submission.at(at);
  return !value.is_null() && value != "";
}

Address read_address(Reader at) {
  Address address;
  address.line1 = at.text("line1", 256);
  address.line2 = at.optional_text("line2", 256).value_or("");
  address.city = at.text("city", 128);
  address.state = at.optional_text("state", 16).value_or("");
  address.postal_code = at.text("postal_code", 16);
  address.country = at.text("country", 2);
  return address;
}

void replace_all(std::string& text, std::string_view what) {
  constexpr std::string_view kMask = "***";
  if (what.size() < kMask.size()) return;  // so short that it is in every sentence
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + kMask.size())) {
    text.replace(at, what.size(), kMask);
  }
}

// What tells who the applicant is, in the spellings a lender may repeat it.
std::vector<std::string> telling(const Value& applicant) {
  std::vector<std::string> found;
  for (const char* field : {"ssn", "date_of_birth", "email", "phone", "last_name", "first_name"}) {
    found.push_back(applicant.value(field, ""));
  }
  const std::string ssn = digits_in(found.front());
  found.push_back(ssn);
  if (ssn.size() == 9) {
    found.push_back(ssn.substr(0, 3) + "-" + ssn.substr(3, 2) + "-" + ssn.substr(5));
  }
  found.push_back(digits_in(applicant.value("phone", "")));
  if (applicant.contains("address")) found.push_back(applicant.at("address").value("line1", ""));
  return found;
}

struct PersonName {
  std::string first;
  std::string last;
};

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return cut(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1), kNameBytesMax);
}

// A user has one name: "Ada Maria Quinn", or "Quinn, Ada Maria". The last word is the last name; a
// single one is the first.
PersonName name_of(const User& user) {
  const std::string_view name = user.name;
  if (const auto comma = name.find(','); comma != std::string_view::npos) {
    return {trimmed(name.substr(comma + 1)), trimmed(name.substr(0, comma))};
  }
  const std::string whole = trimmed(name);
  const auto space = whole.rfind(' ');
  if (space == std::string::npos) return {whole, ""};
  return {trimmed(whole.substr(0, space)), whole.substr(space + 1)};
}

// Limits are those of plugin-api/schema, which counts characters; of the ids, which come back to
// the lender as they are, four bytes each.
LenderState read_state(Reader at) {
  LenderState state;
  state.lender_application_id = at.text("lender_application_id", 128 * 4);
  state.status = at.text("status", 64 * 4);
  state.lender_status = read_words(at, "lender_status", 256);
  if (state.lender_status.empty()) state.lender_status = state.status;
  if (auto decision = at.optional_object("decision")) {
    state.decision = read_lender_decision(*decision, state.left_out);
  }
  const std::size_t noted = at.noted();
  if (at.has("portal_url") && at.any("portal_url") != "") {
    state.portal_url = at.text("portal_url", 2048 * 4);
    for (const Violation& wrong : at.take_back(noted)) state.left_out.push_back(wrong.pointer);
  }
  if (at.has("documents_opened_at")) {
    const Time opened = at.time("documents_opened_at");
    const auto wrong = at.take_back(noted);
    if (wrong.empty()) state.documents_opened_at = opened;
    for (const Violation& one : wrong) state.left_out.push_back(one.pointer);
  }
  at.ignore_unknown();
  return state;
}

Value write_consent(const Consent& consent) {
  return {{"scope", "soft"},
          {"text_version", consent.text_version},
          {"language", consent.language},
          {"at", json::write(consent.at)}};
}

}  // namespace

std::string write_submission(const Application& application, const Case& the_case,
                             const Quote& quote) {
  Value written = {{"idempotency_key", application.lender_key}};
  written["product"] = {{"id", application.product.value},
                        {"version", application.product_version},
                        {"lender_product_id", quote.lender_product_id}};
  written["quote"] = {{"financed_amount", json::write(application.financed_amount)},
                      {"amount_sent_to_lender", json::write(application.amount_sent_to_lender)},
                      {"dealer_fee", json::write(quote.amounts.dealer_fee)},
                      {"term_months", application.term_months},
                      {"apr", json::write(application.apr)}};
  written["applicants"] = Value::array();
  for (const Applicant& applicant : the_case.applicants) {
    written["applicants"].push_back(
        write_applicant(applicant, written["applicants"].empty() ? "borrower" : "co_borrower"));
  }
  written["project"] = write_project(the_case, quote);
  written["consent"] = write_consent(application.consent);
  return json::dump(written);
}

std::string with_consent(std::string_view submission, const Consent& consent) {
  Value written = json::parse(submission);
  written["consent"] = write_consent(consent);
  return json::dump(written);
}

std::string with_rep(std::string_view submission, const RepAccount& rep,
                     const std::string& rep_email) {
  Value written = json::parse(submission);
  written["rep"] = {{"email", rep_email}, {"generic", rep.generic}};
  if (!rep.lender_rep_id.empty()) written["rep"]["lender_rep_id"] = rep.lender_rep_id;
  return json::dump(written);
}

bool same_applicants(std::string_view one, std::string_view other) {
  return json::parse(one)["applicants"] == json::parse(other)["applicants"];
}

std::vector<std::string> missing_in(std::string_view submission,
                                    const std::vector<std::string>& required) {
  const Value document = json::parse(submission);
  std::vector<std::string> missing;
  for (const std::string& pointer : required) {
    if (!is_given(document, pointer)) missing.push_back(pointer);
  }
  return missing;
}

Confirmation read_borrower(std::string_view submission) {
  const Value document = json::parse(submission);
  Reader at(document);
  at.take_as_it_came();
  auto applicants = at.objects("applicants", 2);
  if (applicants.empty()) return {};
  Reader& borrower = applicants.front();
  return {borrower.text("first_name", 128), borrower.text("last_name", 128),
          borrower.text("email", 254), borrower.text("phone", 32),
          address_line(read_address(borrower.object("address")))};
}

Secret<std::string> read_identity(std::string_view submission) {
  const Value document = json::parse(submission);
  const auto applicants = document.find("applicants");
  if (applicants == document.end() || applicants->empty()) return Secret<std::string>("");
  const Value& borrower = applicants->front();
  return identity_of(borrower.value("ssn", ""), borrower.value("email", ""),
                     borrower.value("first_name", ""), borrower.value("last_name", ""));
}

Result<LenderState> read_lender_state(const Value& result) {
  Reader at(result);
  at.take_as_it_came();
  LenderState state = read_state(at);
  if (!at.sound()) return Error(at.violations(), "the connector's answer cannot be read");
  return state;
}

Result<std::optional<LenderState>> read_status_result(const Value& result) {
  Reader at(result);
  at.take_as_it_came();
  std::optional<LenderState> state;
  if (at.flag("found")) state = read_state(at.object("application"));
  if (!at.sound()) return Error(at.violations(), "the connector's answer cannot be read");
  return state;
}

std::vector<HeardWord> read_heard(std::string_view words) {
  std::vector<HeardWord> heard;
  const Value document = json::parse(words);
  for (const Value& event : document.at("events")) {
    HeardWord word;
    word.type = event.value("type", "unknown");
    word.idempotency_key = event.value("idempotency_key", "");
    if (const auto said = event.find("application"); said != event.end()) {
      word.lender_application_id = said->value("lender_application_id", "");
      Reader at(*said);
      LenderState state = read_state(at);
      if (at.sound()) word.state = std::move(state);
    }
    heard.push_back(std::move(word));
  }
  return heard;
}

std::optional<RepAccount> read_rep_result(const Value& result, const std::string& generic_account) {
  Reader at(result);
  at.take_as_it_came();
  const std::string match = at.text("match", 64);
  const auto id = at.optional_text("lender_rep_id", 128);
  const bool is_theirs = match == "existing" || match == "created";
  if (is_theirs && id && !id->empty()) return RepAccount{*id, false};
  if (generic_account.empty()) return std::nullopt;
  return RepAccount{generic_account, true};
}

std::string without_applicant(std::string text, std::string_view submission) {
  const Value document = json::parse(submission);
  for (const Value& applicant : document.at("applicants")) {
    for (const std::string& value : telling(applicant)) replace_all(text, value);
  }
  return text;
}

std::string write_rep_request(const User& rep, bool create, const std::string& key) {
  Value who = {{"rep_id", rep.id.value}, {"email", rep.email}};
  const PersonName name = name_of(rep);
  if (!name.first.empty()) who["first_name"] = name.first;
  if (!name.last.empty()) who["last_name"] = name.last;
  return json::dump({{"rep", who}, {"create", create}, {"idempotency_key", key}});
}

std::string write_status_request(const Application& application) {
  if (!application.lender_application_id.empty()) {
    return json::dump({{"lender_application_id", application.lender_application_id}});
  }
  return json::dump({{"idempotency_key", application.lender_key}});
}

std::string write_search_request(const Application& application, std::string_view submission) {
  const Confirmation borrower = read_borrower(submission);
  Value search = {{"email", borrower.email}, {"last_name", borrower.last_name}};
  if (application.confirmed_at) search["since"] = json::write(*application.confirmed_at);
  return json::dump({{"idempotency_key", application.lender_key}, {"search", search}});
}

std::optional<CheckLimit> check_limit(const Value& manifest) {
  const Value::json_pointer at("/application/credit_checks");
  if (!manifest.contains(at)) return std::nullopt;
  return CheckLimit{manifest.at(at).value("count", 0), manifest.at(at).value("days", 0)};
}

bool allows_override(const Value& manifest) {
  const auto application = manifest.find("application");
  return application != manifest.end() && application->value("agreement_override", false);
}

bool hub_sends(const Value& manifest, const char* mail) {
  const auto mails = manifest.find("mail");
  return mails != manifest.end() && mails->value(mail, "lender") == "hub";
}

std::string write_job(const ApplicationId& application) {
  return json::dump({{"application_id", application.value}});
}

ApplicationId read_job(std::string_view payload) {
  const Value document = json::parse(payload);
  Reader at(document);
  return {at.text("application_id", 64)};
}

}  // namespace lendport

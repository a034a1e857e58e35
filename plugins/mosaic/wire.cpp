#include "wire.hpp"

#include <array>
#include <utility>

namespace mosaic {
namespace {

using sdk::ApplicationStatus;
using sdk::Json;

struct Word {
  std::string_view mosaic;
  ApplicationStatus status;
};
constexpr std::array<Word, 13> kStatuses{{
    {"PENDING", ApplicationStatus::in_review},
    {"MANUAL_REVIEW", ApplicationStatus::in_review},
    {"INFO_NEEDED", ApplicationStatus::needs_info},
    {"PREQUALIFIED", ApplicationStatus::prequalified},
    {"APPROVED_WITH_STIPULATIONS", ApplicationStatus::conditional},
    {"APPROVED", ApplicationStatus::approved},
    {"DENIED", ApplicationStatus::declined},
    {"DOCS_SENT", ApplicationStatus::documents_sent},
    {"DOCS_SIGNED", ApplicationStatus::signed_},
    {"COUNTERSIGNED", ApplicationStatus::countersigned},
    {"FUNDED", ApplicationStatus::funded},
    {"CANCELED", ApplicationStatus::cancelled},
    {"EXPIRED", ApplicationStatus::expired},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kReasons{{
    {"DTI", "credit_obligations_excessive"},
    {"DELINQUENCY", "credit_obligations_delinquent"},
    {"THIN_FILE", "credit_history_insufficient"},
    {"INCOME", "income_insufficient"},
    {"INCOME_UNVERIFIED", "income_unverified"},
    {"BANKRUPTCY", "bankruptcy"},
    {"IDENTITY", "identity_unverified"},
    {"PROPERTY", "property_ineligible"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kFields{{
    {"borrower.firstName", "/applicants/0/first_name"},
    {"borrower.lastName", "/applicants/0/last_name"},
    {"borrower.email", "/applicants/0/email"},
    {"borrower.phone", "/applicants/0/phone"},
    {"borrower.ssn", "/applicants/0/ssn"},
    {"borrower.birthDate", "/applicants/0/date_of_birth"},
    {"borrower.income", "/applicants/0/income"},
    {"borrower.address", "/applicants/0/address"},
    {"loanAmount", "/quote/amount_sent_to_lender"},
}};

// The second of the pair whose first is `key`, or `otherwise`.
template <std::size_t size>
std::string_view looked_up(
    const std::array<std::pair<std::string_view, std::string_view>, size>& pairs,
    std::string_view key, std::string_view otherwise) {
  for (const auto& [known, value] : pairs) {
    if (known == key) return value;
  }
  return otherwise;
}

ApplicationStatus status_named(std::string_view word) {
  for (const Word& known : kStatuses) {
    if (known.mosaic == word) return known.status;
  }
  return ApplicationStatus::unknown;
}

std::vector<std::string> strings_of(const Json& object, const char* key) {
  std::vector<std::string> strings;
  for (const Json& item : object.value(key, Json::array())) strings.push_back(item);
  return strings;
}

Json address_body(const sdk::Address& address) {
  Json body = {{"line1", address.line1},
               {"city", address.city},
               {"state", address.state.value_or("")},
               {"zip", address.postal_code}};
  if (address.line2) body["line2"] = *address.line2;
  return body;
}

Json borrower_body(const sdk::Applicant& applicant) {
  Json body = {{"firstName", applicant.first_name}, {"lastName", applicant.last_name}};
  if (applicant.email) body["email"] = *applicant.email;
  if (applicant.phone) body["phone"] = *applicant.phone;
  if (applicant.ssn) body["ssn"] = *applicant.ssn;
  if (applicant.date_of_birth) body["birthDate"] = *applicant.date_of_birth;
  if (applicant.income) {
    body["income"] = {{"amount", applicant.income->amount.amount},
                      {"period", applicant.income->period}};
  }
  if (applicant.address) body["address"] = address_body(*applicant.address);
  return body;
}

Json project_body(const sdk::Project& project) {
  Json body = {{"systemCost", project.system_cost.amount}};
  if (project.case_number) body["reference"] = *project.case_number;
  if (project.cost_per_watt) body["costPerWatt"] = project.cost_per_watt->amount;
  if (project.consumption_kwh) body["annualConsumptionKwh"] = *project.consumption_kwh;
  if (project.system_size_kw) body["systemSizeKw"] = *project.system_size_kw;
  if (project.address) body["site"] = address_body(*project.address);
  return body;
}

sdk::Decision decision_of(const Json& answered) {
  sdk::Decision decision;
  if (const auto amount = sdk::text_of(answered, "amount")) decision.amount.emplace(*amount, "USD");
  decision.apr = sdk::text_of(answered, "apr");
  decision.expires_at = sdk::text_of(answered, "expiresAt");
  decision.decided_at = sdk::text_of(answered, "decidedAt");
  decision.creditor = sdk::text_of(answered, "creditor");
  for (const Json& item : answered.value("stipulations", Json::array())) {
    sdk::Stipulation stipulation;
    stipulation.lender_id = sdk::text_of(item, "id");
    stipulation.code = sdk::text_of(item, "type");
    stipulation.text = item.at("text");
    stipulation.due = sdk::text_of(item, "due");
    decision.stipulations.push_back(std::move(stipulation));
  }
  for (const Json& item : answered.value("reasons", Json::array())) {
    sdk::Reason reason;
    reason.code = sdk::text_of(item, "code");
    reason.unified_code = looked_up(kReasons, reason.code.value_or(""), "other");
    reason.text = item.at("text");
    decision.reasons.push_back(std::move(reason));
  }
  return decision;
}

}  // namespace

sdk::LenderProduct product_of(const Json& listed) {
  sdk::LenderProduct product;
  product.lender_product_id = listed.at("code");
  product.lender_version = sdk::text_of(listed, "revision");
  product.kind = "loan_solar";
  product.name = listed.at("name").get<sdk::Texts>();
  if (listed.contains("disclosure")) {
    product.texts["disclosure"] = listed.at("disclosure").get<sdk::Texts>();
  }
  product.approved_locales = strings_of(listed, "languages");
  product.countries = {"US"};
  product.states = strings_of(listed, "states");
  product.segments = {"residential"};
  product.currency = "USD";
  product.apr = sdk::text_of(listed, "apr").value_or("");
  product.term_months = listed.value("termMonths", 0);
  // Mosaic's fee is a percentage of the system cost that is added to it.
  product.dealer_fee.emplace().percent = sdk::text_of(listed, "dealerFeePercent");
  product.dealer_fee->basis = sdk::FeeBasis::system_cost;
  if (const auto least = sdk::text_of(listed, "minAmount"))
    product.min_amount.emplace(*least, "USD");
  if (const auto most = sdk::text_of(listed, "maxAmount")) product.max_amount.emplace(*most, "USD");
  product.payment_frequency = "monthly";
  product.valid_from = sdk::text_of(listed, "validFrom");
  product.valid_until = sdk::text_of(listed, "validUntil");
  return product;
}

Json application_body(const sdk::Submission& submission) {
  Json body = {{"externalReference", submission.idempotency_key},
               {"product", submission.product.lender_product_id},
               {"loanAmount", submission.quote.amount_sent_to_lender.amount},
               {"termMonths", submission.quote.term_months},
               {"creditCheck", "soft"},
               {"borrower", borrower_body(submission.applicants.front())},
               {"project", project_body(submission.project)},
               {"consent",
                {{"textVersion", submission.consent.text_version},
                 {"language", submission.consent.language},
                 {"at", submission.consent.at}}}};
  if (submission.applicants.size() > 1) {
    body["coBorrower"] = borrower_body(submission.applicants.at(1));
  }
  if (submission.rep.lender_rep_id) body["repId"] = *submission.rep.lender_rep_id;
  return body;
}

sdk::ApplicationState application_of(const Json& answered) {
  sdk::ApplicationState state;
  state.lender_application_id = answered.at("id");
  state.lender_status = answered.at("status");
  state.status = status_named(state.lender_status);
  if (answered.contains("decision")) state.decision = decision_of(answered.at("decision"));
  state.portal_url = sdk::text_of(answered, "portalUrl");
  state.updated_at = sdk::text_of(answered, "updatedAt");
  return state;
}

sdk::Failure refusal_of(const sdk::Response& reply) {
  sdk::Failure failure(sdk::Outcome::invalid, "lender.invalid",
                       "Mosaic does not accept the application");
  failure.upstream_status = reply.status;
  const Json answered = reply.json();
  for (const Json& error : answered.value("errors", Json::array())) {
    const std::string field = sdk::text_of(error, "field").value_or("");
    failure.field(std::string(looked_up(kFields, field, "")),
                  sdk::text_of(error, "code").value_or("refused"),
                  sdk::text_of(error, "message").value_or(""));
  }
  return failure;
}

}  // namespace mosaic

#include "wire.hpp"

#include <array>
#include <utility>

namespace mosaic {
namespace {

using sdk::ApplicationStatus;
using sdk::Json;

// Stands for a value that cannot be read: no rate, amount, date or locale looks like it.
constexpr const char* kUnreadable = "(unreadable)";

constexpr std::size_t kFieldErrorsMax = 32;
constexpr std::size_t kFieldCodeBytesMax = 64;
constexpr std::size_t kFieldDetailBytesMax = 300;

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
    {"firstName", "/first_name"},
    {"lastName", "/last_name"},
    {"email", "/email"},
    {"phone", "/phone"},
    {"ssn", "/ssn"},
    {"birthDate", "/date_of_birth"},
    {"income", "/income"},
    {"address", "/address"},
    {"address.zip", "/address/postal_code"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOtherFields{{
    {"product", "/product"},
    {"loanAmount", "/quote/amount_sent_to_lender"},
    {"termMonths", "/quote/term_months"},
    {"project.systemCost", "/project/system_cost"},
    {"project.site", "/project/address"},
    {"repId", "/rep"},
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

// "borrower.ssn" → "/applicants/0/ssn"; "" (the whole) for a field nobody knows.
std::string pointer_to(std::string_view field) {
  for (const auto& [prefix, applicant] :
       {std::pair<std::string_view, std::string_view>("borrower.", "/applicants/0"),
        std::pair<std::string_view, std::string_view>("coBorrower.", "/applicants/1")}) {
    if (!field.starts_with(prefix)) continue;
    field.remove_prefix(prefix.size());
    return std::string(applicant) + std::string(looked_up(kFields, field, ""));
  }
  return std::string(looked_up(kOtherFields, field, ""));
}

// The product's member: as it is, absent when it is not there, else kUnreadable.
std::optional<std::string> listed_text(const Json& listed, const char* key) {
  if (!listed.is_object() || !listed.contains(key) || listed.at(key).is_null()) return std::nullopt;
  return sdk::text_of(listed, key).value_or(kUnreadable);
}

std::optional<sdk::Money> listed_dollars(const Json& listed, const char* key) {
  const auto amount = listed_text(listed, key);
  return amount ? std::optional<sdk::Money>(std::in_place, *amount, "USD") : std::nullopt;
}

std::vector<std::string> listed_words(const Json& listed, const char* key) {
  std::vector<std::string> words;
  if (!listed.is_object() || !listed.contains(key) || listed.at(key).is_null()) return words;
  if (!listed.at(key).is_array()) return {kUnreadable};
  for (const Json& word : listed.at(key)) {
    words.push_back(word.is_string() ? word.get<std::string>() : kUnreadable);
  }
  return words;
}

sdk::Texts listed_texts(const Json& listed, const char* key) {
  sdk::Texts texts;
  if (!listed.is_object() || !listed.contains(key) || listed.at(key).is_null()) return texts;
  if (!listed.at(key).is_object()) return {{kUnreadable, ""}};
  for (const auto& [locale, text] : listed.at(key).items()) {
    texts[text.is_string() ? locale : kUnreadable] = text.is_string() ? text : Json("");
  }
  return texts;
}

// 0, which no product has, for what is no whole number of months.
int listed_months(const Json& listed, const char* key) {
  constexpr std::int64_t kMonthsMax = 100000;
  if (!listed.is_object() || !listed.contains(key)) return 0;
  const Json& months = listed.at(key);
  if (!months.is_number_integer() || months < 0 || months > kMonthsMax) return 0;
  return months.get<int>();
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

sdk::Stipulation stipulation_of(const Members& item) {
  sdk::Stipulation stipulation;
  stipulation.lender_id = item.optional_text("id");
  stipulation.code = item.optional_text("type");
  stipulation.text = item.text("text");
  stipulation.due = item.optional_text("due");
  if (const auto status = item.optional_text("status")) {
    stipulation.status = stipulation_named(*status);
    stipulation.fulfilled = stipulation.status == sdk::StipulationStatus::accepted;
  }
  return stipulation;
}

sdk::Reason reason_of(const Members& item) {
  sdk::Reason reason;
  reason.code = item.optional_text("code");
  reason.unified_code = looked_up(kReasons, reason.code.value_or(""), "other");
  reason.text = item.text("text");
  return reason;
}

sdk::Decision decision_of(const sdk::Response& reply, const Json& answered) {
  const Members said(reply, answered);
  sdk::Decision decision;
  if (const auto amount = said.optional_text("amount")) decision.amount.emplace(*amount, "USD");
  decision.apr = said.optional_text("apr");
  decision.expires_at = said.optional_text("expiresAt");
  decision.decided_at = said.optional_text("decidedAt");
  decision.creditor = said.optional_text("creditor");
  for (const Json& item : said.list("stipulations")) {
    decision.stipulations.push_back(stipulation_of(Members(reply, item)));
  }
  for (const Json& item : said.list("reasons")) {
    decision.reasons.push_back(reason_of(Members(reply, item)));
  }
  return decision;
}

// An application that cannot be read whole is still one to be asked about.
std::optional<sdk::ApplicationState> state_in_webhook(const Json& said) {
  sdk::Response nothing;
  nothing.effect = sdk::Effect::read;
  try {
    return application_of(nothing, said);
  } catch (const sdk::Failure&) {
    sdk::ApplicationState state;
    state.lender_application_id = sdk::text_of(said, "id").value_or("");
    state.lender_status = sdk::text_of(said, "status").value_or("unknown");
    if (state.lender_application_id.empty()) return std::nullopt;
    return state;
  }
}

}  // namespace

sdk::Failure unreadable(const sdk::Response& reply) {
  const bool reads = reply.effect == sdk::Effect::read;
  sdk::Failure failure(reads ? sdk::Outcome::upstream_error : sdk::Outcome::unknown_outcome,
                       "lender.bad_answer", "Mosaic's answer could not be read");
  failure.upstream_status = reply.status;
  failure.while_reading = reads;
  return failure;
}

std::string error_of(const sdk::Response& reply) {
  return sdk::text_of(sdk::parse_json(reply.body).value_or(Json()), "error").value_or("");
}

Members::Members(const sdk::Response& reply, const Json& object) : reply_(reply), object_(object) {
  if (!object.is_object()) throw unreadable(reply);
}

const Json* Members::find(const char* key) const {
  const auto member = object_.find(key);
  return member == object_.end() || member->is_null() ? nullptr : &*member;
}

std::optional<std::string> Members::optional_text(const char* key) const {
  const Json* member = find(key);
  if (member == nullptr) return std::nullopt;
  if (!member->is_string()) throw unreadable(reply_);
  return member->get<std::string>();
}

std::string Members::text(const char* key) const {
  const auto text = optional_text(key);
  if (!text || text->empty()) throw unreadable(reply_);
  return *text;
}

const Json& Members::list(const char* key) const {
  static const Json kEmpty = Json::array();
  return find(key) == nullptr ? kEmpty : required_list(key);
}

const Json& Members::required_list(const char* key) const {
  const Json* member = find(key);
  if (member == nullptr || !member->is_array()) throw unreadable(reply_);
  return *member;
}

const Json* Members::object(const char* key) const {
  const Json* member = find(key);
  if (member != nullptr && !member->is_object()) throw unreadable(reply_);
  return member;
}

sdk::LenderProduct product_of(const Json& listed) {
  sdk::LenderProduct product;
  product.lender_product_id = sdk::text_of(listed, "code").value_or("");
  product.lender_version = sdk::text_of(listed, "revision");
  product.kind = "loan_solar";
  product.name = listed_texts(listed, "name");
  product.texts["disclosure"] = listed_texts(listed, "disclosure");
  if (product.texts["disclosure"].empty()) product.texts.clear();
  product.approved_locales = listed_words(listed, "languages");
  product.countries = {"US"};
  product.states = listed_words(listed, "states");
  product.segments = {"residential"};
  product.currency = "USD";
  product.apr = listed_text(listed, "apr").value_or("");
  product.term_months = listed_months(listed, "termMonths");
  // Mosaic's fee is a percentage of the system cost that is added to it.
  product.dealer_fee.emplace().percent = listed_text(listed, "dealerFeePercent");
  product.dealer_fee->basis = sdk::FeeBasis::system_cost;
  product.min_amount = listed_dollars(listed, "minAmount");
  product.max_amount = listed_dollars(listed, "maxAmount");
  product.payment_frequency = "monthly";
  product.valid_from = listed_text(listed, "validFrom");
  product.valid_until = listed_text(listed, "validUntil");
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

sdk::ApplicationState application_of(const sdk::Response& reply, const Json& answered) {
  const Members said(reply, answered);
  sdk::ApplicationState state;
  state.lender_application_id = said.text("id");
  state.lender_status = said.text("status");
  state.status = status_named(state.lender_status);
  if (const Json* decision = said.object("decision")) {
    state.decision = decision_of(reply, *decision);
  }
  state.portal_url = said.optional_text("portalUrl");
  state.updated_at = said.optional_text("updatedAt");
  return state;
}

sdk::WebhookReading webhook_of(const std::string& body) {
  sdk::WebhookReading reading;
  const Json said = sdk::parse_json(body).value_or(Json());
  reading.event_id = sdk::text_of(said, "id");
  if (!said.is_object()) return reading;
  sdk::WebhookEvent event;
  if (sdk::text_of(said, "type") == "application.status_changed") {
    event.type = sdk::WebhookEventType::application_changed;
  }
  event.occurred_at = sdk::text_of(said, "createdAt");
  const auto application = said.find("application");
  if (application != said.end() && application->is_object()) {
    event.idempotency_key = sdk::text_of(*application, "externalReference");
    event.application = state_in_webhook(*application);
  }
  reading.events.push_back(std::move(event));
  return reading;
}

sdk::DocumentsSending sending_named(const std::string& word) {
  if (word == "SENT" || word == "OPENED") return sdk::DocumentsSending::sent;
  return word == "PREPARING" ? sdk::DocumentsSending::pending : sdk::DocumentsSending::unknown;
}

sdk::DocumentsStanding standing_named(const std::string& word) {
  if (word == "SENT") return sdk::DocumentsStanding::sent;
  if (word == "OPENED") return sdk::DocumentsStanding::opened;
  if (word == "SIGNED") return sdk::DocumentsStanding::signed_;
  if (word == "COUNTERSIGNED") return sdk::DocumentsStanding::countersigned;
  return word == "EXPIRED" ? sdk::DocumentsStanding::expired : sdk::DocumentsStanding::unknown;
}

sdk::StipulationStatus stipulation_named(const std::string& word) {
  if (word == "OPEN") return sdk::StipulationStatus::open;
  if (word == "RECEIVED") return sdk::StipulationStatus::received;
  if (word == "ACCEPTED") return sdk::StipulationStatus::accepted;
  return word == "REJECTED" ? sdk::StipulationStatus::rejected : sdk::StipulationStatus::unknown;
}

sdk::UploadStatus upload_named(const std::string& word) {
  if (word == "RECEIVED") return sdk::UploadStatus::received;
  return word == "PROCESSING" ? sdk::UploadStatus::pending : sdk::UploadStatus::unknown;
}

sdk::UploadStanding uploaded_named(const std::string& word) {
  if (word == "RECEIVED") return sdk::UploadStanding::received;
  if (word == "ACCEPTED") return sdk::UploadStanding::accepted;
  if (word == "REJECTED") return sdk::UploadStanding::rejected;
  return word == "PROCESSING" ? sdk::UploadStanding::pending : sdk::UploadStanding::unknown;
}

sdk::Failure refusal_of(const sdk::Response& reply) {
  sdk::Failure failure(sdk::Outcome::invalid, "lender.invalid",
                       "Mosaic does not accept the application");
  failure.upstream_status = reply.status;
  const Json answered = sdk::parse_json(reply.body).value_or(Json());
  if (!answered.is_object() || !answered.contains("errors")) return failure;
  for (const Json& error : answered.at("errors")) {
    if (failure.field_errors.size() == kFieldErrorsMax) break;
    const std::string code = sdk::text_of(error, "code").value_or("refused");
    const std::string message = sdk::text_of(error, "message").value_or("");
    failure.field(pointer_to(sdk::text_of(error, "field").value_or("")),
                  code.substr(0, kFieldCodeBytesMax), message.substr(0, kFieldDetailBytesMax));
  }
  return failure;
}

}  // namespace mosaic

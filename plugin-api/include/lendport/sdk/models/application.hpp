// application.submit/1 and application.status/1: a credit application, there and back.
#pragma once

#include <lendport/sdk/models/money.hpp>

namespace lendport::sdk {

struct Income {
  Money amount;
  std::string period;  // year, month, week

  static void fields(auto& self, auto& each) {
    each("amount", self.amount);
    each("period", self.period);
  }
};

// Personal data: never in a log, a message or a URL.
struct Applicant {
  std::optional<std::string> role;  // borrower, co_borrower
  std::string first_name;
  std::string last_name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::string> ssn;
  std::optional<std::string> date_of_birth;
  std::optional<Income> income;
  std::optional<Address> address;

  static void fields(auto& self, auto& each) {
    each("role", self.role);
    each("first_name", self.first_name);
    each("last_name", self.last_name);
    each("email", self.email);
    each("phone", self.phone);
    each("ssn", self.ssn);
    each("date_of_birth", self.date_of_birth);
    each("income", self.income);
    each("address", self.address);
  }
};

struct QuotedProduct {
  std::string id;
  int version = 0;
  std::string lender_product_id;

  static void fields(auto& self, auto& each) {
    each("id", self.id);
    each("version", self.version);
    each("lender_product_id", self.lender_product_id);
  }
};

struct QuotedTerms {
  Money financed_amount;
  Money amount_sent_to_lender;  // what the lender is asked for
  std::optional<Money> dealer_fee;
  int term_months = 0;
  std::string apr;

  static void fields(auto& self, auto& each) {
    each("financed_amount", self.financed_amount);
    each("amount_sent_to_lender", self.amount_sent_to_lender);
    each("dealer_fee", self.dealer_fee);
    each("term_months", self.term_months);
    each("apr", self.apr);
  }
};

struct Project {
  std::optional<std::string> case_number;
  Money system_cost;
  std::optional<Money> cost_per_watt;
  std::optional<std::string> consumption_kwh;
  std::optional<std::string> system_size_kw;
  std::optional<Address> address;

  static void fields(auto& self, auto& each) {
    each("case_number", self.case_number);
    each("system_cost", self.system_cost);
    each("cost_per_watt", self.cost_per_watt);
    each("consumption_kwh", self.consumption_kwh);
    each("system_size_kw", self.system_size_kw);
    each("address", self.address);
  }
};

struct SubmittingRep {
  std::optional<std::string> email;
  std::optional<std::string> lender_rep_id;
  bool generic = false;  // under the connection's generic account

  static void fields(auto& self, auto& each) {
    each("email", self.email);
    each("lender_rep_id", self.lender_rep_id);
    each("generic", self.generic);
  }
};

struct Consent {
  std::string scope;  // soft, hard
  std::string text_version;
  std::string language;
  std::string at;

  static void fields(auto& self, auto& each) {
    each("scope", self.scope);
    each("text_version", self.text_version);
    each("language", self.language);
    each("at", self.at);
  }
};

struct Submission {
  std::string idempotency_key;
  QuotedProduct product;
  QuotedTerms quote;
  std::vector<Applicant> applicants;  // the first is the borrower; there is one
  Project project;
  SubmittingRep rep;
  Consent consent;

  static void fields(auto& self, auto& each) {
    each("idempotency_key", self.idempotency_key);
    each("product", self.product);
    each("quote", self.quote);
    each("applicants", self.applicants);
    each("project", self.project);
    each("rep", self.rep);
    each("consent", self.consent);
  }
};

enum class ApplicationStatus : std::uint8_t {
  unknown,
  in_review,
  needs_info,
  prequalified,
  conditional,
  approved,
  declined,
  documents_sent,
  signed_,
  countersigned,
  funded,
  cancelled,
  expired
};
constexpr auto enum_names(ApplicationStatus) {
  return std::array<std::string_view, 13>{
      "unknown",  "in_review", "needs_info",     "prequalified", "conditional",
      "approved", "declined",  "documents_sent", "signed",       "countersigned",
      "funded",   "cancelled", "expired"};
}

struct Condition {
  std::optional<std::string> code;
  std::string text;

  static void fields(auto& self, auto& each) {
    each("code", self.code);
    each("text", self.text);
  }
};

// What a lender says of the documents for a stipulation.
enum class StipulationStatus : std::uint8_t { unknown, open, received, accepted, rejected };
constexpr auto enum_names(StipulationStatus) {
  return std::array<std::string_view, 5>{"unknown", "open", "received", "accepted", "rejected"};
}

struct Stipulation {
  std::optional<std::string> lender_id;
  std::optional<std::string> code;
  std::string text;
  std::optional<std::string> due;
  std::optional<bool> fulfilled;
  std::optional<StipulationStatus> status;

  static void fields(auto& self, auto& each) {
    each("lender_id", self.lender_id);
    each("code", self.code);
    each("text", self.text);
    each("due", self.due);
    each("fulfilled", self.fulfilled);
    each("status", self.status);
  }
};

// `unified_code` is one of the hub's words for the same reason (schema: reason), if one fits.
struct Reason {
  std::optional<std::string> code;
  std::optional<std::string> unified_code;
  std::string text;

  static void fields(auto& self, auto& each) {
    each("code", self.code);
    each("unified_code", self.unified_code);
    each("text", self.text);
  }
};

// The consumer report the decision rests on. `score_used`: the notice must disclose a credit score.
struct CreditReport {
  std::optional<std::string> agency;
  std::optional<std::string> address;
  std::optional<std::string> phone;
  std::optional<bool> score_used;

  static void fields(auto& self, auto& each) {
    each("agency", self.agency);
    each("address", self.address);
    each("phone", self.phone);
    each("score_used", self.score_used);
  }
};

struct Decision {
  std::optional<Money> amount;
  std::optional<std::string> apr;
  std::optional<int> term_months;
  std::optional<std::string> expires_at;
  std::optional<std::string> decided_at;
  std::optional<std::string> creditor;
  std::vector<Condition> conditions;
  std::vector<Stipulation> stipulations;
  std::vector<Reason> reasons;
  std::optional<CreditReport> report;
  std::optional<bool> report_used;            // false: it rests on none
  std::optional<std::string> notice_sent_at;  // the lender's notice of adverse action

  static void fields(auto& self, auto& each) {
    each("amount", self.amount);
    each("apr", self.apr);
    each("term_months", self.term_months);
    each("expires_at", self.expires_at);
    each("decided_at", self.decided_at);
    each("creditor", self.creditor);
    each("conditions", self.conditions);
    each("stipulations", self.stipulations);
    each("reasons", self.reasons);
    each("report", self.report);
    each("report_used", self.report_used);
    each("notice_sent_at", self.notice_sent_at);
  }
};

// A credit application as the lender has it. A status the connector cannot map stays `unknown`.
struct ApplicationState {
  std::string lender_application_id;
  ApplicationStatus status = ApplicationStatus::unknown;
  std::string lender_status;  // the lender's own word, verbatim
  std::optional<Decision> decision;
  std::optional<std::string> portal_url;
  std::optional<std::string> documents_opened_at;  // by the applicant, the first time
  std::optional<std::string> updated_at;

  static void fields(auto& self, auto& each) {
    each("lender_application_id", self.lender_application_id);
    each("status", self.status);
    each("lender_status", self.lender_status);
    each("decision", self.decision);
    each("portal_url", self.portal_url);
    each("documents_opened_at", self.documents_opened_at);
    each("updated_at", self.updated_at);
  }
};

struct ApplicationSubmit {
  static constexpr std::string_view kId = "application.submit/1";
  using Request = Submission;
  using Result = ApplicationState;
};

struct ApplicationSearch {
  std::optional<std::string> email;
  std::optional<std::string> last_name;
  std::optional<std::string> since;

  static void fields(auto& self, auto& each) {
    each("email", self.email);
    each("last_name", self.last_name);
    each("since", self.since);
  }
};

// By the lender's id, or by the key of the submission when the id never arrived.
struct StatusQuestion {
  std::optional<std::string> lender_application_id;
  std::optional<std::string> idempotency_key;
  std::optional<ApplicationSearch> search;

  static void fields(auto& self, auto& each) {
    each("lender_application_id", self.lender_application_id);
    each("idempotency_key", self.idempotency_key);
    each("search", self.search);
  }
};

// `found` is false only when the lender says that it has no such application: on it the hub may
// submit again.
struct StatusAnswer {
  bool found = false;
  std::optional<ApplicationState> application;

  static void fields(auto& self, auto& each) {
    each("found", self.found);
    each("application", self.application);
  }
};

struct ApplicationStatusQuery {
  static constexpr std::string_view kId = "application.status/1";
  using Request = StatusQuestion;
  using Result = StatusAnswer;
};

}  // namespace lendport::sdk

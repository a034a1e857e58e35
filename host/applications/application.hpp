// A credit application: what is asked of one lender for one quote of one case, and what became of
// it.
#pragma once

#include "applications/documents.hpp"
#include "applications/notice.hpp"
#include "applications/onward.hpp"
#include "applications/state.hpp"
#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/principal.hpp"
#include "core/rate.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"
#include "core/violation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lendport {

// The applicant's agreement to a soft credit check, recorded before anything is asked of a lender.
struct Consent {
  std::string
      text_version;      // of the wording shown, as the connector publishes it; empty: not given
  std::string language;  // it was shown in: "en", "fr", "es"
  Time at{};
};

// Why a creditor decided so: its own code and words, and the hub's code for the same reason.
struct Reason {
  std::string code;
  std::string unified_code;
  std::string text;

  friend bool operator==(const Reason&, const Reason&) = default;
};

struct Condition {
  std::string code;
  std::string text;

  friend bool operator==(const Condition&, const Condition&) = default;
};

enum class StipulationState {
  open,
  sent,      // the lender has documents for it
  accepted,  // it wants no more
  rejected,  // it wants others
};
inline constexpr std::size_t kStipulationStateCount = 4;

std::string_view to_string(StipulationState state);
std::optional<StipulationState> parse_stipulation_state(std::string_view text);

struct Stipulation {
  std::string lender_id;
  std::string code;
  std::string text;
  std::optional<Date> due;
  bool fulfilled = false;
  std::optional<StipulationState> said = {};  // by the lender, where it says so

  friend bool operator==(const Stipulation&, const Stipulation&) = default;
};

// A consumer report that the decision rests on, in whole or in part: whose it is must stand in the
// notice (FCRA section 615(a)).
struct CreditReport {
  std::string agency;
  std::string address;
  std::string phone;        // toll-free
  bool score_used = false;  // a credit score; its disclosure is the lender's: the hub has no score

  friend bool operator==(const CreditReport&, const CreditReport&) = default;
};

// What the lender decided. Only what it said: an absent member was not said.
struct Decision {
  std::optional<Money> amount;
  std::optional<Rate> apr;
  std::optional<int> term_months;
  std::optional<Time> expires_at;
  std::optional<Time> decided_at;
  std::string creditor;
  std::vector<Condition> conditions;
  std::vector<Stipulation> stipulations;
  std::vector<Reason> reasons;
  std::optional<CreditReport> report;
  std::optional<bool> report_used;     // it rests on a report; a report that is given says so too
  std::optional<Time> notice_sent_at;  // the lender sent its notice of adverse action

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Where the lender has it, read from `application.submit/1` and `application.status/1`.
struct LenderState {
  std::string lender_application_id;
  std::string status;         // the hub's word, as the connector mapped it
  std::string lender_status;  // the lender's own word, verbatim
  std::optional<Decision> decision;
  std::string portal_url;
  std::vector<std::string> left_out;             // JSON Pointers of what the hub could not read
  std::optional<Time> documents_opened_at = {};  // by the applicant: the loan documents
};

// One thing that a lender's webhook says. Without an id and a key it names no application.
struct HeardWord {
  std::string type;
  std::string lender_application_id;
  std::string idempotency_key;       // of the submission
  std::optional<LenderState> state;  // nothing where it says none, or none that can be read
};

// What is made of it.
enum class Heed {
  acted,    // the lender is asked, or its word was taken
  ignored,  // nothing follows
};

// The lender's rep account an application goes under. Without a match and without the right to
// create one it is the connection's generic account; the hub keeps `owner` all the same.
struct RepAccount {
  std::string lender_rep_id;
  bool generic = false;
};

using LoanDocuments = DocumentsDelivery;  // of the loan documents, once somebody asked for them

// What `confirm` compares: the borrower as the person sees it on the screen.
struct Confirmation {
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;
  std::string address;  // one line, as `address_line` writes it
  bool again = false;   // one more application for the same case and product is meant
  // Why a difference between applicant and agreement is accepted; none: it is not.
  std::optional<std::string> mismatch_reason = {};
  // The applicant's agreement to this check; needed where the application has none yet.
  std::optional<Consent> consent = {};
  std::vector<OnwardConsent> onward = {};
};

// What a person accepted at the confirmation. Its words may name the applicant: sealed at rest.
struct Mismatch {
  UserId accepted_by;
  Time accepted_at{};
  std::string reason;
  std::vector<Violation> differences;  // pointers into the case; details show both spellings
};

// Another application for the same case and product that a lender has, had or is about to get.
struct EarlierApplication {
  ApplicationId id;
  ApplicationState state = ApplicationState::confirmed;
};

// How many soft checks a lender allows in how many days, where it says so.
struct CheckLimit {
  int count = 0;
  int days = 0;
  int made = 0;  // of them, of this customer at this lender

  friend bool operator==(const CheckLimit&, const CheckLimit&) = default;
};

// What stands between a quote and an application, before anything is sent.
struct Requirements {
  std::vector<Violation> missing;  // pointers into the case; texts in the caller's language
  int credit_checks = 0;           // soft checks of this customer in the last 30 days
  std::string lender;
  std::optional<EarlierApplication> earlier;  // applying once more asks for `again`
  std::optional<CheckLimit> limit = {};
  std::string warning = {};  // in the caller's language; empty: nothing to think about
};

// One thing that happened to an application: an event, or a call of the lender (redacted).
struct TimelineEntry {
  Time at{};
  std::string kind;     // "event" or "lender_call"
  std::string type;     // "application.confirmed", "application.submit/1"
  std::string actor;    // "user_…", "key_…" or "hub"
  std::string details;  // JSON object text
};

// The request that last set an application going, as whoever sent it knows it: passed on with the
// calls of its lender.
struct AskedBy {
  std::string request_id;   // empty: of an application from before they were kept
  std::string traceparent;  // W3C; empty where the request named none

  friend bool operator==(const AskedBy&, const AskedBy&) = default;
};

// What keeps an application from going on by itself just now.
struct WaitsFor {
  std::string code;  // "lender.unavailable", "hub.busy", "connector.stopped", …
  Sentence message;
  Time until{};  // when it is tried again
};

// One application. The applicant's fields are not here: they stand sealed in `sealed_request`, the
// document that goes to the connector, frozen when the application was made.
struct Application {
  ApplicationId id;
  OrgId org;
  CaseId case_id;
  std::int64_t case_generation = 1;
  PersonId borrower;  // whose key seals the request
  QuoteId quote;
  ProductId product;
  std::int64_t product_version = 1;
  std::optional<ConnectionId> connection;  // none: a configured product, handed over by people
  std::string plugin_id;
  std::string lender;
  Environment environment = Environment::sandbox;  // of the quote; the other world never sees it
  ApplicationState state = ApplicationState::draft;
  std::int64_t version = 1;  // rises with every change; the strong ETag
  std::string lender_key;    // idempotency key of every attempt, fixed for the application's life
  UserId owner;              // the sales rep, always kept
  RepAccount rep;
  Money financed_amount;
  Money amount_sent_to_lender;
  int term_months = 0;
  Rate apr;
  Consent consent;
  std::string lender_application_id;
  std::string lender_status;
  std::string portal_url;
  std::optional<Decision> decision;
  std::optional<TechnicalFailure> failure;
  std::string attention;  // why a person should look; empty: nothing
  int attempts = 0;       // of submission
  Time created_at{};
  std::optional<Time> confirmed_at;
  std::optional<Time> sent_at;  // when bytes may last have left
  // Attempts up to this one are over at the lender as well: refused, or never received. What the
  // journal says of them no longer counts. A number, not a time: clocks step back.
  int settled_attempts = 0;
  // How often it went out again, since the confirmation, because the lender never got it.
  int resends = 0;
  // Since when the hub tries to reach the lender: the first attempt after the confirmation, or the
  // moment it was known that a lost submission never arrived.
  std::optional<Time> routing_since;
  // The lender said that it took the submission: whatever it knows later, it never goes out again.
  bool was_taken = false;
  // Since when it gives no answer about an application it has; nothing while it answers.
  std::optional<Time> silent_since;
  std::optional<Time> decided_at;  // of the lender's latest decision
  std::optional<LoanDocuments> documents;
  Onward onward;
  std::optional<AdverseNotice> notice;  // owed to the applicant, or given
  AskedBy asked_by;
  Time updated_at{};
  std::optional<WaitsFor> waits_for;  // not stored: filled in where one application is shown

  bool handed_over() const { return !connection; }
};

}  // namespace lendport

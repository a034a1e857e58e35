// The only spelling of an application's fields on the wire and in the store.
#pragma once

#include "applications/application.hpp"
#include "connectors/journal.hpp"
#include "http/cursor.hpp"
#include "http/message.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>

namespace lendport {

// What `POST …/applications` takes.
struct NewApplication {
  QuoteId quote;
  Consent consent;
  bool again = false;  // one more application for the same case and product is meant
};
// `org`'s ids are checked by the caller. Throws Error{invalid_input} with every violation.
NewApplication read_new_application(std::string_view body, Time now);

// What `POST …:confirm` takes.
inline constexpr std::size_t kMismatchReasonBytesMax = 2'000;
Confirmation read_confirmation(std::string_view body, Time now);

// What `POST …:decide` takes: a decision a person heard from the lender.
struct ManualDecision {
  std::string status;  // "approved", "conditional", "declined", "needs_info", "funded", …
  std::optional<Decision> decision;  // none: the one before stays
};
ManualDecision read_manual_decision(std::string_view body);

// The application as the API answers it: holds nothing of the applicant. Sets ETag, and Location
// where the status is 201 or 202. Here as below, what the hub says is said in `language`.
http::Response application_answer(unsigned status, const Application& application,
                                  std::string_view language);
http::Response application_page(const http::Cursors& cursors, const http::Request& request,
                                const std::vector<Application>& page, bool more);
// What happened, for the application's event: its old and new state and what the lender said.
std::string write_transition(ApplicationState from, const Application& application);
// {"state":"confirmed"}, for the audit's before and after.
// Of `application.refused_step`, where a person's step was refused.
std::string write_refused_step(const Application& application, std::string_view step,
                               std::string_view reason);
std::string write_state(ApplicationState state);

// What a lender's webhook said and what was made of it, for the application's event.
std::string write_heard(const InboundId& webhook, const HeardWord& word, std::string_view why);

http::Response borrower_answer(const Confirmation& borrower);
http::Response requirements_answer(const Requirements& requirements);
std::string write_timeline_entry(const TimelineEntry& entry, std::string_view language);
http::Response timeline_answer(const std::vector<TimelineEntry>& entries,
                               std::string_view language);
std::string write_lender_call(const connectors::JournalEntry& call);

// The decision as the store keeps it.
std::string write_stored_decision(const Decision& decision);
Decision read_stored_decision(std::string_view text);

// A mismatch that a person accepted: as it is sealed, and back; for the audit, which outlives the
// applicant's key, the fields alone: a reason tells names that nobody can find in it; for the API.
std::string write_stored_mismatch(const Mismatch& mismatch);
Mismatch read_stored_mismatch(std::string_view text);
std::string write_mismatch_audit(const Mismatch& mismatch);
http::Response mismatch_answer(const std::optional<Mismatch>& mismatch, std::string_view language);

}  // namespace lendport

// The life of a credit application: its states, what can happen to it, and the one table that says
// what follows from what.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace lendport {

// Spelled as on the wire. `signed` is a word of the language, hence the underscore.
enum class ApplicationState {
  draft,         // filled in, nothing sent
  confirmed,     // a person confirmed what is sent; a job carries it to the lender
  submitting,    // an attempt is under way
  unknown,       // bytes left, no answer came: the lender is asked until it is known
  failed,        // technical refusal: no credit decision, starts no clock, may be confirmed again
  in_review,     // the lender has it
  needs_info,    // the lender asks for something
  prequalified,  // a soft-pull answer: likely
  conditional,   // approved with conditions or stipulations
  approved,
  declined,        // a creditor's decision, never ours
  documents_sent,  // loan documents are with the applicant
  signed_,
  countersigned,
  funded,
  cancelled,
  expired,
};
inline constexpr std::size_t kApplicationStateCount = 17;

// What can happen. Events of a lender carry its word; `technical_*` are the hub's own observations.
enum class ApplicationEvent {
  confirm,             // a person confirmed
  attempt,             // the hub begins to send, or sends again what never left
  answer_lost,         // bytes left, no definite answer
  refuse_technically,  // invalid, auth, upstream error, deadline before anything left
  not_found,           // the lender's window passed and it does not know the key: send again
  lender_in_review,
  lender_needs_info,
  lender_prequalified,
  lender_conditional,
  lender_approved,
  lender_declined,
  lender_documents_sent,
  lender_signed,
  lender_countersigned,
  lender_funded,
  lender_cancelled,
  lender_expired,
  withdraw,  // a person takes it back before the lender has it
};
inline constexpr std::size_t kApplicationEventCount = 18;

std::string_view to_string(ApplicationState state);
std::optional<ApplicationState> parse_application_state(std::string_view text);
std::string_view to_string(ApplicationEvent event);

// The state after `event` in `state`, or nothing when the table does not allow it: the event is
// then recorded and changes nothing.
std::optional<ApplicationState> next_state(ApplicationState state, ApplicationEvent event);

// The event a lender's normalised status is. Any other word is `lender_in_review` with `mapped`
// false: an attention item, never a success.
struct LenderEvent {
  ApplicationEvent event;
  bool mapped;
};
LenderEvent lender_event(std::string_view status);

// Nothing follows any more.
bool is_final(ApplicationState state);
// The lender has it and may still change its mind: worth asking again.
bool is_followed(ApplicationState state);
// The lender has spoken: approved, conditional, prequalified, declined and all that follows.
bool is_decided(ApplicationState state);
// The loan documents are with the applicant, or signed already.
bool has_documents(ApplicationState state);

}  // namespace lendport

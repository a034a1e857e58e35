// One step of an application: what an event or a lender's word makes of it. Pure.
#pragma once

#include "applications/application.hpp"

#include <chrono>

namespace lendport {

// What a step did. `allowed` false: the table refuses it, nothing was changed, and that is
// recorded. `changed` false: the lender said what was known already.
struct Step {
  bool allowed = true;
  bool changed = true;
};

// Applies an event of the hub's own or of a person.
Step take_event(Application& application, ApplicationEvent event, Time now);

// Whether the lender speaks of another application than the one it has for this: says nothing of
// it.
bool is_about_another(const Application& application, const LenderState& said);

// Applies what the lender said of this application. A status that is not one of the hub's words
// leaves the application in review, or where it is, with an attention item: never a success. A
// decision expires by the lender's date alone: a new state without a new decision has none.
Step take_lender_state(Application& application, const LenderState& heard, Time now);

// Why a person should look at what the lender said; empty: nothing.
std::string attention_to(const LenderState& heard);
// The same, and where that is nothing, what is to be done about the notice.
std::string attention_left(const Application& application, const LenderState& said);
// What is to be done about the notice alone.
std::string attention_left(const Application& application);

// A technical refusal: no credit decision.
Step take_failure(Application& application, TechnicalFailure failure, Time now);

// A decision that was not used in time, its expiry being past, becomes expired. Not allowed
// in any other case: once the documents are with the applicant, its date no longer counts.
Step take_expiry(Application& application, Time now);
// When that will be; nothing where it cannot.
std::optional<Time> expires_at(const Application& application);

// Whether its lender may have something new to say: it is followed, or was declined and the lender
// owes the applicant a notice of that.
bool is_worth_asking(const Application& application);

// How long to wait before asking a lender again about something that last changed at `since`: half
// of the time that passed, at least `first`, at most `longest`; past the first day, a ninety-sixth
// of it, at most a day. So questions thin out by themselves, and a restart asks at the same
// moments. A `since` that is still to come (the clock was set back) counts by how far it is away.
std::chrono::milliseconds wait_before_asking(Time since, Time now, std::chrono::milliseconds first,
                                             std::chrono::milliseconds longest);

// How long to wait before attempt `attempt` + 1 after nothing was sent: doubles from one second up
// to a minute, with up to a quarter taken off by `jitter` (0 to 255).
std::chrono::milliseconds wait_before_sending(int attempt, unsigned char jitter);
// The jitter of an application's attempt: no two applications alike, and the same after a restart.
unsigned char jitter_of(const ApplicationId& application, int attempt);

}  // namespace lendport

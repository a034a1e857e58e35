// What a lender's answer to a question makes of an application.
#include "applications/ask.hpp"
#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/step.hpp"
#include "applications/store.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using connectors::Outcome;
using connectors::OutcomeKind;

constexpr std::chrono::hours kBetweenStaleAsks{24};

// What a status answer says. At most one of it; none: nothing of use, ask again.
struct Heard {
  std::optional<LenderState> state;
  bool not_found = false;   // the lender has no such application
  bool unreadable = false;  // there is an answer, and it cannot be read: nor will the next one be
};

Heard heard_in(const Outcome& outcome) {
  Heard heard;
  heard.unreadable = outcome.kind == OutcomeKind::internal;
  if (!outcome.done()) return heard;
  auto read = read_status_result(*outcome.result);
  heard.unreadable = !read;
  if (!read) return heard;
  heard.not_found = !*read;
  heard.state = *std::move(read);
  return heard;
}

// Whether the lender's decision, given without a date, is older than its decisions usually hold:
// it stands, and little is to be expected of it.
bool is_stale(const Application& application, int decision_days, Time now) {
  return application.decided_at && !expires_at(application) &&
         now - *application.decided_at >= std::chrono::days{decision_days};
}

// Whether the lender speaks of an application of its own that is another one's here.
bool is_a_strangers(db::Snapshot& at, const Application& application, const LenderState& said) {
  return said.lender_application_id != application.lender_application_id &&
         store::is_another_ones(at, application, said.lender_application_id);
}

void end_silence(db::Transaction& tx, Application& application) {
  if (!application.silent_since) return;
  application.silent_since.reset();
  store::keep_silence(tx, application);
}

}  // namespace

void AskJobs::settle_reconcile(db::Transaction& tx, const jobs::Lease& lease,
                               const LenderAttempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  // While it is unknown its case is held, and nobody in it can be erased.
  if (!found || found->state != ApplicationState::unknown) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  const Time now = needs_.clock.now();
  const Heard heard = heard_in(outcome);
  if (heard.state) {
    if (!store::is_another_ones(tx, application, heard.state->lender_application_id)) {
      words_.settle(tx, lease, application, *heard.state);
      return;
    }
    records_.note(tx, application, attention::kAnotherOnes, "needs_attention", "hub");
  }
  if (heard.unreadable)
    records_.note(tx, application, attention::kUnreadable, "needs_attention", "hub");
  // What was asked before the window ended does not count, however late the answer came.
  const Time final_at =
      application.sent_at.value() + std::chrono::seconds{attempt.manifest->reconcile_window_s};
  const bool is_final_word =
      heard.not_found && is_past_window(attempt, application.sent_at.value());
  if (is_final_word && application.was_taken) {
    records_.note(tx, application, attention::kTakenAndNotKnown, "needs_attention", "hub");
  } else if (is_final_word && application.resends >= kResendsMax) {
    records_.note(tx, application, attention::kLostTooOften, "needs_attention", "hub");
  } else if (is_final_word) {
    take_event(application, ApplicationEvent::not_found, now);
    records_.record(tx, application, ApplicationState::unknown, "not_found", "hub");
    jobs::complete(tx, lease);
    records_.enqueue(tx, application, kSubmitJob);
    return;
  }
  // That it does not know the application yet is an answer.
  if (!heard.not_found) note_silence(tx, application);
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision, {});
  }
  Time next = now + wait_before_asking(application.updated_at, now, kAskLostFirst,
                                       turns_.longest_wait_for_lost());
  if (heard.not_found && !is_final_word) {
    next = std::min(next, std::max(final_at, now + kAskLostFirst));
  }
  jobs::retry_at(tx, lease, {next, now}, outcome.code, false);
}

void AskJobs::settle_follow(db::Transaction& tx, const jobs::Lease& lease,
                            const LenderAttempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || !is_worth_asking(*found) || submissions_.is_forgotten(tx, *found)) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  const Time now = needs_.clock.now();
  const Heard heard = heard_in(outcome);
  bool nothing_later = heard.not_found;
  if (heard.state && is_a_strangers(tx, application, *heard.state)) {
    records_.note(tx, application, attention::kAnotherOnes, "needs_attention", "hub");
  } else if (heard.state) {
    const Step step = words_.take(tx, application, *heard.state);
    nothing_later = step.allowed && !step.changed;
  }
  if (heard.not_found) {
    records_.note(tx, application, attention::kNoLongerKnown, "needs_attention", "hub");
  }
  if (heard.unreadable)
    records_.note(tx, application, attention::kUnreadable, "needs_attention", "hub");
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision, {});
  }
  if (heard.state || heard.not_found || heard.unreadable) {
    end_silence(tx, application);
  } else if (!is_final(application.state)) {
    note_no_answer(tx, application, outcome.kind == OutcomeKind::auth_failed);
  }
  // The lender was asked once more, and has nothing later to say.
  const ApplicationState from = application.state;
  if (nothing_later && take_expiry(application, now).allowed) {
    records_.record(tx, application, from, "expired", "hub");
  }
  if (is_final(application.state)) {
    jobs::complete(tx, lease);
    return;
  }
  Time next = now + wait_before_asking(application.updated_at, now, turns_.first_wait(application),
                                       settings_.follow_longest);
  if (is_stale(application, turns_.decision_days(application), now)) {
    next = std::max(next, now + kBetweenStaleAsks);
  }
  if (const auto ends = expires_at(application); ends && *ends > now) next = std::min(next, *ends);
  jobs::retry_at(tx, lease, {next, now}, outcome.code, false);
}

}  // namespace lendport

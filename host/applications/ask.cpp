// Asking a lender about an application it has, or may have.
#include "applications/applications.hpp"
#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "connectors/switches.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using connectors::Outcome;
using connectors::OutcomeKind;
using connectors::ReconcileMode;

constexpr std::string_view kStatus = "application.status/1";
constexpr std::chrono::milliseconds kReconcileFirst{1'000};
constexpr std::chrono::minutes kFollowedPause{1};
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

// Whether that sentence is over as soon as the lender gives an answer that can be read.
bool ends_with_an_answer(const std::string& sentence) {
  return sentence == attention::kUnreadable || sentence == attention::kNoLongerKnown ||
         sentence == attention::kRefusesUs || sentence == attention::kSilent;
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

// Whether the lender's own id of it is not known: its answer was lost, although a person may have
// recorded what the lender says.
bool has_to_be_found(const Application& application) {
  return application.state == ApplicationState::unknown ||
         application.lender_application_id.empty();
}

void end_silence(db::Transaction& tx, Application& application) {
  if (!application.silent_since) return;
  application.silent_since.reset();
  store::keep_silence(tx, application);
}

}  // namespace

bool Applications::can_be_asked(db::Snapshot& at, const Application& application,
                                const connectors::Manifest* manifest) const {
  if (application.handed_over() || !submission_of(at, application)) return false;
  const auto connection = needs_.connections.find_by_id(at, *application.connection);
  if (!connection || !connection->followable()) return false;
  if (manifest == nullptr) return true;
  if (!manifest->has(kStatus)) return false;
  if (!has_to_be_found(application)) return true;
  switch (manifest->reconcile) {
    case ReconcileMode::by_key:
    case ReconcileMode::by_search: return true;
    case ReconcileMode::none: return false;
  }
  return false;
}

// Its case may have been deleted since it ended, also while the lender was asked about it.
bool Applications::is_forgotten(db::Transaction& tx, const Application& application) const {
  return is_final(application.state) &&
         !needs_.sealing.hold_key(tx, application.org, application.borrower.value);
}

std::optional<Applications::Attempt> Applications::begin_asking(db::Transaction& tx,
                                                                const jobs::Lease& lease,
                                                                bool about_unknown) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  const bool wanted = found && (about_unknown ? found->state == ApplicationState::unknown
                                              : is_worth_asking(*found));
  if (!wanted) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (is_forgotten(tx, *found)) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  const Time now = needs_.clock.now();
  const auto manifest = needs_.connectors.manifest(found->plugin_id);
  if (!can_be_asked(tx, *found, manifest.get())) {
    if (about_unknown) {
      note(tx, *found, attention::kCannotBeAsked, "needs_attention", "hub");
    } else if (!found->handed_over() && (!manifest || manifest->has(kStatus))) {
      note(tx, *found, attention::kConnectionRemoved, "needs_attention", "hub");
    }
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (!manifest || connectors::is_stopped(tx, found->plugin_id)) {
    if (about_unknown) {
      note_silence(tx, *found);
    } else {
      note_no_answer(tx, *found, false);
    }
    jobs::retry_at(tx, lease, {after_pause(*found), now}, "connector.not_ready", false);
    return std::nullopt;
  }
  // The clock was set back since: the window begins anew.
  if (about_unknown && found->sent_at > now) {
    found->sent_at = now;
    store::update(tx, *found);
    ++found->version;
  }
  const connectors::Admission turn = turn_of(*found);
  if (!turn.place) {
    put_off_question(tx, lease, *found, turn);
    return std::nullopt;
  }
  Attempt attempt{*found, call_of(tx, *found), {}, {}, {}, manifest, now, needs_.clock.even_for()};
  attempt.call.place = turn.place;
  attempt.call.operation = kStatus;
  attempt.call.request = has_to_be_found(*found) && manifest->reconcile == ReconcileMode::by_search
                             ? write_search_request(*found, open_submission(tx, *found))
                             : write_status_request(*found);
  return attempt;
}

bool Applications::is_past_window(const Attempt& attempt, Time left_at) {
  const std::chrono::seconds window{attempt.manifest->reconcile_window_s};
  return attempt.begun_at >= left_at + window && attempt.even_for >= window;
}

Task<Outcome> Applications::ask(Attempt& attempt, Deadline deadline) {
  connectors::Call call = attempt.call;
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kStatusTimeout);
  co_return co_await needs_.connectors.call(std::move(call));
}

Task<void> Applications::reconcile(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_asking(tx, lease, true); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  const Outcome outcome = co_await ask(*attempt, deadline);
  const auto settle = [&](db::Transaction& tx) { settle_reconcile(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

// A better reason to call the lender stays.
void Applications::note_silence(db::Transaction& tx, Application& application) const {
  const auto silent_for = needs_.clock.now() - application.sent_at.value();
  if (silent_for < kCallLenderAfter || attention::is_called_for(application.attention)) return;
  note(tx, application, attention::kKeepsFailing, "needs_attention", "hub");
}

void Applications::note_no_answer(db::Transaction& tx, Application& application,
                                  bool refuses_us) const {
  const Time now = needs_.clock.now();
  if (!application.silent_since) {
    application.silent_since = now;
    store::keep_silence(tx, application);
  }
  if (attention::is_called_for(application.attention)) return;
  if (refuses_us) {
    note(tx, application, attention::kRefusesUs, "needs_attention", "hub");
  } else if (now - *application.silent_since >= kCallFollowedAfter) {
    note(tx, application, attention::kSilent, "needs_attention", "hub");
  }
}

Time Applications::after_pause(const Application& application) const {
  const Time now = needs_.clock.now();
  if (application.state == ApplicationState::unknown) {
    return now + std::max<std::chrono::milliseconds>(
                     connectors::kConnectorPause,
                     wait_before_asking(application.updated_at, now, kReconcileFirst,
                                        longest_wait_for_lost()));
  }
  return now +
         std::max<std::chrono::milliseconds>(
             kFollowedPause, wait_before_asking(application.updated_at, now,
                                                first_wait(application), settings_.follow_longest));
}

void Applications::settle_reconcile(db::Transaction& tx, const jobs::Lease& lease,
                                    const Attempt& attempt, const Outcome& outcome) const {
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
      settle_lender_state(tx, lease, application, *heard.state);
      return;
    }
    note(tx, application, attention::kAnotherOnes, "needs_attention", "hub");
  }
  if (heard.unreadable) note(tx, application, attention::kUnreadable, "needs_attention", "hub");
  // What was asked before the window ended does not count, however late the answer came.
  const Time final_at =
      application.sent_at.value() + std::chrono::seconds{attempt.manifest->reconcile_window_s};
  const bool is_final_word =
      heard.not_found && is_past_window(attempt, application.sent_at.value());
  if (is_final_word && application.was_taken) {
    note(tx, application, attention::kTakenAndNotKnown, "needs_attention", "hub");
  } else if (is_final_word && application.resends >= kResendsMax) {
    note(tx, application, attention::kLostTooOften, "needs_attention", "hub");
  } else if (is_final_word) {
    take_event(application, ApplicationEvent::not_found, now);
    record(tx, application, ApplicationState::unknown, "not_found", "hub");
    jobs::complete(tx, lease);
    enqueue(tx, application, kSubmitJob);
    return;
  }
  // That it does not know the application yet is an answer.
  if (!heard.not_found) note_silence(tx, application);
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision, {});
  }
  Time next = now + wait_before_asking(application.updated_at, now, kReconcileFirst,
                                       longest_wait_for_lost());
  if (heard.not_found && !is_final_word)
    next = std::min(next, std::max(final_at, now + kReconcileFirst));
  jobs::retry_at(tx, lease, {next, now}, outcome.code, false);
}

Task<void> Applications::follow(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_asking(tx, lease, false); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  const Outcome outcome = co_await ask(*attempt, deadline);
  const auto settle = [&](db::Transaction& tx) { settle_follow(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_follow(db::Transaction& tx, const jobs::Lease& lease,
                                 const Attempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || !is_worth_asking(*found) || is_forgotten(tx, *found)) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  const Time now = needs_.clock.now();
  const Heard heard = heard_in(outcome);
  bool nothing_later = heard.not_found;
  if (heard.state && is_a_strangers(tx, application, *heard.state)) {
    note(tx, application, attention::kAnotherOnes, "needs_attention", "hub");
  } else if (heard.state) {
    const Step step = take_word(tx, application, *heard.state);
    nothing_later = step.allowed && !step.changed;
  }
  if (heard.not_found) {
    note(tx, application, attention::kNoLongerKnown, "needs_attention", "hub");
  }
  if (heard.unreadable) note(tx, application, attention::kUnreadable, "needs_attention", "hub");
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
    record(tx, application, from, "expired", "hub");
  }
  if (is_final(application.state)) {
    jobs::complete(tx, lease);
    return;
  }
  Time next = now + wait_before_asking(application.updated_at, now, first_wait(application),
                                       settings_.follow_longest);
  if (is_stale(application, decision_days(application), now))
    next = std::max(next, now + kBetweenStaleAsks);
  if (const auto ends = expires_at(application); ends && *ends > now) next = std::min(next, *ends);
  jobs::retry_at(tx, lease, {next, now}, outcome.code, false);
}

void Applications::settle_lender_state(db::Transaction& tx, const jobs::Lease& lease,
                                       Application& application, const LenderState& said) const {
  take_word(tx, application, said);
  jobs::complete(tx, lease);
  if (is_followed(application.state) && !application.handed_over()) {
    enqueue(tx, application, kFollowJob, first_wait(application));
  }
}

void Applications::take_opening(db::Transaction& tx, Application& application,
                                const LenderState& said) const {
  auto& documents = application.documents;
  if (!said.documents_opened_at || !documents || documents->opened_at) return;
  documents->opened_at = std::min(*said.documents_opened_at, needs_.clock.now());
  record(tx, application, application.state, "documents_opened", "lender");
}

Step Applications::take_word(db::Transaction& tx, Application& application,
                             const LenderState& said) const {
  const ApplicationState from = application.state;
  const Step step = take_lender_state(application, said, needs_.clock.now());
  if (step.allowed) {
    if (step.changed) {
      record(tx, application, from, to_string(application.state), "lender");
    } else if (ends_with_an_answer(application.attention)) {
      const std::string left = attention_left(application, said);
      note(tx, application, left, left.empty() ? "attention_ended" : "needs_attention", "hub");
    }
    take_opening(tx, application, said);
    return step;
  }
  const Sentence odd =
      is_about_another(application, said)
          ? lendport::said(row_of(attention::kSentences, "another_of_its_own"),
                           {{"id", said.lender_application_id}})
          : lendport::said(row_of(attention::kSentences, "does_not_follow"),
                           {{"status", said.lender_status}, {"state", to_string(from)}});
  note(tx, application, odd.en, "refused_step", "lender");
  return step;
}

}  // namespace lendport

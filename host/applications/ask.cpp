// Asking a lender about an application it has, or may have.
#include "applications/applications.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "catalog/catalog.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using connectors::Outcome;
using connectors::OutcomeKind;
using connectors::ReconcileMode;

constexpr std::string_view kStatus = "application.status/1";
constexpr std::chrono::milliseconds kReconcileFirst{1'000};
constexpr std::chrono::milliseconds kReconcileLongest{5 * 60'000};

// How the lender can be asked whether it has an application whose answer was lost.
ReconcileMode mode_of(const connectors::Manifest* manifest) {
  if (manifest == nullptr) return ReconcileMode::by_key;  // not loaded just now: ask later
  return manifest->has(kStatus) ? manifest->reconcile : ReconcileMode::none;
}

std::optional<LenderState> lender_state_of(const Outcome& outcome) {
  if (!outcome.done()) return std::nullopt;
  auto read = read_status_result(*outcome.result);
  return read ? *read : std::nullopt;
}

// The lender says that it has no such application. An answer that cannot be read does not say so.
bool says_not_found(const Outcome& outcome) {
  if (!outcome.done()) return false;
  const auto read = read_status_result(*outcome.result);
  return read && !*read;
}

}  // namespace

std::optional<Applications::Attempt> Applications::begin_asking(db::Transaction& tx,
                                                                const jobs::Lease& lease,
                                                                bool about_unknown) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  const bool wanted =
      found && !found->handed_over() &&
      (about_unknown ? found->state == ApplicationState::unknown : is_followed(found->state));
  if (!wanted) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  Attempt attempt{*found, {}, {}, {}, {}, needs_.connectors.manifest(found->plugin_id)};
  const ReconcileMode mode = mode_of(attempt.manifest.get());
  const bool can_ask = attempt.manifest == nullptr || attempt.manifest->has(kStatus);
  if (!can_ask || (about_unknown && mode == ReconcileMode::none)) {
    if (about_unknown && found->attention.empty()) {
      found->attention =
          "the answer of the lender was lost and it cannot be asked: call the lender, and do not "
          "send the application again";
      record(tx, *found, found->state, "needs_attention", "hub");
    }
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  attempt.call = call_of(tx, *found);
  attempt.call.operation = kStatus;
  attempt.call.request = about_unknown && mode == ReconcileMode::by_search
                             ? write_search_request(*found, open_submission(tx, *found))
                             : write_status_request(*found);
  return attempt;
}

Task<void> Applications::reconcile(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_asking(tx, lease, true); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  attempt->call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kStatusTimeout);
  const Outcome outcome = co_await needs_.connectors.call(attempt->call);
  const auto settle = [&](db::Transaction& tx) { settle_reconcile(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_reconcile(db::Transaction& tx, const jobs::Lease& lease,
                                    const Attempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || found->state != ApplicationState::unknown) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  const Time now = needs_.clock.now();
  if (const auto said = lender_state_of(outcome)) {
    settle_lender_state(tx, lease, application, *said);
    return;
  }
  const auto window =
      std::chrono::seconds{attempt.manifest ? attempt.manifest->reconcile_window_s : 0};
  const Time final_at = application.sent_at.value_or(now) + window;
  if (says_not_found(outcome) && now >= final_at) {
    const ApplicationState from = application.state;
    take_event(application, ApplicationEvent::not_found, now);
    application.not_found_at = now;
    record(tx, application, from, "not_found", "hub");
    jobs::complete(tx, lease);
    enqueue(tx, application, kSubmitJob, now);
    return;
  }
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision,
                                   outcome.message);
  }
  Time next =
      now + wait_before_asking(application.updated_at, now, kReconcileFirst, kReconcileLongest);
  if (says_not_found(outcome)) next = std::min(next, std::max(final_at, now + kReconcileFirst));
  jobs::retry_at(tx, lease, next, outcome.code, false);
}

Task<void> Applications::follow(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_asking(tx, lease, false); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  attempt->call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kStatusTimeout);
  const Outcome outcome = co_await needs_.connectors.call(attempt->call);
  const auto settle = [&](db::Transaction& tx) { settle_follow(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_follow(db::Transaction& tx, const jobs::Lease& lease,
                                 const Attempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || !is_followed(found->state)) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  const Time now = needs_.clock.now();
  if (const auto said = lender_state_of(outcome)) {
    const ApplicationState from = application.state;
    const Step step = take_lender_state(application, *said, decision_days(application), now);
    if (!step.allowed) record_refused(tx, application, *said);
    if (step.allowed && step.changed) {
      record(tx, application, from, to_string(application.state), "lender");
    }
  } else if (says_not_found(outcome) && application.attention.empty()) {
    application.attention = "the lender no longer knows this application: ask the lender";
    record(tx, application, application.state, "needs_attention", "hub");
  }
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision,
                                   outcome.message);
  }
  if (is_final(application.state)) {
    jobs::complete(tx, lease);
    return;
  }
  jobs::retry_at(tx, lease,
                 now + wait_before_asking(application.updated_at, now, settings_.follow_first,
                                          settings_.follow_longest),
                 outcome.code, false);
}

}  // namespace lendport

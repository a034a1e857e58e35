#include "applications/submit.hpp"

#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/step.hpp"
#include "applications/store.hpp"
#include "applications/texts.hpp"
#include "connectors/journal.hpp"
#include "connectors/switches.hpp"
#include "core/crash_point.hpp"
#include "events/events.hpp"
#include "orgs/orgs.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;
using connectors::Outcome;
using connectors::OutcomeKind;

constexpr std::string_view kSubmit = "application.submit/1";
constexpr std::string_view kEnsureRep = "rep.ensure/1";

// A rep's account is looked up before it is made, so asking twice makes one.
std::string rep_key(const Application& application) {
  return "rep-" + application.owner.value + "-" + application.connection.value().value;
}

Outcome no_account_of_rep() {
  Outcome outcome;
  outcome.kind = OutcomeKind::invalid;
  const TechnicalFailure failure = failure_of(row_of(texts::kFailures, "rep_unknown"));
  outcome.code = failure.code;
  outcome.message = failure.message;
  return outcome;
}

// Whether it was told since the application was confirmed, or began anew, that its lender is down.
bool was_told(db::Snapshot& at, const Application& application) {
  const auto latest = events::latest_of(
      at, application.org, {"application", application.id.value},
      {std::string(kWaitingEvent), "application.confirmed", "application.not_found"});
  return latest && latest->type == kWaitingEvent;
}

}  // namespace

std::optional<TechnicalFailure> SubmitJobs::hindrance(db::Transaction& tx,
                                                      const Application& application,
                                                      const connectors::Manifest* manifest) const {
  if (application.connection) {
    const auto connection = needs_.connections.find_by_id(tx, *application.connection);
    if (!connection || !connection->followable()) {
      return failure_of(row_of(texts::kFailures, "not_connected"));
    }
  }
  if (!submissions_.find(tx, application)) {
    return failure_of(row_of(texts::kFailures, "erased"));
  }
  if (manifest != nullptr && !manifest->has(kSubmit)) {
    return failure_of(row_of(texts::kFailures, "unsupported"));
  }
  // A confirmed one gets its first attempt however long the hub was down.
  const bool was_tried = application.state == ApplicationState::submitting || manifest == nullptr;
  if (was_tried && needs_.clock.now() > turns_.give_up_at(tx, application)) {
    return failure_of(row_of(texts::kFailures, "deadline"));
  }
  return std::nullopt;
}

std::optional<LenderAttempt> SubmitJobs::prepare(db::Transaction& tx,
                                                 const jobs::Lease& lease) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  if (!found || (found->state != ApplicationState::confirmed &&
                 found->state != ApplicationState::submitting)) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  jobs::require_held(tx, lease);
  Application& application = *found;
  const ApplicationState from = application.state;
  const Time now = needs_.clock.now();
  if (from == ApplicationState::submitting &&
      connectors::may_have_left(tx, application.lender_key, application.settled_attempts)) {
    lose_answer(tx, lease, application, {});
    return std::nullopt;
  }
  if (connectors::is_stopped(tx, application.plugin_id)) {
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.stopped", false);
    return std::nullopt;
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (auto failure = hindrance(tx, application, manifest.get())) {
    fail(tx, lease, application, *std::move(failure));
    return std::nullopt;
  }
  if (!manifest) {
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.not_ready",
                   false);
    return std::nullopt;
  }
  const connectors::Admission turn = turns_.turn_of(application);
  if (!turn.place) {
    put_off(tx, lease, application, turn);
    return std::nullopt;
  }
  take_event(application, ApplicationEvent::attempt, now);
  ++application.attempts;
  records_.record(tx, application, from, "submitting", "hub");

  LenderAttempt attempt{application,
                        turns_.call_of(tx, application),
                        submissions_.open(tx, application),
                        {},
                        {},
                        manifest,
                        now};
  attempt.call.place = turn.place;
  if (const auto rep = find_user(tx, application.org, application.owner)) attempt.rep = *rep;
  if (application.connection) {
    attempt.rep_policy =
        needs_.connections.find_by_id(tx, *application.connection).value().rep_policy;
  }
  return attempt;
}

Task<std::optional<Outcome>> SubmitJobs::ensure_rep(LenderAttempt& attempt,
                                                    Deadline deadline) const {
  RepAccount& rep = attempt.application.rep;
  if (!attempt.application.connection || !rep.lender_rep_id.empty()) co_return std::nullopt;
  const RepPolicy& policy = attempt.rep_policy;
  if (!attempt.manifest->has(kEnsureRep)) {
    if (policy.generic_account) rep = RepAccount{*policy.generic_account, true};
    co_return std::nullopt;
  }
  const bool creates = policy.mode == RepMode::match_or_create && attempt.manifest->rep_create;
  connectors::Call call = attempt.call;
  call.operation = kEnsureRep;
  call.idempotency_key = rep_key(attempt.application);
  call.request = write_rep_request(attempt.rep, creates, call.idempotency_key);
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kStatusTimeout);
  Outcome outcome = co_await needs_.connectors.call(std::move(call));
  if (!outcome.done()) {
    // Nothing was asked of the lender about the applicant yet: an account that may have been made
    // is found by its e-mail the next time.
    if (outcome.kind == OutcomeKind::unknown_outcome) outcome.kind = OutcomeKind::retryable;
    co_return outcome;
  }
  const auto account = read_rep_result(*outcome.result, policy.generic_account.value_or(""));
  if (!account) co_return no_account_of_rep();
  rep = *account;
  co_return std::nullopt;
}

Task<void> SubmitJobs::run(const jobs::Lease& lease, Deadline deadline) const {
  const auto begin = [&](db::Transaction& tx) { return prepare(tx, lease); };
  std::optional<LenderAttempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  crash_point("after_begin");

  std::optional<Outcome> outcome = co_await ensure_rep(*attempt, deadline);
  if (!outcome) {
    connectors::Call call = attempt->call;
    call.operation = kSubmit;
    call.request = with_rep(attempt->submission, attempt->application.rep, attempt->rep.email);
    call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kSubmitTimeout);
    call.fence = fence_of(lease);
    outcome = co_await needs_.connectors.call(std::move(call));
  }
  crash_point("before_settle");
  const auto settle = [&](db::Transaction& tx) { take_outcome(tx, lease, *attempt, *outcome); };
  co_await needs_.db.write(settle, Deadline::max());
  crash_point("after_settle");
}

void SubmitJobs::take_outcome(db::Transaction& tx, const jobs::Lease& lease,
                              const LenderAttempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || found->state != ApplicationState::submitting) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  application.rep = attempt.application.rep;
  const Time now = needs_.clock.now();

  if (outcome.done()) {
    const auto said = read_lender_state(*outcome.result);
    if (said && !store::is_another_ones(tx, application, said->lender_application_id)) {
      application.sent_at = now;
      words_.settle(tx, lease, application, *said);
      return;
    }
    application.was_taken = true;
    application.attention = said ? attention::kAnotherOnes : attention::kUnreadable;
  }
  if (outcome.done() || outcome.kind == OutcomeKind::unknown_outcome) {
    lose_answer(tx, lease, application, settings_.follow_first);
    return;
  }
  if (may_send_again(outcome)) {
    send_again_later(tx, lease, application, outcome);
    return;
  }
  if (outcome.kind == OutcomeKind::auth_failed && application.connection) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision,
                                   without_applicant(outcome.message, attempt.submission));
  }
  fail(tx, lease, application, failure_of(outcome, attempt.submission));
}

void SubmitJobs::fail(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                      TechnicalFailure failure) const {
  const ApplicationState from = application.state;
  take_failure(application, std::move(failure), needs_.clock.now());
  records_.record(tx, application, from, "failed", "hub");
  jobs::complete(tx, lease);
}

void SubmitJobs::lose_answer(db::Transaction& tx, const jobs::Lease& lease,
                             Application& application, std::chrono::milliseconds ask_in) const {
  const ApplicationState from = application.state;
  const Time now = needs_.clock.now();
  take_event(application, ApplicationEvent::answer_lost, now);
  application.sent_at = now;
  records_.record(tx, application, from, "answer_lost", "hub");
  records_.enqueue(tx, application, kReconcileJob, ask_in);
  jobs::complete(tx, lease);
}

void SubmitJobs::send_again_later(db::Transaction& tx, const jobs::Lease& lease,
                                  Application& application, const Outcome& outcome) const {
  const Time now = needs_.clock.now();
  const auto jitter = jitter_of(application.id, application.attempts);
  const auto wait = std::max(wait_before_sending(application.attempts, jitter),
                             outcome.retry_after.value_or(std::chrono::milliseconds{0}));
  // A lender that asks for a day of patience is given up when the hub's own ends.
  const Time last = turns_.give_up_at(tx, application) + std::chrono::milliseconds{1};
  application.settled_attempts = application.attempts;
  application.updated_at = now;
  records_.record(tx, application, application.state, "retrying", "hub");
  jobs::retry_at(tx, lease, {std::min(now + wait, last), now}, outcome.code, false);
}

void SubmitJobs::put_off(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                         const connectors::Admission& turn) const {
  const Time now = needs_.clock.now();
  Time again = now + turn.retry_after;
  if (turn.code == connectors::kDownCode) {
    const Time last = turns_.give_up_at(tx, application);
    if (now > last) {
      fail(tx, lease, application, failure_of(row_of(applications_texts::kFailures, "deadline")));
      return;
    }
    again = std::min(again, last + std::chrono::milliseconds{1});
    if (!was_told(tx, application)) {
      records_.append_event(tx, application, application.state, "waiting", "hub");
    }
  }
  jobs::retry_at(tx, lease, {again, now}, turn.code, false);
}

}  // namespace lendport

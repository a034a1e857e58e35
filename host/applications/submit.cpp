// Carrying a confirmed application to its lender: at most once there, whatever happens here.
//
// What keeps it once: the journal tells, committed before a byte leaves, that something may have
// left; and a request leaves only while the job is still this worker's (the fence), so that whoever
// takes the job over reads a journal that nobody writes behind its back.
#include "applications/applications.hpp"
#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/sending.hpp"
#include "applications/store.hpp"
#include "connectors/journal.hpp"
#include "connectors/switches.hpp"
#include "core/crash_point.hpp"
#include "core/text.hpp"
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

// What a person reads, and events keep: whatever a lender finds wrong, it fits into an event.
constexpr std::size_t kFailureBytesMax = 2'048;
constexpr std::size_t kFailureCodeBytesMax = 128;

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

}  // namespace

TechnicalFailure failure_of(const Wording& row) {
  return failure_of(row, row.code);
}

TechnicalFailure failure_of(const Wording& row, std::string_view code) {
  return TechnicalFailure::as_it_came(std::string(code), std::string(row.en));
}

TechnicalFailure failure_of(const Outcome& outcome, std::string_view submission) {
  std::string message = outcome.message;
  for (const Violation& error : outcome.field_errors) {
    message += "; " + error.pointer + ": " + (error.detail.empty() ? error.code : error.detail);
  }
  // Cut last: half a name is not found any more.
  return TechnicalFailure::as_it_came(
      outcome.code.empty() ? std::string(to_string(outcome.kind))
                           : cut(outcome.code, kFailureCodeBytesMax),
      cut(without_applicant(std::move(message), submission), kFailureBytesMax));
}

bool may_send_again(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::retryable || outcome.kind == OutcomeKind::cancelled;
}

connectors::Fence fence_of(const jobs::Lease& lease) {
  return [lease](db::Transaction& tx) { jobs::require_held(tx, lease); };
}

connectors::Call Applications::call_of(db::Transaction& tx, const Application& application) const {
  connectors::Call call;
  if (application.connection) {
    call = needs_.connections.call_for(tx, *application.connection);
  } else {
    // A hand-over has no connection: the org stands for it, so that orgs share nothing.
    call.plugin = application.plugin_id;
    call.org = application.org;
    call.connection = ConnectionId{application.org.value};
    call.environment = application.environment;
  }
  call.idempotency_key = application.lender_key;
  call.attempt = application.attempts;
  call.request_id = application.asked_by.request_id;
  call.traceparent = application.asked_by.traceparent;
  call.rep_id = application.owner.value;
  call.subject = application.id.value;
  call.subject_org = application.org;
  call.seal = sealer_of(tx, application);
  return call;
}

// Why an application of which nothing has left can no longer be sent.
std::optional<TechnicalFailure> Applications::hindrance(
    db::Transaction& tx, const Application& application,
    const connectors::Manifest* manifest) const {
  if (application.connection) {
    const auto connection = needs_.connections.find_by_id(tx, *application.connection);
    if (!connection || !connection->followable()) {
      return failure_of(row_of(texts::kFailures, "not_connected"));
    }
  }
  if (!submission_of(tx, application)) {
    return failure_of(row_of(texts::kFailures, "erased"));
  }
  if (manifest != nullptr && !manifest->has(kSubmit)) {
    return failure_of(row_of(texts::kFailures, "unsupported"));
  }
  // A confirmed one gets its first attempt however long the hub was down.
  const bool was_tried = application.state == ApplicationState::submitting || manifest == nullptr;
  if (was_tried && needs_.clock.now() > give_up_at(tx, application)) {
    return failure_of(row_of(texts::kFailures, "deadline"));
  }
  return std::nullopt;
}

std::optional<Applications::Attempt> Applications::begin_submit(db::Transaction& tx,
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
  const connectors::Admission turn = turn_of(application);
  if (!turn.place) {
    put_off_submit(tx, lease, application, turn);
    return std::nullopt;
  }
  take_event(application, ApplicationEvent::attempt, now);
  ++application.attempts;
  record(tx, application, from, "submitting", "hub");

  Attempt attempt{
      application, call_of(tx, application), open_submission(tx, application), {}, {}, manifest,
      now};
  attempt.call.place = turn.place;
  if (const auto rep = find_user(tx, application.org, application.owner)) attempt.rep = *rep;
  if (application.connection) {
    attempt.rep_policy =
        needs_.connections.find_by_id(tx, *application.connection).value().rep_policy;
  }
  return attempt;
}

Task<std::optional<Outcome>> Applications::ensure_rep(Attempt& attempt, Deadline deadline) {
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

Task<void> Applications::submit(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_submit(tx, lease); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
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
  const auto settle = [&](db::Transaction& tx) { settle_submit(tx, lease, *attempt, *outcome); };
  co_await needs_.db.write(settle, Deadline::max());
  crash_point("after_settle");
}

void Applications::settle_submit(db::Transaction& tx, const jobs::Lease& lease,
                                 const Attempt& attempt, const Outcome& outcome) const {
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
      settle_lender_state(tx, lease, application, *said);
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

// A technical refusal ends the attempt; a person may confirm again.
void Applications::fail(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                        TechnicalFailure failure) const {
  const ApplicationState from = application.state;
  take_failure(application, std::move(failure), needs_.clock.now());
  record(tx, application, from, "failed", "hub");
  jobs::complete(tx, lease);
}

// Bytes may have left and no answer came: from here on the lender is only asked.
void Applications::lose_answer(db::Transaction& tx, const jobs::Lease& lease,
                               Application& application, std::chrono::milliseconds ask_in) const {
  const ApplicationState from = application.state;
  const Time now = needs_.clock.now();
  take_event(application, ApplicationEvent::answer_lost, now);
  application.sent_at = now;
  record(tx, application, from, "answer_lost", "hub");
  enqueue(tx, application, kReconcileJob, ask_in);
  jobs::complete(tx, lease);
}

void Applications::send_again_later(db::Transaction& tx, const jobs::Lease& lease,
                                    Application& application, const Outcome& outcome) const {
  const Time now = needs_.clock.now();
  const auto jitter = jitter_of(application.id, application.attempts);
  const auto wait = std::max(wait_before_sending(application.attempts, jitter),
                             outcome.retry_after.value_or(std::chrono::milliseconds{0}));
  // A lender that asks for a day of patience is given up when the hub's own ends.
  const Time last = give_up_at(tx, application) + std::chrono::milliseconds{1};
  application.settled_attempts = application.attempts;
  application.updated_at = now;
  record(tx, application, application.state, "retrying", "hub");
  jobs::retry_at(tx, lease, {std::min(now + wait, last), now}, outcome.code, false);
}

}  // namespace lendport

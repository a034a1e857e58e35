// Carrying a confirmed application to its lender: at most once there, whatever happens here.
#include "applications/applications.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "catalog/catalog.hpp"
#include "connectors/journal.hpp"
#include "crypto/random.hpp"
#include "orgs/orgs.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using connectors::Outcome;
using connectors::OutcomeKind;

constexpr std::string_view kSubmit = "application.submit/1";
constexpr std::string_view kEnsureRep = "rep.ensure/1";

TechnicalFailure failure_of(const Outcome& outcome) {
  std::string message = outcome.message;
  for (const Violation& error : outcome.field_errors) {
    message += "; " + error.pointer + ": " + (error.detail.empty() ? error.code : error.detail);
  }
  return {outcome.code.empty() ? std::string(to_string(outcome.kind)) : outcome.code, message};
}

// Whether the same attempt may simply be made again: for sure nothing happened at the lender.
bool may_send_again(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::retryable || outcome.kind == OutcomeKind::cancelled;
}

// A rep's account is looked up before it is made, so asking twice makes one.
std::string rep_key(const Application& application) {
  return "rep-" + application.owner.value + "-" + application.connection.value().value;
}

}  // namespace

connectors::Call Applications::call_of(db::Transaction& tx, const Application& application) const {
  connectors::Call call;
  if (application.connection) {
    call = needs_.connections.call_for(tx, *application.connection);
  } else {
    // A hand-over has no connection: the org stands for it, so that orgs share nothing.
    call.plugin = application.plugin_id;
    call.org = application.org;
    call.connection = ConnectionId{application.org.value};
  }
  call.idempotency_key = application.lender_key;
  call.attempt = application.attempts;
  call.rep_id = application.owner.value;
  call.subject = application.id.value;
  call.seal = sealer_of(tx, application);
  return call;
}

std::optional<Applications::Attempt> Applications::begin_submit(db::Transaction& tx,
                                                                const jobs::Lease& lease) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  const Time now = needs_.clock.now();
  if (!found || (found->state != ApplicationState::confirmed &&
                 found->state != ApplicationState::submitting)) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  Application& application = *found;
  const ApplicationState from = application.state;
  if (from == ApplicationState::submitting &&
      connectors::may_have_left(tx, application.lender_key, application.not_found_at)) {
    take_event(application, ApplicationEvent::answer_lost, now);
    application.sent_at = now;
    record(tx, application, from, "answer_lost", "hub");
    enqueue(tx, application, kReconcileJob, now);
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (now > application.confirmed_at.value_or(now) + settings_.routing_patience) {
    take_failure(application, {"deadline", "The lender could not be reached in time"}, now);
    record(tx, application, from, "failed", "hub");
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  take_event(application, ApplicationEvent::attempt, now);
  ++application.attempts;
  record(tx, application, from, "submitting", "hub");

  Attempt attempt{application,
                  call_of(tx, application),
                  open_submission(tx, application),
                  {},
                  {},
                  needs_.connectors.manifest(application.plugin_id)};
  if (const auto rep = find_user(tx, application.org, application.owner)) attempt.rep = *rep;
  if (application.connection) {
    attempt.connection = needs_.connections.find_by_id(tx, *application.connection);
  }
  return attempt;
}

Task<std::optional<Outcome>> Applications::ensure_rep(Attempt& attempt, Deadline deadline) {
  RepAccount& rep = attempt.application.rep;
  if (!attempt.connection || !attempt.manifest || !attempt.manifest->has(kEnsureRep) ||
      !rep.lender_rep_id.empty()) {
    co_return std::nullopt;
  }
  const RepPolicy& policy = attempt.connection->rep_policy;
  connectors::Call call = attempt.call;
  call.operation = kEnsureRep;
  call.idempotency_key = rep_key(attempt.application);
  call.request =
      write_rep_request(attempt.rep, policy.mode == RepMode::match_or_create, call.idempotency_key);
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kStatusTimeout);
  Outcome outcome = co_await needs_.connectors.call(std::move(call));
  if (!outcome.done()) {
    // Nothing was asked of the lender about the applicant yet: an account that may have been made
    // is found by its e-mail the next time.
    if (outcome.kind == OutcomeKind::unknown_outcome) outcome.kind = OutcomeKind::retryable;
    co_return outcome;
  }
  rep = read_rep_result(*outcome.result, policy.generic_account.value_or(""));
  co_return std::nullopt;
}

Task<void> Applications::submit(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_submit(tx, lease); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;

  std::optional<Outcome> outcome = co_await ensure_rep(*attempt, deadline);
  if (!outcome) {
    connectors::Call call = attempt->call;
    call.operation = kSubmit;
    call.request = with_rep(attempt->submission, attempt->application.rep, attempt->rep.email);
    call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kSubmitTimeout);
    outcome = co_await needs_.connectors.call(std::move(call));
  }
  const auto settle = [&](db::Transaction& tx) { settle_submit(tx, lease, *attempt, *outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_submit(db::Transaction& tx, const jobs::Lease& lease,
                                 const Attempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || found->state != ApplicationState::submitting) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  const ApplicationState from = application.state;
  const Time now = needs_.clock.now();
  application.rep = attempt.application.rep;

  if (outcome.done()) {
    application.sent_at = now;
    if (const auto said = read_lender_state(*outcome.result)) {
      settle_lender_state(tx, lease, application, *said);
      return;
    }
  }
  if (outcome.done() || outcome.kind == OutcomeKind::unknown_outcome) {
    take_event(application, ApplicationEvent::answer_lost, now);
    application.sent_at = now;
    record(tx, application, from, "answer_lost", "hub");
    enqueue(tx, application, kReconcileJob, now + settings_.follow_first);
    jobs::complete(tx, lease);
    return;
  }
  if (may_send_again(outcome)) {
    const auto jitter = static_cast<unsigned char>(crypto::random_bytes(1).front());
    const auto wait = std::max(wait_before_sending(application.attempts, jitter),
                               outcome.retry_after.value_or(std::chrono::milliseconds{0}));
    application.updated_at = now;
    record(tx, application, from, "retrying", "hub");
    jobs::retry_at(tx, lease, now + wait, outcome.code, false);
    return;
  }
  if (outcome.kind == OutcomeKind::auth_failed && application.connection) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision,
                                   outcome.message);
  }
  take_failure(application, failure_of(outcome), now);
  record(tx, application, from, "failed", "hub");
  jobs::complete(tx, lease);
}

void Applications::settle_lender_state(db::Transaction& tx, const jobs::Lease& lease,
                                       Application& application, const LenderState& said) const {
  const ApplicationState from = application.state;
  const Time now = needs_.clock.now();
  const Step step = take_lender_state(application, said, decision_days(application), now);
  if (!step.allowed) {
    record_refused(tx, application, said);
  } else if (step.changed) {
    record(tx, application, from, to_string(application.state), "lender");
  }
  jobs::complete(tx, lease);
  if (is_followed(application.state) && !application.handed_over()) {
    enqueue(tx, application, kFollowJob, now + settings_.follow_first);
  }
}

}  // namespace lendport

// The loan documents: asked for by a person, carried to the lender at most once, as a submission is
// (submit.cpp): the journal before the bytes, the fence, a key fixed for the application's life.
#include "applications/applications.hpp"
#include "applications/json_connector.hpp"
#include "applications/sending.hpp"
#include "applications/store.hpp"
#include "connectors/journal.hpp"
#include "connectors/switches.hpp"
#include "core/crash_point.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using connectors::Outcome;
using connectors::OutcomeKind;
using State = ApplicationState;

constexpr std::string_view kSend = "documents.send/1";
constexpr std::chrono::seconds kConnectorPause{15};

bool is_approved(State state) {
  return state == State::approved || state == State::conditional;
}

// What the lender still waits for, before it lets the applicant sign.
std::size_t open_points(const Application& application) {
  if (!application.decision) return 0;
  const auto& stipulations = application.decision->stipulations;
  const auto open = static_cast<std::size_t>(
      std::count_if(stipulations.begin(), stipulations.end(),
                    [](const Stipulation& stipulation) { return !stipulation.fulfilled; }));
  const bool binds = application.state == State::conditional;
  return open + (binds ? application.decision->conditions.size() : 0);
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::conflict, why);
}

void require_not_asked_for(const Application& application) {
  if (!application.documents || application.documents->state == DocumentsState::failed) return;
  refuse("the lender was asked to send the documents already: they are " +
         std::string(to_string(application.documents->state)));
}

void ask_for(Application& application, const UserId& by, Time now) {
  LoanDocuments documents;
  // The key is the same for good, so what the journal says of earlier attempts is kept.
  if (application.documents) documents.attempts = application.documents->attempts;
  documents.settled_attempts = documents.attempts;
  documents.requested_by = by;
  documents.requested_at = documents.since = documents.changed_at = now;
  application.documents = documents;
  application.updated_at = now;
}

}  // namespace

void Applications::require_documents_due(db::Snapshot& at, const Application& application) const {
  if (application.handed_over()) {
    refuse("this lender has no integration: ask it for the documents, and record what it says");
  }
  if (!is_approved(application.state)) {
    refuse("documents are sent once the lender has approved: this application is " +
           std::string(to_string(application.state)));
  }
  if (const auto open = open_points(application); open > 0) {
    refuse(std::to_string(open) + " of the lender's conditions or stipulations are open");
  }
  const auto ends = expires_at(application);
  if (ends && *ends <= needs_.clock.now()) refuse("the lender's approval has expired");
  require_not_asked_for(application);
  const auto connection = needs_.connections.find_by_id(at, *application.connection);
  if (!connection || !connection->followable()) {
    refuse("the connection to this lender was removed");
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (!manifest) {
    throw Error(ErrorCode::lender_unavailable, "this lender's connector is not running");
  }
  if (!manifest->has(kSend)) {
    throw Error(ErrorCode::capability_missing,
                "the connector " + application.plugin_id + " does not offer " + std::string(kSend));
  }
}

Task<http::Response> Applications::send_documents(const http::Request& request, OrgId org,
                                                  ApplicationId id) {
  const auto work = [&](db::Transaction& tx) {
    Application application = visible_for_update(tx, request, org, id);
    require_documents_due(tx, application);
    open_submission(tx, application);
    const State from = application.state;
    ask_for(application, request.principal.user, needs_.clock.now());
    record(tx, application, from, "documents_requested", request.principal.user.value);
    enqueue(tx, application, kSendDocumentsJob, needs_.clock.now());
    audit(tx, request, application, from, "send_documents");
    return answer(tx, request, 202, application);
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

// Why documents of which nothing has left can no longer be asked for.
std::optional<TechnicalFailure> Applications::documents_hindrance(
    db::Transaction& tx, const Application& application,
    const connectors::Manifest* manifest) const {
  const LoanDocuments& documents = *application.documents;
  if (!is_approved(application.state)) {
    return TechnicalFailure{"not_approved", "The application is no longer approved"};
  }
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  if (!connection || !connection->followable()) {
    return TechnicalFailure{"not_connected", "The connection to this lender was removed"};
  }
  if (!submission_of(tx, application)) {
    return TechnicalFailure{"erased", "The applicant's data was erased: nothing can be sent"};
  }
  if (manifest != nullptr && !manifest->has(kSend)) {
    return TechnicalFailure{"unsupported", "This lender's connector sends no documents"};
  }
  const bool was_tried = documents.state == DocumentsState::sending || manifest == nullptr ||
                         documents.attempts > documents.settled_attempts;
  const Time switched = connectors::switch_of(tx, application.plugin_id).changed_at;
  const Time give_up = std::max(documents.since, switched) + settings_.routing_patience;
  if ((was_tried || documents.attempts > 0) && needs_.clock.now() > give_up) {
    return TechnicalFailure{"deadline", "The lender could not be reached in time"};
  }
  return std::nullopt;
}

connectors::Call Applications::documents_call(db::Transaction& tx, const Application& application,
                                              std::string_view operation,
                                              std::string request) const {
  connectors::Call call = call_of(tx, application);
  call.operation = operation;
  call.request = std::move(request);
  call.idempotency_key = documents_key(application);
  call.attempt = application.documents->attempts;
  call.locale = application.consent.language;
  return call;
}

std::optional<Applications::Attempt> Applications::begin_documents(db::Transaction& tx,
                                                                   const jobs::Lease& lease) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  const bool wanted = found && found->documents &&
                      (found->documents->state == DocumentsState::requested ||
                       found->documents->state == DocumentsState::sending);
  if (!wanted) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  jobs::require_held(tx, lease);
  Application& application = *found;
  LoanDocuments& documents = *application.documents;
  const Time now = needs_.clock.now();
  if (documents.state == DocumentsState::sending &&
      connectors::may_have_left(tx, documents_key(application), documents.settled_attempts)) {
    await_documents(tx, lease, application, DocumentsState::unknown, now);
    return std::nullopt;
  }
  if (has_documents(application.state)) {
    end_documents(tx, lease, application, DocumentsState::sent, "documents_known");
    return std::nullopt;
  }
  if (connectors::is_stopped(tx, application.plugin_id)) {
    jobs::retry_at(tx, lease, now + kConnectorPause, "connector.stopped", false);
    return std::nullopt;
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (auto failure = documents_hindrance(tx, application, manifest.get())) {
    fail_documents(tx, lease, application, *std::move(failure));
    return std::nullopt;
  }
  if (!manifest) {
    jobs::retry_at(tx, lease, now + kConnectorPause, "connector.not_ready", false);
    return std::nullopt;
  }
  documents.state = DocumentsState::sending;
  ++documents.attempts;
  documents.changed_at = now;
  record(tx, application, application.state, "documents_sending", "hub");
  Attempt attempt{application,
                  documents_call(tx, application, kSend, write_documents_request(application)),
                  open_submission(tx, application),
                  {},
                  {},
                  manifest,
                  now};
  return attempt;
}

Task<void> Applications::carry_documents(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_documents(tx, lease); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  connectors::Call call = attempt->call;
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kSubmitTimeout);
  call.fence = fence_of(lease);
  const Outcome outcome = co_await needs_.connectors.call(std::move(call));
  const auto settle = [&](db::Transaction& tx) { settle_documents(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_documents(db::Transaction& tx, const jobs::Lease& lease,
                                    const Attempt& attempt, const Outcome& outcome) const {
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || !found->documents || found->documents->state != DocumentsState::sending) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  LoanDocuments& documents = *application.documents;
  const Time now = needs_.clock.now();
  const Time soon = now + settings_.follow_first;
  if (outcome.done()) {
    const auto answer = read_documents_result(*outcome.result);
    if (answer && answer->status == "sent") {
      take_sent(tx, lease, application, *answer);
      return;
    }
    const bool pending = answer && answer->status == "pending";
    if (pending) documents.lender_document_id = answer->lender_document_id;
    await_documents(tx, lease, application,
                    pending ? DocumentsState::pending : DocumentsState::unknown, soon);
    return;
  }
  if (outcome.kind == OutcomeKind::unknown_outcome) {
    await_documents(tx, lease, application, DocumentsState::unknown, soon);
    return;
  }
  if (may_send_again(outcome)) {
    const auto jitter = jitter_of(application.id, documents.attempts);
    const auto wait = std::max(wait_before_sending(documents.attempts, jitter),
                               outcome.retry_after.value_or(std::chrono::milliseconds{0}));
    documents.settled_attempts = documents.attempts;
    documents.changed_at = now;
    record(tx, application, application.state, "documents_retrying", "hub");
    const Time last = documents.since + settings_.routing_patience + std::chrono::milliseconds{1};
    jobs::retry_at(tx, lease, std::min(now + wait, std::max(last, now)), outcome.code, false);
    return;
  }
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *application.connection, attempt.call.settings_revision,
                                   without_applicant(outcome.message, attempt.submission));
  }
  fail_documents(tx, lease, application, failure_of(outcome, attempt.submission));
}

void Applications::end_documents(db::Transaction& tx, const jobs::Lease& lease,
                                 Application& application, DocumentsState state,
                                 std::string_view type) const {
  application.documents->state = state;
  application.documents->changed_at = needs_.clock.now();
  record(tx, application, application.state, type, "hub");
  jobs::complete(tx, lease);
}

void Applications::fail_documents(db::Transaction& tx, const jobs::Lease& lease,
                                  Application& application, TechnicalFailure failure) const {
  application.documents->failure = std::move(failure);
  application.documents->settled_attempts = application.documents->attempts;
  end_documents(tx, lease, application, DocumentsState::failed, "documents_failed");
}

void Applications::await_documents(db::Transaction& tx, const jobs::Lease& lease,
                                   Application& application, DocumentsState state,
                                   Time ask_at) const {
  const bool lost = state == DocumentsState::unknown;
  application.documents->left_at = needs_.clock.now();
  enqueue(tx, application, kAskDocumentsJob, ask_at);
  end_documents(tx, lease, application, state, lost ? "documents_unknown" : "documents_pending");
}

void Applications::take_sent(db::Transaction& tx, const jobs::Lease& lease,
                             Application& application, const DocumentsAnswer& answer) const {
  LoanDocuments& documents = *application.documents;
  documents.state = DocumentsState::sent;
  documents.failure.reset();
  documents.changed_at = needs_.clock.now();
  if (!answer.lender_document_id.empty()) {
    documents.lender_document_id = answer.lender_document_id;
  }
  const std::string word = answer.status == "signed" || answer.status == "countersigned"
                               ? answer.status
                               : std::string(to_string(State::documents_sent));
  LenderState said{application.lender_application_id,
                   word,
                   answer.lender_status.empty() ? word : answer.lender_status,
                   application.decision,
                   answer.portal_url,
                   {}};
  const Step step = take_word(tx, application, said);
  // The table refused it, or knew it: that they were sent is kept all the same.
  if (!step.changed) record(tx, application, application.state, "documents_known", "hub");
  jobs::complete(tx, lease);
  if (is_followed(application.state)) {
    enqueue(tx, application, kFollowJob, needs_.clock.now() + first_wait(application));
  }
}

}  // namespace lendport

// Documents on their way: the loan documents that a lender is asked to send, and those that are
// uploaded for its stipulations. Carried at most once, as a submission is (submit.cpp): the journal
// before the bytes, the fence, a key fixed for their life.
#include "applications/applications.hpp"
#include "applications/json_connector.hpp"
#include "applications/sending.hpp"
#include "applications/store.hpp"
#include "connectors/journal.hpp"
#include "connectors/switches.hpp"
#include "core/crash_point.hpp"
#include "db/refusal.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;
using connectors::Outcome;
using connectors::OutcomeKind;
using State = ApplicationState;

constexpr std::string_view kSend = "documents.send/1";
constexpr std::chrono::seconds kRoomPause{2};  // until documents are looked after again

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

// Whether the lender would take the request for loan documents.
bool could_be_signed(const Application& application) {
  return is_approved(application.state) && open_points(application) == 0 &&
         !application.lender_application_id.empty();
}

bool is_asked_for(const Application& application) {
  return application.documents && application.documents->state != DocumentsState::failed;
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

std::optional<Sentence> Applications::why_no_documents(const Application& application) const {
  if (application.handed_over()) {
    return said(row_of(texts::kReasons, "ask_it_for_documents"));
  }
  if (!is_approved(application.state)) {
    return said(row_of(texts::kReasons, "not_approved"),
                {{"state", texts::word("state", to_string(application.state))}});
  }
  if (const auto open = open_points(application); open > 0) {
    return said(row_of(texts::kReasons, "points_open"), {{"count", std::to_string(open)}});
  }
  const auto ends = expires_at(application);
  if (ends && *ends <= needs_.clock.now()) {
    return said(row_of(texts::kReasons, "approval_expired"));
  }
  if (is_asked_for(application)) {
    return said(row_of(texts::kReasons, "documents_asked"),
                {{"documents", texts::word("documents", to_string(application.documents->state))}});
  }
  // Where its answer was lost and a person recorded its word, the hub still looks for it.
  if (application.lender_application_id.empty()) {
    return said(row_of(texts::kReasons, "lender_id_unknown"));
  }
  return std::nullopt;
}

void Applications::require_capability(db::Snapshot& at, const Application& application,
                                      std::string_view operation) const {
  const auto connection = needs_.connections.find_by_id(at, *application.connection);
  if (!connection || !connection->followable()) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "connection_removed")));
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (!manifest) {
    throw Error(ErrorCode::lender_unavailable,
                said(row_of(texts::kRefusals, "connector_not_running")));
  }
  if (!manifest->has(operation)) {
    throw Error(ErrorCode::capability_missing,
                said(row_of(texts::kRefusals, "not_offered"),
                     {{"plugin", application.plugin_id}, {"operation", operation}}));
  }
}

bool Applications::brings_documents(db::Snapshot& at, const Application& application) {
  if (application.documents || application.handed_over()) return false;
  if (!could_be_signed(application)) return false;
  const auto before = store::find(at, application.org, application.id);
  return before && !could_be_signed(*before);
}

void Applications::ask_by_itself(db::Transaction& tx, Application& application) const {
  const Time now = needs_.clock.now();
  const auto ends = expires_at(application);
  if (ends && *ends <= now) return;
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  if (!connection || !connection->documents.at_approval || !connection->followable()) return;
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  // The job waits for a connector that does not run just now.
  if (manifest && !manifest->has(kSend)) return;
  ask_for(application, UserId{}, now);
  record(tx, application, application.state, "documents_requested", "hub");
  enqueue(tx, application, kSendDocumentsJob);
}

Task<http::Response> Applications::send_documents(const http::Request& request, OrgId org,
                                                  ApplicationId id) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Application application = visible_for_update(tx, request, org, id);
    if (auto why = why_no_documents(application)) {
      return refuse_step(tx, request, application, "send_documents", *std::move(why));
    }
    require_capability(tx, application, kSend);
    open_submission(tx, application);
    const State from = application.state;
    ask_for(application, request.principal.user, needs_.clock.now());
    application.asked_by = {request.id, request.traceparent};
    record(tx, application, from, "documents_requested", request.principal.user.value);
    enqueue(tx, application, kSendDocumentsJob);
    audit(tx, request, application, from, "send_documents");
    return answer(tx, request, 202, application);
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

std::optional<TechnicalFailure> Applications::documents_hindrance(
    db::Transaction& tx, const Consignment& documents, const connectors::Manifest* manifest) const {
  const Application& application = documents.application;
  const DocumentsDelivery& delivery = documents.delivery();
  if (!documents.upload && !is_approved(application.state)) {
    return failure_of(row_of(texts::kFailures, "not_approved"));
  }
  if (documents.upload && !is_followed(application.state)) {
    return failure_of(row_of(texts::kFailures, "ended"));
  }
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  if (!connection || !connection->followable()) {
    return failure_of(row_of(texts::kFailures, "not_connected"));
  }
  if (!submission_of(tx, application)) {
    return failure_of(row_of(texts::kFailures, "erased"));
  }
  if (manifest != nullptr && !manifest->has(operation_of(documents, false))) {
    return failure_of(row_of(texts::kFailures, "sends_none"), "unsupported");
  }
  const bool was_tried = delivery.state == DocumentsState::sending || manifest == nullptr ||
                         delivery.attempts > delivery.settled_attempts;
  const Time switched = connectors::switch_of(tx, application.plugin_id).changed_at;
  const Time give_up = std::max(delivery.since, switched) + settings_.routing_patience;
  if ((was_tried || delivery.attempts > 0) && needs_.clock.now() > give_up) {
    return failure_of(row_of(texts::kFailures, "deadline"));
  }
  return std::nullopt;
}

std::optional<Applications::Attempt> Applications::begin_documents(db::Transaction& tx,
                                                                   const jobs::Lease& lease) const {
  auto found = consignment_of(tx, lease);
  const bool wanted = found && (found->delivery().state == DocumentsState::requested ||
                                found->delivery().state == DocumentsState::sending);
  if (!wanted) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  jobs::require_held(tx, lease);
  Consignment& documents = *found;
  DocumentsDelivery& delivery = documents.delivery();
  const Application& application = documents.application;
  const Time now = needs_.clock.now();
  if (delivery.state == DocumentsState::sending &&
      connectors::may_have_left(tx, key_of(documents), delivery.settled_attempts)) {
    await_documents(tx, lease, documents, DocumentsState::unknown, {});
    return std::nullopt;
  }
  if (!documents.upload && has_documents(application.state)) {
    end_documents(tx, lease, documents, DocumentsState::sent, "known");
    return std::nullopt;
  }
  if (connectors::is_stopped(tx, application.plugin_id)) {
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.stopped", false);
    return std::nullopt;
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (auto failure = documents_hindrance(tx, documents, manifest.get())) {
    fail_documents(tx, lease, documents, *std::move(failure));
    return std::nullopt;
  }
  if (!manifest) {
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.not_ready",
                   false);
    return std::nullopt;
  }
  const auto room = documents.upload ? upload_places_.take() : nullptr;
  if (documents.upload && !room) {
    jobs::retry_at(tx, lease, {now + kRoomPause, now}, "uploads.busy", false);
    return std::nullopt;
  }
  const connectors::Admission turn = turn_of(application);
  if (!turn.place) {
    jobs::retry_at(tx, lease, {now + turn.retry_after, now}, turn.code, false);
    return std::nullopt;
  }
  delivery.state = DocumentsState::sending;
  ++delivery.attempts;
  delivery.changed_at = now;
  keep(tx, documents, "sending", "hub");
  Attempt attempt{application,
                  documents_call(tx, documents, false),
                  open_submission(tx, application),
                  {},
                  {},
                  manifest,
                  now};
  if (documents.upload) attempt.files = documents.upload->files;
  attempt.call.place = turn.place;
  attempt.room = room;
  return attempt;
}

connectors::Call Applications::documents_call(db::Transaction& tx, const Consignment& documents,
                                              bool asks) const {
  connectors::Call call = call_of(tx, documents.application);
  call.operation = operation_of(documents, asks);
  call.request = request_of(tx, documents, asks);
  call.idempotency_key = key_of(documents);
  call.attempt = documents.delivery().attempts;
  call.locale = documents.application.consent.language;
  return call;
}

Task<bool> Applications::load_files(const Attempt& attempt, connectors::Call& call,
                                    Deadline deadline) const {
  if (attempt.files.empty()) co_return true;
  const auto look = [&](db::Snapshot& at) {
    const Application& application = attempt.application;
    for (const FileId& id : attempt.files) {
      const auto file = needs_.files.find(at, application.org, application.case_id,
                                          application.case_generation, id);
      auto bytes = file ? needs_.files.bytes_of(at, application.org, id) : std::nullopt;
      if (!bytes) return false;
      call.documents[id.value] = {file->name, std::string(media_type(file->type)),
                                  std::make_shared<const std::string>(*std::move(bytes))};
    }
    return true;
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<void> Applications::carry_documents(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_documents(tx, lease); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  connectors::Call call = attempt->call;
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kSubmitTimeout);
  call.fence = fence_of(lease);
  Outcome outcome;
  outcome.kind = OutcomeKind::invalid;
  const TechnicalFailure gone = failure_of(row_of(texts::kFailures, "documents.gone"));
  outcome.code = gone.code;
  outcome.message = gone.message;
  const bool are_there = co_await load_files(*attempt, call, deadline);
  if (are_there) outcome = co_await needs_.connectors.call(std::move(call));
  const auto settle = [&](db::Transaction& tx) { settle_documents(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_documents(db::Transaction& tx, const jobs::Lease& lease,
                                    const Attempt& attempt, const Outcome& outcome) const {
  auto found = consignment_of(tx, lease);
  if (!found || found->delivery().state != DocumentsState::sending) {
    jobs::complete(tx, lease);
    return;
  }
  Consignment& documents = *found;
  if (outcome.kind == OutcomeKind::auth_failed) {
    needs_.connections.auth_failed(tx, *documents.application.connection,
                                   attempt.call.settings_revision,
                                   without_applicant(outcome.message, attempt.submission));
  }
  if (is_forgotten(tx, documents.application)) {
    const bool may_be_there = outcome.done() || outcome.kind == OutcomeKind::unknown_outcome;
    leave_documents(tx, lease, documents, may_be_there);
    return;
  }
  DocumentsDelivery& delivery = documents.delivery();
  const Time now = needs_.clock.now();
  const std::chrono::milliseconds soon = settings_.follow_first;
  if (outcome.done()) {
    const auto answer = read_documents_result(*outcome.result);
    if (answer && answer->status == (documents.upload ? "received" : "sent")) {
      take_sent(tx, lease, documents, *answer);
      return;
    }
    const bool pending = answer && answer->status == "pending";
    if (pending) delivery.lender_document_id = answer->lender_document_id;
    await_documents(tx, lease, documents,
                    pending ? DocumentsState::pending : DocumentsState::unknown, soon);
    return;
  }
  if (outcome.kind == OutcomeKind::unknown_outcome) {
    await_documents(tx, lease, documents, DocumentsState::unknown, soon);
    return;
  }
  if (may_send_again(outcome)) {
    const auto jitter = jitter_of(documents.application.id, delivery.attempts);
    const auto wait = std::max(wait_before_sending(delivery.attempts, jitter),
                               outcome.retry_after.value_or(std::chrono::milliseconds{0}));
    delivery.settled_attempts = delivery.attempts;
    delivery.changed_at = now;
    keep(tx, documents, "retrying", "hub");
    const Time last = delivery.since + settings_.routing_patience + std::chrono::milliseconds{1};
    const Time again = std::min(now + wait, std::max(last, now));
    jobs::retry_at(tx, lease, {again, now}, outcome.code, false);
    return;
  }
  fail_documents(tx, lease, documents, failure_of(outcome, attempt.submission));
}

void Applications::end_documents(db::Transaction& tx, const jobs::Lease& lease,
                                 Consignment& documents, DocumentsState state,
                                 std::string_view step) const {
  documents.delivery().state = state;
  documents.delivery().changed_at = needs_.clock.now();
  keep(tx, documents, step, "hub");
  jobs::complete(tx, lease);
}

void Applications::fail_documents(db::Transaction& tx, const jobs::Lease& lease,
                                  Consignment& documents, TechnicalFailure failure) const {
  documents.delivery().failure = std::move(failure);
  documents.delivery().settled_attempts = documents.delivery().attempts;
  end_documents(tx, lease, documents, DocumentsState::failed, "failed");
}

void Applications::leave_documents(db::Transaction& tx, const jobs::Lease& lease,
                                   Consignment& documents, bool may_be_there) const {
  if (!may_be_there) {
    fail_documents(tx, lease, documents, has_ended(documents));
    return;
  }
  if (const auto& upload = documents.upload) files::release(tx, upload->org, upload->id.value);
  if (documents.delivery().is_open()) {
    jobs::complete(tx, lease);
    return;
  }
  end_documents(tx, lease, documents, DocumentsState::unknown, "unknown");
}

void Applications::await_documents(db::Transaction& tx, const jobs::Lease& lease,
                                   Consignment& documents, DocumentsState state,
                                   std::chrono::milliseconds ask_in) const {
  const bool lost = state == DocumentsState::unknown;
  documents.delivery().left_at = needs_.clock.now();
  enqueue(tx, documents, kAskDocumentsJob, ask_in);
  end_documents(tx, lease, documents, state, lost ? "unknown" : "pending");
}

void Applications::take_sent(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                             const DocumentsAnswer& answer) const {
  DocumentsDelivery& delivery = documents.delivery();
  delivery.state = DocumentsState::sent;
  delivery.failure.reset();
  delivery.changed_at = needs_.clock.now();
  if (!answer.lender_document_id.empty()) delivery.lender_document_id = answer.lender_document_id;
  if (documents.upload) {
    take_upload(tx, documents, answer);
  } else {
    take_loan_documents(tx, documents, answer);
  }
  jobs::complete(tx, lease);
}

}  // namespace lendport

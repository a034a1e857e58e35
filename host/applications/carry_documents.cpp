// Carried at most once, as a submission is (submit.cpp): the journal before the bytes, the fence, a
// key fixed for their life.
#include "applications/document_jobs.hpp"
#include "applications/json_connector.hpp"
#include "applications/loan_documents.hpp"
#include "applications/sending.hpp"
#include "applications/step.hpp"
#include "applications/texts.hpp"
#include "connectors/journal.hpp"
#include "connectors/switches.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace texts = applications_texts;
using connectors::Outcome;
using connectors::OutcomeKind;

constexpr std::chrono::seconds kRoomPause{2};  // until documents are looked after again

}  // namespace

std::optional<TechnicalFailure> DocumentJobs::hindrance(
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
  if (!submissions_.find(tx, application)) {
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

std::optional<LenderAttempt> DocumentJobs::prepare(db::Transaction& tx,
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
    await_word(tx, lease, documents, DocumentsState::unknown, {});
    return std::nullopt;
  }
  if (!documents.upload && has_documents(application.state)) {
    finish(tx, lease, documents, DocumentsState::sent, "known");
    return std::nullopt;
  }
  if (connectors::is_stopped(tx, application.plugin_id)) {
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.stopped", false);
    return std::nullopt;
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (auto failure = hindrance(tx, documents, manifest.get())) {
    fail(tx, lease, documents, *std::move(failure));
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
  const connectors::Admission turn = turns_.turn_of(application);
  if (!turn.place) {
    jobs::retry_at(tx, lease, {now + turn.retry_after, now}, turn.code, false);
    return std::nullopt;
  }
  delivery.state = DocumentsState::sending;
  ++delivery.attempts;
  delivery.changed_at = now;
  keep(tx, documents, "sending", "hub");
  LenderAttempt attempt{application,
                        call_of(tx, documents, false),
                        submissions_.open(tx, application),
                        {},
                        {},
                        manifest,
                        now};
  if (documents.upload) attempt.files = documents.upload->files;
  attempt.call.place = turn.place;
  attempt.room = room;
  return attempt;
}

connectors::Call DocumentJobs::call_of(db::Transaction& tx, const Consignment& documents,
                                       bool asks) const {
  connectors::Call call = turns_.call_of(tx, documents.application);
  call.operation = operation_of(documents, asks);
  call.request = request_of(tx, documents, asks);
  call.idempotency_key = key_of(documents);
  call.attempt = documents.delivery().attempts;
  call.locale = documents.application.consent.language;
  return call;
}

Task<bool> DocumentJobs::load_files(const LenderAttempt& attempt, connectors::Call& call,
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

Task<void> DocumentJobs::carry(const jobs::Lease& lease, Deadline deadline) const {
  const auto begin = [&](db::Transaction& tx) { return prepare(tx, lease); };
  std::optional<LenderAttempt> attempt = co_await needs_.db.write(begin, deadline);
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
  const auto settle = [&](db::Transaction& tx) { take_outcome(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void DocumentJobs::take_outcome(db::Transaction& tx, const jobs::Lease& lease,
                                const LenderAttempt& attempt, const Outcome& outcome) const {
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
  if (submissions_.is_forgotten(tx, documents.application)) {
    const bool may_be_there = outcome.done() || outcome.kind == OutcomeKind::unknown_outcome;
    leave(tx, lease, documents, may_be_there);
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
    await_word(tx, lease, documents, pending ? DocumentsState::pending : DocumentsState::unknown,
               soon);
    return;
  }
  if (outcome.kind == OutcomeKind::unknown_outcome) {
    await_word(tx, lease, documents, DocumentsState::unknown, soon);
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
  fail(tx, lease, documents, failure_of(outcome, attempt.submission));
}

void DocumentJobs::finish(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                          DocumentsState state, std::string_view step) const {
  documents.delivery().state = state;
  documents.delivery().changed_at = needs_.clock.now();
  keep(tx, documents, step, "hub");
  jobs::complete(tx, lease);
}

void DocumentJobs::fail(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                        TechnicalFailure failure) const {
  documents.delivery().failure = std::move(failure);
  documents.delivery().settled_attempts = documents.delivery().attempts;
  finish(tx, lease, documents, DocumentsState::failed, "failed");
}

void DocumentJobs::leave(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                         bool may_be_there) const {
  if (!may_be_there) {
    fail(tx, lease, documents, has_ended(documents));
    return;
  }
  if (const auto& upload = documents.upload) files::release(tx, upload->org, upload->id.value);
  if (documents.delivery().is_open()) {
    jobs::complete(tx, lease);
    return;
  }
  finish(tx, lease, documents, DocumentsState::unknown, "unknown");
}

void DocumentJobs::await_word(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                              DocumentsState state, std::chrono::milliseconds ask_in) const {
  const bool lost = state == DocumentsState::unknown;
  documents.delivery().left_at = needs_.clock.now();
  enqueue(tx, documents, kAskDocumentsJob, ask_in);
  finish(tx, lease, documents, state, lost ? "unknown" : "pending");
}

void DocumentJobs::take_sent(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
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

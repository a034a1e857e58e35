// Asking what became of documents on their way, until it is known.
#include "applications/attention.hpp"
#include "applications/document_jobs.hpp"
#include "applications/json_connector.hpp"
#include "applications/sending.hpp"
#include "applications/step.hpp"
#include "applications/texts.hpp"
#include "connectors/switches.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace texts = applications_texts;
using connectors::Outcome;

// The loan documents are with the applicant, or ours with the lender.
bool are_there(std::string_view status, bool uploaded) {
  if (uploaded) return status == "received" || status == "accepted" || status == "rejected";
  return status == "sent" || status == "opened" || status == "signed" || status == "countersigned";
}

}  // namespace

std::optional<LenderAttempt> DocumentJobs::prepare_question(db::Transaction& tx,
                                                            const jobs::Lease& lease) const {
  auto found = consignment_of(tx, lease);
  if (!found || !found->delivery().is_open()) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  Consignment& documents = *found;
  Application& application = documents.application;
  const Time now = needs_.clock.now();
  if (!documents.upload && has_documents(application.state)) {
    finish(tx, lease, documents, DocumentsState::sent, "known");
    return std::nullopt;
  }
  if (is_final(application.state)) {
    leave(tx, lease, documents, true);
    return std::nullopt;
  }
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  const bool gone = !connection || !connection->followable() || !submissions_.find(tx, application);
  if (gone || (manifest && !manifest->has(operation_of(documents, true)))) {
    // The lender's status of the application says it, if anything does.
    records_.note(tx, application,
                  documents.upload ? attention::kUploadUnknown : attention::kDocumentsUnknown,
                  "needs_attention", "hub");
    if (documents.upload) {
      fail(tx, lease, documents, failure_of(row_of(texts::kFailures, "unknown_at_lender")));
      return std::nullopt;
    }
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (!manifest || connectors::is_stopped(tx, application.plugin_id)) {
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.not_ready",
                   false);
    return std::nullopt;
  }
  // The clock was set back since: the window begins anew.
  if (documents.delivery().left_at > now) {
    documents.delivery().left_at = now;
    write(tx, documents);
  }
  const connectors::Admission turn = turns_.turn_of(application);
  if (!turn.place) {
    jobs::retry_at(tx, lease, {now + turn.retry_after, now}, turn.code, false);
    return std::nullopt;
  }
  LenderAttempt attempt{application, call_of(tx, documents, true), {}, {}, {}, manifest,
                        now,         needs_.clock.even_for()};
  attempt.call.place = turn.place;
  return attempt;
}

Task<void> DocumentJobs::ask(const jobs::Lease& lease, Deadline deadline) const {
  const auto begin = [&](db::Transaction& tx) { return prepare_question(tx, lease); };
  std::optional<LenderAttempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  const Outcome outcome = co_await ask_jobs_.ask(*attempt, deadline);
  const auto settle = [&](db::Transaction& tx) { take_answer(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

void DocumentJobs::take_answer(db::Transaction& tx, const jobs::Lease& lease,
                               const LenderAttempt& attempt, const Outcome& outcome) const {
  auto found = consignment_of(tx, lease);
  if (!found || !found->delivery().is_open()) {
    jobs::complete(tx, lease);
    return;
  }
  Consignment& documents = *found;
  Application& application = documents.application;
  if (submissions_.is_forgotten(tx, application)) {
    leave(tx, lease, documents, true);
    return;
  }
  DocumentsDelivery& delivery = documents.delivery();
  const bool uploaded = documents.upload.has_value();
  const Time now = needs_.clock.now();
  const Time left_at = delivery.left_at.value_or(delivery.changed_at);
  const Time final_at = left_at + std::chrono::seconds{attempt.manifest->reconcile_window_s};
  const auto answer = outcome.done() ? read_documents_result(*outcome.result)
                                     : Result<DocumentsAnswer>(DocumentsAnswer{});
  const std::string status = answer ? answer->status : "";
  if (are_there(status, uploaded)) {
    take_sent(tx, lease, documents, *answer);
    return;
  }
  if (!uploaded && status == "expired") {
    fail(tx, lease, documents, failure_of(row_of(texts::kFailures, "expired")));
    return;
  }
  // What was asked before the window ended does not count, however late the answer came.
  const bool never_came = status == "none" && ask_jobs_.is_past_window(attempt, left_at);
  const bool may_send_again =
      never_came && delivery.state == DocumentsState::unknown && delivery.resends < kResendsMax;
  if (may_send_again) {
    delivery.settled_attempts = delivery.attempts;
    ++delivery.resends;
    delivery.since = now;
    enqueue(tx, documents, kSendDocumentsJob);
    finish(tx, lease, documents, DocumentsState::requested, "not_found");
    return;
  }
  if (never_came) {
    records_.note(tx, application, uploaded ? attention::kUploadLost : attention::kDocumentsLost,
                  "needs_attention", "hub");
    // Its final word: a person may send them again, or others.
    if (uploaded) {
      fail(tx, lease, documents, failure_of(row_of(texts::kFailures, "lost")));
      return;
    }
  } else if (now - left_at >= kCallLenderAfter &&
             !attention::is_called_for(application.attention)) {
    records_.note(tx, application,
                  uploaded ? attention::kUploadUnknown : attention::kDocumentsUnknown,
                  "needs_attention", "hub");
  }
  Time next = now + wait_before_asking(delivery.changed_at, now, kAskLostFirst,
                                       turns_.longest_wait_for_lost());
  if (status == "none" && !never_came)
    next = std::min(next, std::max(final_at, now + kAskLostFirst));
  jobs::retry_at(tx, lease, {next, now}, outcome.code, false);
}

}  // namespace lendport

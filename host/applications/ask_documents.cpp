// Asking what became of documents on their way, until it is known.
#include "applications/applications.hpp"
#include "applications/attention.hpp"
#include "applications/sending.hpp"
#include "applications/texts.hpp"
#include "connectors/switches.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace texts = applications_texts;
using connectors::Outcome;

constexpr std::chrono::milliseconds kAskFirst{1'000};

// The loan documents are with the applicant, or ours with the lender.
bool are_there(std::string_view status, bool uploaded) {
  if (uploaded) return status == "received" || status == "accepted" || status == "rejected";
  return status == "sent" || status == "opened" || status == "signed" || status == "countersigned";
}

}  // namespace

std::optional<Applications::Attempt> Applications::begin_asking_documents(
    db::Transaction& tx, const jobs::Lease& lease) const {
  auto found = consignment_of(tx, lease);
  if (!found || !found->delivery().is_open()) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  Consignment& documents = *found;
  Application& application = documents.application;
  const Time now = needs_.clock.now();
  if (!documents.upload && has_documents(application.state)) {
    end_documents(tx, lease, documents, DocumentsState::sent, "known");
    return std::nullopt;
  }
  if (is_final(application.state)) {
    leave_documents(tx, lease, documents, true);
    return std::nullopt;
  }
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  const bool gone = !connection || !connection->followable() || !submission_of(tx, application);
  if (gone || (manifest && !manifest->has(operation_of(documents, true)))) {
    // The lender's status of the application says it, if anything does.
    note(tx, application,
         documents.upload ? attention::kUploadUnknown : attention::kDocumentsUnknown,
         "needs_attention", "hub");
    if (documents.upload) {
      fail_documents(tx, lease, documents,
                     failure_of(row_of(texts::kFailures, "unknown_at_lender")));
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
  const connectors::Admission turn = turn_of(application);
  if (!turn.place) {
    jobs::retry_at(tx, lease, {now + turn.retry_after, now}, turn.code, false);
    return std::nullopt;
  }
  Attempt attempt{application, documents_call(tx, documents, true),
                  {},          {},
                  {},          manifest,
                  now,         needs_.clock.even_for()};
  attempt.call.place = turn.place;
  return attempt;
}

Task<void> Applications::ask_documents(const jobs::Lease& lease, Deadline deadline) {
  const auto begin = [&](db::Transaction& tx) { return begin_asking_documents(tx, lease); };
  std::optional<Attempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  const Outcome outcome = co_await ask(*attempt, deadline);
  const auto settle = [&](db::Transaction& tx) {
    settle_asked_documents(tx, lease, *attempt, outcome);
  };
  co_await needs_.db.write(settle, Deadline::max());
}

void Applications::settle_asked_documents(db::Transaction& tx, const jobs::Lease& lease,
                                          const Attempt& attempt, const Outcome& outcome) const {
  auto found = consignment_of(tx, lease);
  if (!found || !found->delivery().is_open()) {
    jobs::complete(tx, lease);
    return;
  }
  Consignment& documents = *found;
  Application& application = documents.application;
  if (is_forgotten(tx, application)) {
    leave_documents(tx, lease, documents, true);
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
    fail_documents(tx, lease, documents, failure_of(row_of(texts::kFailures, "expired")));
    return;
  }
  // What was asked before the window ended does not count, however late the answer came.
  const bool never_came = status == "none" && is_past_window(attempt, left_at);
  const bool may_send_again =
      never_came && delivery.state == DocumentsState::unknown && delivery.resends < kResendsMax;
  if (may_send_again) {
    delivery.settled_attempts = delivery.attempts;
    ++delivery.resends;
    delivery.since = now;
    enqueue(tx, documents, kSendDocumentsJob);
    end_documents(tx, lease, documents, DocumentsState::requested, "not_found");
    return;
  }
  if (never_came) {
    note(tx, application, uploaded ? attention::kUploadLost : attention::kDocumentsLost,
         "needs_attention", "hub");
    // Its final word: a person may send them again, or others.
    if (uploaded) {
      fail_documents(tx, lease, documents, failure_of(row_of(texts::kFailures, "lost")));
      return;
    }
  } else if (now - left_at >= kCallLenderAfter &&
             !attention::is_called_for(application.attention)) {
    note(tx, application, uploaded ? attention::kUploadUnknown : attention::kDocumentsUnknown,
         "needs_attention", "hub");
  }
  Time next =
      now + wait_before_asking(delivery.changed_at, now, kAskFirst, longest_wait_for_lost());
  if (status == "none" && !never_came) next = std::min(next, std::max(final_at, now + kAskFirst));
  jobs::retry_at(tx, lease, {next, now}, outcome.code, false);
}

}  // namespace lendport

// Asking what became of the loan documents, until it is known.
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

constexpr std::string_view kAsk = "documents.status/1";
constexpr std::chrono::milliseconds kAskFirst{1'000};
constexpr std::chrono::milliseconds kAskLongest{5 * 60'000};
constexpr std::chrono::seconds kConnectorPause{15};

bool is_open(const LoanDocuments& documents) {
  return documents.state == DocumentsState::unknown || documents.state == DocumentsState::pending;
}

bool are_out(std::string_view status) {
  return status == "sent" || status == "opened" || status == "signed" || status == "countersigned";
}

}  // namespace

std::optional<Applications::Attempt> Applications::begin_asking_documents(
    db::Transaction& tx, const jobs::Lease& lease) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  if (!found || !found->documents || !is_open(*found->documents)) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  Application& application = *found;
  const Time now = needs_.clock.now();
  if (has_documents(application.state)) {
    end_documents(tx, lease, application, DocumentsState::sent, "documents_known");
    return std::nullopt;
  }
  if (is_final(application.state)) {
    fail_documents(tx, lease, application, {"not_approved", "The application has ended"});
    return std::nullopt;
  }
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  const bool gone = !connection || !connection->followable();
  if (gone || (manifest && !manifest->has(kAsk))) {
    // The lender's status of the application says it, if anything does.
    note(tx, application, attention::kDocumentsUnknown, "needs_attention", "hub");
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (!manifest || connectors::is_stopped(tx, application.plugin_id)) {
    jobs::retry_at(tx, lease, now + kConnectorPause, "connector.not_ready", false);
    return std::nullopt;
  }
  // The clock was set back since: the window begins anew.
  LoanDocuments& documents = *application.documents;
  if (documents.left_at && *documents.left_at > now) {
    documents.left_at = now;
    store::update(tx, application);
    ++application.version;
  }
  Attempt attempt{
      application, documents_call(tx, application, kAsk, write_documents_question(application)),
      {},          {},
      {},          manifest,
      now,         needs_.clock.even_for()};
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
  auto found = store::find_for_update(tx, lease.org, attempt.application.id);
  if (!found || !found->documents || !is_open(*found->documents)) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  LoanDocuments& documents = *application.documents;
  const Time now = needs_.clock.now();
  const Time left_at = documents.left_at.value_or(documents.changed_at);
  const Time final_at = left_at + std::chrono::seconds{attempt.manifest->reconcile_window_s};
  const auto answer = outcome.done() ? read_documents_result(*outcome.result)
                                     : Result<DocumentsAnswer>(DocumentsAnswer{});
  const std::string status = answer ? answer->status : "";
  if (are_out(status)) {
    take_sent(tx, lease, application, *answer);
    return;
  }
  if (status == "expired") {
    fail_documents(tx, lease, application, {"expired", "The documents expired at the lender"});
    return;
  }
  // What was asked before the window ended does not count, however late the answer came.
  const bool never_came = status == "none" && is_past_window(attempt, left_at);
  const bool may_send_again =
      never_came && documents.state == DocumentsState::unknown && documents.resends < kResendsMax;
  if (may_send_again) {
    documents.settled_attempts = documents.attempts;
    ++documents.resends;
    documents.since = now;
    enqueue(tx, application, kSendDocumentsJob, now);
    end_documents(tx, lease, application, DocumentsState::requested, "documents_not_found");
    return;
  }
  if (never_came) {
    note(tx, application, attention::kDocumentsLost, "needs_attention", "hub");
  } else if (now - left_at >= kCallLenderAfter && application.attention.empty()) {
    note(tx, application, attention::kDocumentsUnknown, "needs_attention", "hub");
  }
  Time next = now + wait_before_asking(documents.changed_at, now, kAskFirst, kAskLongest);
  if (status == "none" && !never_came) next = std::min(next, std::max(final_at, now + kAskFirst));
  jobs::retry_at(tx, lease, next, outcome.code, false);
}

}  // namespace lendport

// Webhooks of lenders: stored as they come, then looked at. Nothing of one acts before its
// connector has verified it; what a verified one says is left as a job for those who know
// applications (decision 0014).
#pragma once

#include "connections/connections.hpp"
#include "http/rate_limit.hpp"
#include "jobs/worker.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport {

// Thread-safe.
class InboundWebhooks {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    const crypto::Sealing& sealing;
    Connections& connections;
    connectors::Connectors& connectors;
  };
  // All outlive this.
  explicit InboundWebhooks(const Needs& needs);

  // On disk, with the job that looks at it, when this returns. Throws not_found for an address that
  // is none (any more), rate_limited over kWebhooksPerSecond, overloaded when kWebhooksWaitingMax
  // wait.
  Task<void> receive(std::string token, Delivery delivery, Deadline deadline);

  struct ListQuery {
    std::optional<std::pair<Time, std::string>> after;
    int limit = 50;
  };
  // Of the caller's org and environment, newest first.
  Task<std::vector<InboundWebhook>> list(Principal caller, OrgId org, ConnectionId connection,
                                         ListQuery query, Deadline deadline);

  // The job: asks the connector whether it is the lender's, and what it says.
  Task<void> verify(const jobs::Lease& lease, Deadline deadline);

 private:
  struct Look;     // at one webhook
  struct Finding;  // what it brought

  std::optional<Look> begin(db::Transaction& tx, const jobs::Lease& lease) const;
  Task<Finding> ask(Look& look, Deadline deadline);
  Task<connectors::Outcome> ask(const Look& look, std::string_view operation, Deadline deadline);
  void settle(db::Transaction& tx, const jobs::Lease& lease, const Look& look,
              const Finding& finding) const;
  void hear(db::Transaction& tx, InboundWebhook& webhook, const Look& look,
            const Finding& finding) const;
  void refuse(db::Transaction& tx, InboundWebhook& webhook, const std::string& reason) const;
  void ignore(db::Transaction& tx, InboundWebhook& webhook, std::string_view reason) const;
  bool is_told(db::Snapshot& at, const InboundWebhook& webhook) const;
  void append_event(db::Transaction& tx, const InboundWebhook& webhook) const;

  Needs needs_;
  http::RateLimits limits_;
};

// Before the worker's first step; `webhooks` outlives it.
void add_inbound_webhook_jobs(jobs::Worker& worker, InboundWebhooks& webhooks);

}  // namespace lendport

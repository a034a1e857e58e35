#include "catalog/jobs.hpp"

#include "catalog/json.hpp"
#include "catalog/sync.hpp"

#include <algorithm>

namespace lendport {

Task<void> Catalog::run_sync(const jobs::Lease& lease, Deadline deadline) {
  const SyncResult result = co_await sync(lease.org, connection_in(lease.payload), deadline);
  // Without a connection to sync the worker completes the job; a later connect queues a new one.
  if (result.end == SyncResult::End::nothing) co_return;
  const bool failed = result.end == SyncResult::End::failed;
  const std::chrono::milliseconds sooner = kSyncAgainAfterFailure;
  const auto pause = failed ? std::min(result.again_after, sooner) : result.again_after;
  const std::chrono::milliseconds least = kBetweenSyncsMin;
  const Time now = needs_.clock.now();
  const Time next = now + std::max(pause, least);
  const auto story = [&](db::Transaction& tx) {
    jobs::retry_at(tx, lease, {next, now}, result.reason, false);
  };
  co_await needs_.db.write(story);
}

void add_catalog_jobs(jobs::Worker& worker, Catalog& catalog) {
  jobs::Kind sync;
  sync.run = [&catalog](const jobs::Lease& lease, Deadline deadline) {
    return catalog.run_sync(lease, deadline);
  };
  sync.patience = kSyncPatience;
  worker.handle(std::string(kSyncJob), std::move(sync));
}

}  // namespace lendport

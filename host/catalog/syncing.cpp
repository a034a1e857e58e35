// The story of one sync: ask the lender, take over what it said, note how it ended.
#include "catalog/catalog.hpp"
#include "catalog/json.hpp"
#include "catalog/record.hpp"
#include "catalog/sight.hpp"
#include "catalog/snapshots.hpp"
#include "catalog/sync.hpp"
#include "connectors/switches.hpp"
#include "events/audit.hpp"
#include "http/message.hpp"
#include "jobs/jobs.hpp"

namespace lendport {
namespace {

FetchFailed not_ready() {
  FetchFailed failed;
  failed.reason = "the connector is not ready";
  return failed;
}

SyncResult take_over(const Catalog::Needs& needs, const CatalogSettings& settings,
                     db::Transaction& tx, const Connection& connection,
                     const FetchedCatalog& fetched) {
  const Time now = needs.clock.now();
  const auto manifest = needs.connectors.manifest(connection.plugin_id);
  const std::string lender = manifest ? manifest->name : connection.label;
  const bool recovered =
      record_success(tx, connection, fetched, age_max_of(connection, settings), now);
  const SyncCounts counts = apply_catalog(tx, needs.ids, connection, lender, fetched, now);
  if (counts.any() || recovered) {
    catalog::note(needs, tx, connection, "catalog.synced",
                  sync_text(counts.added, counts.changed, counts.retired, counts.held_back));
    db::bump(tx, catalog_topic(connection.org));
  }
  return {SyncResult::End::done,
          counts.added,
          counts.changed,
          counts.retired,
          counts.held_back,
          "",
          sync_interval_of(connection, settings)};
}

SyncResult keep_old(const Catalog::Needs& needs, const CatalogSettings& settings,
                    db::Transaction& tx, const Connection& connection, const FetchFailed& failure) {
  if (record_failure(tx, connection, failure, needs.clock.now())) {
    catalog::note(needs, tx, connection, failure.malformed ? "catalog.refused" : "catalog.stale",
                  problem_text(failure.reason));
    db::bump(tx, catalog_topic(connection.org));
  }
  if (failure.auth_failed) {
    needs.connections.auth_failed(tx, connection.id, connection.settings_revision, failure.message);
  }
  return {
      SyncResult::End::failed, 0, 0, 0, 0, failure.reason, sync_interval_of(connection, settings)};
}

}  // namespace

void Catalog::enqueue_sync(db::Transaction& tx, const OrgId& org, const ConnectionId& connection) {
  const Time now = needs_.clock.now();
  jobs::NewJob job;
  job.id = needs_.ids.next<JobId>();
  job.kind = kSyncJob;
  job.org = org;
  job.payload = sync_job_text(connection);
  job.run_at = now;
  job.unique_key = std::string(kSyncJob) + "/" + connection.value;
  jobs::enqueue(tx, job, now);
}

Task<void> Catalog::request_sync(ProductAct act, ConnectionId connection, Deadline deadline,
                                 db::Keep<CatalogState> keep) {
  const auto story = [&](db::Transaction& tx) {
    const auto found = needs_.connections.find(tx, act.org, act.caller.environment, connection);
    if (!found) http::throw_not_found();
    if (found->org != act.org) {
      throw Error(ErrorCode::forbidden, "the upstream org keeps this connection");
    }
    if (!found->answers()) {
      throw Error(ErrorCode::conflict, "the connection is not connected: connect it first");
    }
    enqueue_sync(tx, act.org, connection);
    events::Entry entry;
    entry.org = act.org;
    entry.actor = act.caller.user.value;
    entry.action = "catalog.sync_requested";
    entry.subject = events::Subject{"connection", connection.value};
    entry.request_id = act.caller.request_id;
    entry.at = needs_.clock.now();
    events::audit(tx, entry);
    if (keep) keep(tx, state_in(tx, *found));
  };
  co_await needs_.db.write(story, deadline);
}

Task<SyncResult> Catalog::sync(OrgId org, ConnectionId id, Deadline deadline) {
  bool stopped = false;
  const auto look = [&](db::Snapshot& at) {
    auto found = needs_.connections.find_by_id(at, id);
    stopped = found && connectors::is_stopped(at, found->plugin_id);
    return found;
  };
  const std::optional<Connection> connection = co_await needs_.db.read(look, deadline);
  if (!connection || connection->org != org || !connection->answers()) co_return SyncResult();
  if (!lists_products(*connection)) co_return SyncResult();
  // Put off: what the lender said last is as good as it was.
  if (stopped) {
    co_return SyncResult{SyncResult::End::failed,
                         0,
                         0,
                         0,
                         0,
                         "the lender is paused",
                         sync_interval_of(*connection, settings_)};
  }

  Fetched fetched = not_ready();
  if (needs_.connectors.manifest(connection->plugin_id)) {
    connectors::Call call = co_await needs_.connections.call_for(id, deadline);
    call.deadline = deadline;
    fetched = co_await fetch_catalog(needs_.connectors, std::move(call), settings_);
  }

  const auto story = [&](db::Transaction& tx) {
    tx.lock("catalog.sync/" + id.value);
    const auto still = needs_.connections.find_by_id(tx, id);
    if (!still || !still->followable()) return SyncResult();
    if (const auto* failure = std::get_if<FetchFailed>(&fetched)) {
      return keep_old(needs_, settings_, tx, *connection, *failure);
    }
    return take_over(needs_, settings_, tx, *connection, std::get<FetchedCatalog>(fetched));
  };
  // The lender has been heard: what it said is kept even if its answer took all the time.
  const SyncResult result = co_await needs_.db.write(story);
  co_await look_for_changes();
  co_return result;
}

}  // namespace lendport

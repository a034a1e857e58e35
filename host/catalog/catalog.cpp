#include "catalog/catalog.hpp"

#include "catalog/sight.hpp"
#include "catalog/snapshot.hpp"
#include "catalog/snapshots.hpp"
#include "catalog/store.hpp"
#include "catalog/sync.hpp"
#include "http/message.hpp"

#include <algorithm>

namespace lendport {
namespace {

// A snapshot is read again at the latest after so long, so that `fetched_at` keeps up with syncs
// that changed nothing.
constexpr std::chrono::minutes kSnapshotAgeMax{5};
// Connections whose job got lost find a new one within so long.
constexpr std::chrono::minutes kSweepEvery{1};
constexpr int kSweepPage = 200;

// What is judged by the clock is judged again when it may come out differently.
Time holds_until(const Sight& sight, const CatalogSettings& settings, Time now) {
  const Time midnight = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  Time until = std::min(now + kSnapshotAgeMax, midnight);
  for (const auto& [id, sync] : sight.syncs) {
    const auto connection = sight.connections.find(id);
    if (!sync.fetched_at || connection == sight.connections.end()) continue;
    const Time too_old =
        *sync.fetched_at + age_max_of(connection->second, settings) + std::chrono::milliseconds(1);
    if (too_old > now) until = std::min(until, too_old);
  }
  return until;
}

std::vector<Quotable> judged(const Sight& sight, const CatalogSettings& settings,
                             std::vector<Product> products, Time now) {
  std::vector<Quotable> entries;
  entries.reserve(products.size());
  for (Product& product : products) {
    const auto reason = judge(sight, settings, product, now);
    entries.push_back({std::make_shared<const Product>(std::move(product)), reason});
  }
  return entries;
}

}  // namespace

Catalog::Catalog(const Needs& needs, const CatalogSettings& settings)
    : needs_(needs),
      settings_(settings),
      snapshots_(std::make_unique<CatalogSnapshots>(settings.snapshots_max, settings.fresh_for)) {}

Catalog::~Catalog() = default;

Task<std::vector<Quotable>> Catalog::quotable(OrgId org, Environment environment,
                                              Deadline deadline) {
  const auto catalog = co_await snapshot(std::move(org), environment, deadline);
  co_return catalog->entries();
}

Task<std::shared_ptr<const Product>> Catalog::find(OrgId org, Environment environment,
                                                   ProductId product,
                                                   std::optional<std::int64_t> version,
                                                   Deadline deadline) {
  const auto catalog = co_await snapshot(org, environment, deadline);
  const Quotable* entry = catalog->find(product);
  if (entry != nullptr && (!version || entry->product->version == *version)) {
    co_return entry->product;
  }
  const auto look = [&](db::Snapshot& at) { return find(at, org, environment, product, version); };
  auto found = co_await needs_.db.read(look, deadline);
  if (!found) co_return nullptr;
  co_return std::make_shared<const Product>(*std::move(found));
}

std::optional<Product> Catalog::find(db::Snapshot& at, const OrgId& org, Environment environment,
                                     const ProductId& product,
                                     std::optional<std::int64_t> version) {
  const Sight sight = sight_of(at, needs_.connections, org, environment);
  return product_in(at, needs_.connections, sight, product, version);
}

Task<std::optional<NotQuotable>> Catalog::why_not_quotable(OrgId org, Environment environment,
                                                           ProductId product, Deadline deadline) {
  const auto catalog = co_await snapshot(org, environment, deadline);
  if (const Quotable* entry = catalog->find(product)) co_return entry->reason;
  const auto kept = co_await find(org, environment, product, std::nullopt, deadline);
  if (!kept) http::throw_not_found();
  const bool retired = kept->status == ProductStatus::retired;
  co_return retired ? NotQuotable::not_live : NotQuotable::not_connected;
}

Task<std::shared_ptr<const OrgCatalog>> Catalog::snapshot(OrgId org, Environment environment,
                                                          Deadline deadline) {
  if (!snapshots_->fresh()) co_await look_for_changes();
  const CatalogSnapshots::Key key(org, environment);
  if (auto there = snapshots_->find(key, needs_.clock.now())) co_return there;
  co_return co_await load(org, environment, deadline);
}

Task<std::shared_ptr<const OrgCatalog>> Catalog::load(OrgId org, Environment environment,
                                                      Deadline deadline) {
  const Time now = needs_.clock.now();
  std::vector<OrgId> orgs;
  const auto look = [&](db::Snapshot& at) {
    const Sight sight = sight_of(at, needs_.connections, org, environment);
    orgs = sight.orgs;
    return std::make_shared<const OrgCatalog>(judged(sight, settings_, products_in(at, sight), now),
                                              db::current_version(at),
                                              holds_until(sight, settings_, now));
  };
  auto loaded = co_await needs_.db.read(look, deadline);
  const CatalogSnapshots::Key key(org, environment);
  snapshots_->put(key, loaded, std::move(orgs));
  co_return loaded;
}

Task<std::vector<Quotable>> Catalog::retired(OrgId org, Environment environment, std::string after,
                                             std::size_t limit, Deadline deadline) {
  const Time now = needs_.clock.now();
  const auto look = [&](db::Snapshot& at) {
    const Sight sight = sight_of(at, needs_.connections, org, environment);
    auto products = catalog_store::retired_of_org(at, org, environment, after,
                                                  static_cast<std::int64_t>(limit));
    for (Product& product : products) product = as_seen(sight, 0, std::move(product));
    return judged(sight, settings_, std::move(products), now);
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<std::vector<ProductRevision>> Catalog::revisions(OrgId org, Environment environment,
                                                      ProductId product, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    const auto kept = find(at, org, environment, product, std::nullopt);
    if (!kept) http::throw_not_found();
    return catalog_store::revisions(at, kept->org, product);
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<CatalogState> Catalog::state(OrgId org, Environment environment, ConnectionId connection,
                                  Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    const auto found = needs_.connections.find(at, org, environment, connection);
    if (!found) http::throw_not_found();
    return state_in(at, *found);
  };
  co_return co_await needs_.db.read(look, deadline);
}

CatalogState Catalog::state_in(db::Snapshot& at, const Connection& connection) const {
  CatalogState state;
  state.connection = connection.id;
  const auto sync = catalog_store::find_sync(at, connection.org, connection.id);
  if (!sync) return state;
  state.fetched_at = sync->fetched_at;
  state.tried_at = sync->tried_at;
  state.stale = sync->stale;
  state.problem = sync->problem;
  state.quoting_allowed =
      fresh_enough(sync->fetched_at, age_max_of(connection, settings_), needs_.clock.now());
  const auto offered = catalog_store::of_connection(at, connection.org, connection.id);
  state.products = static_cast<int>(offered.size());
  state.held_back = catalog_store::held_back_by(at, connection.org, connection.id);
  return state;
}

Task<void> Catalog::look_for_changes() {
  const auto asked_at = std::chrono::steady_clock::now();
  const std::int64_t seen = snapshots_->seen();
  const auto look = [&](db::Snapshot& at) { return db::changed_since(at, seen); };
  const std::vector<db::Version> changes = co_await needs_.db.read(look);
  snapshots_->forget(changes);
  snapshots_->confirm(asked_at);
}

Task<void> Catalog::refresh() {
  co_await look_for_changes();
  if (snapshots_->take_sweep(kSweepEvery)) co_await enqueue_missing();
}

Task<void> Catalog::enqueue_missing() {
  const Time now = needs_.clock.now();
  std::string after;
  bool more = true;
  while (more) {
    std::vector<Connection> missing;
    const auto look = [&](db::Snapshot& at) {
      const auto page = needs_.connections.connected(at, after, kSweepPage);
      more = page.size() == static_cast<std::size_t>(kSweepPage);
      if (!page.empty()) after = page.back().id.value;
      missing.clear();
      for (const Connection& connection : page) {
        const auto sync = catalog_store::find_sync(at, connection.org, connection.id);
        const Time overdue = now - 2 * sync_interval_of(connection, settings_);
        const bool kept_up =
            sync && sync->tried_at >= connection.changed_at && sync->tried_at >= overdue;
        if (!kept_up && lists_products(connection)) missing.push_back(connection);
      }
    };
    co_await needs_.db.read(look);
    if (missing.empty()) continue;
    const auto story = [&](db::Transaction& tx) {
      for (const Connection& connection : missing) enqueue_sync(tx, connection.org, connection.id);
    };
    co_await needs_.db.write(story);
  }
}

bool Catalog::lists_products(const Connection& connection) const {
  const auto manifest = needs_.connectors.manifest(connection.plugin_id);
  return !manifest || manifest->has(kCatalogOperation);
}

}  // namespace lendport

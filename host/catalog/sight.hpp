// How one org sees products: those it keeps, those it inherits, what it and its upstream chose.
#pragma once

#include "catalog/product.hpp"
#include "catalog/settings.hpp"
#include "catalog/store.hpp"
#include "connections/connections.hpp"
#include "connectors/switches.hpp"

#include <map>
#include <optional>
#include <vector>

namespace lendport {

// One org's point of view in one environment, read in one view of the database.
struct Sight {
  Environment environment = Environment::sandbox;
  std::vector<OrgId> orgs;                         // the org itself, its upstream org, and so on
  std::vector<catalog_store::Choices> choices;     // one for each of `orgs`
  std::map<ConnectionId, Connection> connections;  // those that reach the org
  std::map<ConnectionId, catalog_store::Sync> syncs;
  connectors::PluginIds stopped;  // by the platform
};
Sight sight_of(db::Snapshot& at, Connections& connections, const OrgId& org,
               Environment environment);

// `product` of `orgs[keeper]`, with what depends on who looks filled in.
Product as_seen(const Sight& sight, std::size_t keeper, Product product);

// Why `product`, as seen, may not be quoted at `now`; nothing when it may.
std::optional<NotQuotable> judge(const Sight& sight, const CatalogSettings& settings,
                                 const Product& product, Time now);
// How old the last good catalogue of `connection` may be to quote from it: its own limit or the
// hub's. It is fetched again often enough to miss once and still keep it.
std::chrono::milliseconds age_max_of(const Connection& connection, const CatalogSettings& settings);
std::chrono::milliseconds sync_interval_of(const Connection& connection,
                                           const CatalogSettings& settings);
// Whether the last good catalogue is young enough to quote from.
bool fresh_enough(const std::optional<Time>& fetched_at, std::chrono::milliseconds age_max,
                  Time now);

// Everything the org sees that is not retired, by id.
std::vector<Product> products_in(db::Snapshot& at, const Sight& sight);

// One product, retired or of a disconnected connection too, as long as the org may see it; in its
// latest version or in `version`.
std::optional<Product> product_in(db::Snapshot& at, Connections& connections, const Sight& sight,
                                  const ProductId& id, std::optional<std::int64_t> version);

}  // namespace lendport

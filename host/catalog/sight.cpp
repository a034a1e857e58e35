#include "catalog/sight.hpp"

#include "orgs/orgs.hpp"

#include <algorithm>

namespace lendport {
namespace {

// An upstream org's drafts are its own business.
bool offered_below(const Product& product) {
  return product.status == ProductStatus::live || product.status == ProductStatus::retired;
}

bool reaches(const Sight& sight, const Product& product) {
  return !product.connection || sight.connections.contains(*product.connection);
}

// Also when the connection was disconnected since: what was made with it goes on.
bool reached_once(db::Snapshot& at, Connections& connections, const Sight& sight,
                  const Product& product) {
  if (reaches(sight, product)) return true;
  const auto connection = connections.find_by_id(at, *product.connection);
  return connection && connection->with_sub_orgs;
}

std::optional<Product> kept_by(db::Snapshot& at, const OrgId& org, const ProductId& id,
                               std::optional<std::int64_t> version) {
  return version ? catalog_store::find_version(at, org, id, *version)
                 : catalog_store::find(at, org, id);
}

}  // namespace

Sight sight_of(db::Snapshot& at, Connections& connections, const OrgId& org,
               Environment environment) {
  Sight sight;
  sight.environment = environment;
  sight.orgs = upstream_of(at, org);
  for (const OrgId& one : sight.orgs) {
    sight.choices.push_back(catalog_store::choices_of(at, one, environment));
    for (auto& sync : catalog_store::syncs_of(at, one)) sight.syncs[sync.connection] = sync;
  }
  for (auto& connection : connections.reaching(at, org, environment)) {
    sight.connections.emplace(connection.id, connection);
  }
  sight.stopped = connectors::stopped_plugins(at);
  return sight;
}

Product as_seen(const Sight& sight, std::size_t keeper, Product product) {
  product.inherited = keeper > 0;
  product.selected = true;
  for (std::size_t i = 0; i <= keeper; ++i) {
    product.selected = product.selected && sight.choices[i].selects(product.id);
    product.revision += sight.choices[i].version_of(product.id);
  }
  if (!product.connection) return product;
  const auto connection = sight.connections.find(*product.connection);
  if (connection != sight.connections.end()) product.successors = connection->second.successors;
  const auto sync = sight.syncs.find(*product.connection);
  if (sync == sight.syncs.end()) return product;
  product.fetched_at = sync->second.fetched_at;
  product.stale = sync->second.stale;
  product.revision += sync->second.version;
  return product;
}

std::chrono::milliseconds age_max_of(const Connection& connection,
                                     const CatalogSettings& settings) {
  return connection.catalog_age_max.value_or(settings.age_max);
}

std::chrono::milliseconds sync_interval_of(const Connection& connection,
                                           const CatalogSettings& settings) {
  const std::chrono::milliseconds usual = settings.sync_interval;
  if (!connection.catalog_age_max) return usual;
  return std::min(usual, age_max_of(connection, settings) / 2);
}

bool fresh_enough(const std::optional<Time>& fetched_at, std::chrono::milliseconds age_max,
                  Time now) {
  return fetched_at && now - *fetched_at <= age_max;
}

std::optional<NotQuotable> judge(const Sight& sight, const CatalogSettings& settings,
                                 const Product& product, Time now) {
  if (product.status != ProductStatus::live) return NotQuotable::not_live;
  if (product.held_back) return NotQuotable::held_back;
  // What cannot be offered anyhow first: nobody waits for its lender.
  const Date today = std::chrono::floor<std::chrono::days>(now);
  if (product.terms.valid_from && today < *product.terms.valid_from) {
    return NotQuotable::not_yet_valid;
  }
  if (product.terms.valid_until && today > *product.terms.valid_until) {
    return NotQuotable::no_longer_valid;
  }
  if (!product.selected) return NotQuotable::not_selected;
  if (product.connection) {
    const auto connection = sight.connections.find(*product.connection);
    const bool reached = connection != sight.connections.end();
    if (reached && connection->second.enabled &&
        connection->second.status == ConnectionStatus::winding_down) {
      return NotQuotable::lender_winding_down;
    }
    if (!reached || !connection->second.usable()) return NotQuotable::not_connected;
    if (sight.stopped.contains(connection->second.plugin_id)) return NotQuotable::lender_paused;
    const auto age_max = age_max_of(connection->second, settings);
    if (!fresh_enough(product.fetched_at, age_max, now)) return NotQuotable::catalogue_too_old;
  }
  return std::nullopt;
}

std::vector<Product> products_in(db::Snapshot& at, const Sight& sight) {
  std::vector<Product> seen;
  for (std::size_t keeper = 0; keeper < sight.orgs.size(); ++keeper) {
    for (Product& product : catalog_store::of_org(at, sight.orgs[keeper], sight.environment)) {
      if (!reaches(sight, product)) continue;
      if (keeper > 0 && !offered_below(product)) continue;
      seen.push_back(as_seen(sight, keeper, std::move(product)));
    }
  }
  std::sort(seen.begin(), seen.end(),
            [](const Product& a, const Product& b) { return a.id < b.id; });
  return seen;
}

std::optional<Product> product_in(db::Snapshot& at, Connections& connections, const Sight& sight,
                                  const ProductId& id, std::optional<std::int64_t> version) {
  for (std::size_t keeper = 0; keeper < sight.orgs.size(); ++keeper) {
    auto product = kept_by(at, sight.orgs[keeper], id, version);
    if (!product) continue;
    if (product->environment && *product->environment != sight.environment) return std::nullopt;
    const bool visible =
        keeper == 0 || (offered_below(*product) && reached_once(at, connections, sight, *product));
    if (!visible) return std::nullopt;
    return as_seen(sight, keeper, *std::move(product));
  }
  return std::nullopt;
}

}  // namespace lendport

// The rows of the catalogue. Free functions over a view or a unit of work; none opens its own.
#pragma once

#include "catalog/product.hpp"
#include "db/database.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lendport::catalog_store {

// More than this of one org is more than a person can choose from; the rest is not loaded.
inline constexpr int kProductsPerOrgMax = 5000;

// A product as its own org keeps it: `inherited`, `selected`, `stale` and `fetched_at` are not
// filled in, `revision` is that of the row alone.
std::optional<Product> find(db::Snapshot& at, const OrgId& org, const ProductId& id);
// The same with the terms of an earlier version; nothing when there never was one.
std::optional<Product> find_version(db::Snapshot& at, const OrgId& org, const ProductId& id,
                                    std::int64_t version);
// Every product of `org` for `environment` that is not retired, configured ones included.
std::vector<Product> of_org(db::Snapshot& at, const OrgId& org, Environment environment);
// The retired ones that follow `after`, at most `limit`, by id.
std::vector<Product> retired_of_org(db::Snapshot& at, const OrgId& org, Environment environment,
                                    const std::string& after, std::int64_t limit);
// Those of one connection that are not retired, at most kProductsPerOrgMax.
std::vector<Product> of_connection(db::Snapshot& at, const OrgId& org,
                                   const ConnectionId& connection);
// Those of one connection with one of these lender's ids, retired ones included.
std::vector<Product> named(db::Snapshot& at, const OrgId& org, const ConnectionId& connection,
                           const std::set<std::string>& lender_product_ids);

// Adds the product and its first version.
void insert(db::Transaction& tx, const Product& product, Time now, const std::string& by);
// Writes status, held_back, lender and the like; `revision` becomes `product.revision`.
void update(db::Transaction& tx, const Product& product, Time now);
void insert_version(db::Transaction& tx, const Product& product, Time now, const std::string& by);
// Overwrites the terms of the current version: drafts only.
void replace_terms(db::Transaction& tx, const Product& product, Time now, const std::string& by);

inline constexpr int kRevisionsMax = 100;
// Newest first, at most kRevisionsMax.
std::vector<ProductRevision> revisions(db::Snapshot& at, const OrgId& org, const ProductId& id);

struct Selection {
  bool selected = true;
  std::int64_t version = 0;
};
// What one org chose. A product without an entry is selected unless the org has narrowed its
// choice in this environment.
struct Choices {
  bool narrowed = false;
  std::map<ProductId, Selection> selections;

  bool selects(const ProductId& id) const;
  std::int64_t version_of(const ProductId& id) const;
};
Choices choices_of(db::Snapshot& at, const OrgId& org, Environment environment);
void set_narrowed(db::Transaction& tx, const OrgId& org, Environment environment);
void set_selected(db::Transaction& tx, const OrgId& org, const ProductId& id, bool selected);
// Ends the narrowing and takes in whatever was left out; says whether anything changed.
bool set_all_selected(db::Transaction& tx, const OrgId& org, Environment environment);
// Keeps an entry that is there as it is.
void keep_selected(db::Transaction& tx, const OrgId& org, const ProductId& id);

struct Sync {
  ConnectionId connection;
  OrgId org;
  Environment environment = Environment::sandbox;
  std::int64_t version = 0;  // rises when `stale` or `problem` changes
  Time tried_at{};
  std::optional<Time> fetched_at;  // the last good one
  bool stale = false;
  std::string problem;  // why the last one failed; empty when it did not
};
std::optional<Sync> find_sync(db::Snapshot& at, const OrgId& org, const ConnectionId& connection);
std::vector<Sync> syncs_of(db::Snapshot& at, const OrgId& org);
void put_sync(db::Transaction& tx, const Sync& sync);

std::vector<HeldBackProduct> held_back_by(db::Snapshot& at, const OrgId& org,
                                          const ConnectionId& connection);
void replace_held_back(db::Transaction& tx, const Sync& sync,
                       const std::vector<HeldBackProduct>& held);

}  // namespace lendport::catalog_store

#include "catalog/store.hpp"

#include "catalog/json.hpp"

namespace lendport::catalog_store {
namespace {

constexpr std::string_view kColumns =
    "p.id, p.org_id, p.connection_id, p.environment, p.origin, p.lender, p.plugin_id,"
    " p.lender_product_id, p.supersedes, p.status, p.integration_status, p.revision, p.held_back,"
    " v.version, v.terms";

constexpr std::size_t kNamesPerQuery = 500;

// `which` joins the version: the current one, or the one asked for.
std::string select(std::string_view which, std::string_view where) {
  std::string sql = "SELECT ";
  sql += kColumns;
  sql += " FROM products p JOIN product_versions v ON v.product_id = p.id AND v.version = ";
  sql += which;
  sql += " WHERE p.org_id = $1 AND ";
  sql += where;
  return sql;
}

template <class AnyId>
std::optional<AnyId> optional_id(const db::Row& row, std::string_view column) {
  auto text = row.optional_text(column);
  if (!text) return std::nullopt;
  return AnyId{*std::move(text)};
}

Product read_product(const db::Row& row) {
  Product product;
  product.id = row.id<ProductId>("id");
  product.version = row.integer("version");
  product.org = row.id<OrgId>("org_id");
  product.supersedes = optional_id<ProductId>(row, "supersedes");
  product.lender = row.text("lender");
  product.plugin_id = row.text("plugin_id");
  product.connection = optional_id<ConnectionId>(row, "connection_id");
  if (const auto name = row.optional_text("environment")) {
    product.environment = parse_environment(*name);
  }
  product.origin = parse_origin(row.text("origin")).value();
  product.lender_product_id = row.text("lender_product_id");
  product.terms = terms_in(row.text("terms"));
  product.status = parse_product_status(row.text("status")).value();
  product.integration_status = parse_integration_status(row.text("integration_status")).value();
  product.held_back = row.optional_text("held_back");
  product.revision = row.integer("revision");
  return product;
}

std::vector<Product> read_products(const db::Rows& rows) {
  std::vector<Product> products;
  products.reserve(rows.size());
  for (const db::Row& row : rows) products.push_back(read_product(row));
  return products;
}

std::optional<Product> read_if_any(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return read_product(*row);
}

Sync sync_in(const db::Row& row) {
  Sync sync;
  sync.connection = row.id<ConnectionId>("connection_id");
  sync.org = row.id<OrgId>("org_id");
  sync.environment = parse_environment(row.text("environment")).value();
  sync.version = row.integer("version");
  sync.tried_at = row.time("tried_at_ms");
  sync.fetched_at = row.optional_time("fetched_at_ms");
  sync.stale = row.flag("stale");
  sync.problem = row.optional_text("problem").value_or("");
  return sync;
}

constexpr std::string_view kSyncColumns =
    "SELECT connection_id, org_id, environment, version, tried_at_ms, fetched_at_ms, stale,"
    " problem FROM catalog_syncs WHERE org_id = $1";

std::vector<HeldBackProduct> held_back_in(const db::Rows& rows) {
  std::vector<HeldBackProduct> held;
  for (const db::Row& row : rows) {
    held.push_back(
        {row.id<ConnectionId>("connection_id"), row.text("lender_product_id"), row.text("reason")});
  }
  return held;
}

}  // namespace

std::optional<Product> find(db::Snapshot& at, const OrgId& org, const ProductId& id) {
  return read_if_any(at.find(select("p.version", "p.id = $2"), {org, id}));
}

std::optional<Product> find_version(db::Snapshot& at, const OrgId& org, const ProductId& id,
                                    std::int64_t version) {
  return read_if_any(at.find(select("$3", "p.id = $2"), {org, id, version}));
}

std::vector<Product> of_org(db::Snapshot& at, const OrgId& org, Environment environment) {
  const std::string sql =
      select("p.version",
             "(p.environment IS NULL OR p.environment = $2) AND p.status <> 'retired'"
             " ORDER BY p.id LIMIT $3");
  return read_products(at.query(sql, {org, to_string(environment), kProductsPerOrgMax}));
}

std::vector<Product> retired_of_org(db::Snapshot& at, const OrgId& org, Environment environment,
                                    const std::string& after, std::int64_t limit) {
  const std::string sql =
      select("p.version",
             "(p.environment IS NULL OR p.environment = $2) AND p.status = 'retired'"
             " AND p.id > $3 ORDER BY p.id LIMIT $4");
  return read_products(at.query(sql, {org, to_string(environment), after, limit}));
}

std::vector<Product> of_connection(db::Snapshot& at, const OrgId& org,
                                   const ConnectionId& connection) {
  const std::string sql =
      select("p.version", "p.connection_id = $2 AND p.status <> 'retired' ORDER BY p.id LIMIT $3");
  return read_products(at.query(sql, {org, connection, kProductsPerOrgMax}));
}

std::vector<Product> named(db::Snapshot& at, const OrgId& org, const ConnectionId& connection,
                           const std::set<std::string>& lender_product_ids) {
  std::vector<Product> found;
  for (auto next = lender_product_ids.begin(); next != lender_product_ids.end();) {
    db::Values parameters{org, connection};
    std::string where = "p.connection_id = $2 AND p.lender_product_id IN (";
    for (std::size_t i = 0; i < kNamesPerQuery && next != lender_product_ids.end(); ++i, ++next) {
      parameters.emplace_back(*next);
      where += (i == 0 ? "$" : ", $") + std::to_string(parameters.size());
    }
    for (const db::Row& row : at.query(select("p.version", where + ")"), parameters)) {
      found.push_back(read_product(row));
    }
  }
  return found;
}

void insert(db::Transaction& tx, const Product& product, Time now, const std::string& by) {
  std::optional<std::string_view> environment;
  if (product.environment) environment = to_string(*product.environment);
  tx.execute(
      "INSERT INTO products (id, org_id, connection_id, environment, origin, lender, plugin_id,"
      " lender_product_id, supersedes, status, integration_status, version, revision, held_back,"
      " created_at_ms, changed_at_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
      {product.id, product.org, product.connection, environment, to_string(product.origin),
       product.lender, product.plugin_id, product.lender_product_id, product.supersedes,
       to_string(product.status), to_string(product.integration_status), product.version,
       product.revision, product.held_back, now});
  insert_version(tx, product, now, by);
}

void update(db::Transaction& tx, const Product& product, Time now) {
  tx.execute(
      "UPDATE products SET lender = $3, lender_product_id = $4, supersedes = $5, status = $6,"
      " version = $7, revision = $8, held_back = $9, changed_at_ms = $10"
      " WHERE org_id = $1 AND id = $2",
      {product.org, product.id, product.lender, product.lender_product_id, product.supersedes,
       to_string(product.status), product.version, product.revision, product.held_back, now});
}

void insert_version(db::Transaction& tx, const Product& product, Time now, const std::string& by) {
  tx.execute(
      "INSERT INTO product_versions (product_id, org_id, version, terms, made_at_ms, made_by)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      {product.id, product.org, product.version, terms_text(product.terms), now, by});
}

void replace_terms(db::Transaction& tx, const Product& product, Time now, const std::string& by) {
  tx.execute(
      "UPDATE product_versions SET terms = $4, made_at_ms = $5, made_by = $6"
      " WHERE org_id = $1 AND product_id = $2 AND version = $3",
      {product.org, product.id, product.version, terms_text(product.terms), now, by});
}

std::vector<ProductRevision> revisions(db::Snapshot& at, const OrgId& org, const ProductId& id) {
  const db::Rows rows = at.query(
      "SELECT version, terms, made_at_ms, made_by FROM product_versions"
      " WHERE org_id = $1 AND product_id = $2 ORDER BY version DESC LIMIT $3",
      {org, id, kRevisionsMax});
  std::vector<ProductRevision> found;
  for (const db::Row& row : rows) {
    found.push_back({row.integer("version"), row.time("made_at_ms"), row.text("made_by"),
                     terms_in(row.text("terms"))});
  }
  return found;
}

bool Choices::selects(const ProductId& id) const {
  const auto found = selections.find(id);
  return found == selections.end() ? !narrowed : found->second.selected;
}

std::int64_t Choices::version_of(const ProductId& id) const {
  const auto found = selections.find(id);
  return found == selections.end() ? 0 : found->second.version;
}

Choices choices_of(db::Snapshot& at, const OrgId& org, Environment environment) {
  Choices choices;
  const auto flag =
      at.find("SELECT 1 AS narrowed FROM catalog_narrowed WHERE org_id = $1 AND environment = $2",
              {org, to_string(environment)});
  choices.narrowed = flag.has_value();
  const db::Rows rows = at.query(
      "SELECT product_id, selected, version FROM product_selections WHERE org_id = $1", {org});
  for (const db::Row& row : rows) {
    choices.selections[row.id<ProductId>("product_id")] = {row.flag("selected"),
                                                           row.integer("version")};
  }
  return choices;
}

void set_narrowed(db::Transaction& tx, const OrgId& org, Environment environment) {
  tx.execute(
      "INSERT INTO catalog_narrowed (org_id, environment) VALUES ($1, $2)"
      " ON CONFLICT (org_id, environment) DO NOTHING",
      {org, to_string(environment)});
}

void set_selected(db::Transaction& tx, const OrgId& org, const ProductId& id, bool selected) {
  tx.execute(
      "INSERT INTO product_selections (org_id, product_id, selected, version)"
      " VALUES ($1, $2, $3, 1) ON CONFLICT (org_id, product_id) DO UPDATE"
      " SET selected = excluded.selected, version = product_selections.version + 1",
      {org, id, selected});
}

bool set_all_selected(db::Transaction& tx, const OrgId& org, Environment environment) {
  const std::int64_t was_narrowed =
      tx.execute("DELETE FROM catalog_narrowed WHERE org_id = $1 AND environment = $2",
                 {org, to_string(environment)});
  const std::int64_t left_out = tx.execute(
      "UPDATE product_selections SET selected = 1, version = version + 1"
      " WHERE org_id = $1 AND selected = 0 AND product_id IN"
      " (SELECT id FROM products WHERE environment IS NULL OR environment = $2)",
      {org, to_string(environment)});
  return was_narrowed + left_out > 0;
}

void keep_selected(db::Transaction& tx, const OrgId& org, const ProductId& id) {
  tx.execute(
      "INSERT INTO product_selections (org_id, product_id, selected, version)"
      " VALUES ($1, $2, 1, 0) ON CONFLICT (org_id, product_id) DO NOTHING",
      {org, id});
}

std::optional<Sync> find_sync(db::Snapshot& at, const OrgId& org, const ConnectionId& connection) {
  const auto row =
      at.find(std::string(kSyncColumns) + " AND connection_id = $2", {org, connection});
  if (!row) return std::nullopt;
  return sync_in(*row);
}

std::vector<Sync> syncs_of(db::Snapshot& at, const OrgId& org) {
  std::vector<Sync> syncs;
  for (const db::Row& row : at.query(kSyncColumns, {org})) syncs.push_back(sync_in(row));
  return syncs;
}

void put_sync(db::Transaction& tx, const Sync& sync) {
  std::optional<std::string> problem;
  if (!sync.problem.empty()) problem = sync.problem;
  tx.execute(
      "INSERT INTO catalog_syncs (connection_id, org_id, environment, version, tried_at_ms,"
      " fetched_at_ms, stale, problem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
      " ON CONFLICT (connection_id) DO UPDATE SET version = excluded.version,"
      " tried_at_ms = excluded.tried_at_ms, fetched_at_ms = excluded.fetched_at_ms,"
      " stale = excluded.stale, problem = excluded.problem",
      {sync.connection, sync.org, to_string(sync.environment), sync.version, sync.tried_at,
       sync.fetched_at, sync.stale, problem});
}

std::vector<HeldBackProduct> held_back_by(db::Snapshot& at, const OrgId& org,
                                          const ConnectionId& connection) {
  return held_back_in(
      at.query("SELECT connection_id, lender_product_id, reason FROM products_held_back"
               " WHERE org_id = $1 AND connection_id = $2 ORDER BY lender_product_id LIMIT $3",
               {org, connection, kProductsPerOrgMax}));
}

void replace_held_back(db::Transaction& tx, const Sync& sync,
                       const std::vector<HeldBackProduct>& held) {
  tx.execute("DELETE FROM products_held_back WHERE org_id = $1 AND connection_id = $2",
             {sync.org, sync.connection});
  for (const HeldBackProduct& product : held) {
    tx.execute(
        "INSERT INTO products_held_back (connection_id, lender_product_id, org_id, environment,"
        " reason, seen_at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
        {sync.connection, product.lender_product_id, sync.org, to_string(sync.environment),
         product.reason, sync.tried_at});
  }
}

}  // namespace lendport::catalog_store

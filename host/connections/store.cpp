#include "connections/store.hpp"

#include "core/error.hpp"
#include "db/stored.hpp"

#include <algorithm>
#include <string>

namespace lendport::connections {
namespace {

constexpr int kOffersMax = 1000;  // of one org: one per plugin

constexpr std::string_view kColumns =
    "id, org_id, plugin_id, label, environment, status, status_reason, settings, secret_names, "
    "settings_revision, include_dealer_fee, rep_mode, generic_account, enabled, with_sub_orgs, "
    "account_id, account_name, version, created_at_ms, changed_at_ms, checked_at_ms, "
    "disconnected_at_ms, catalog_age_max_hours, documents_at_approval, credentials_expire_ms, "
    "(SELECT s.wind_down_reason FROM plugin_switches s WHERE s.plugin = plugin_id AND "
    "s.winding_down = 1) AS wind_down_reason, "
    "(SELECT s.successors FROM plugin_switches s WHERE s.plugin = plugin_id AND "
    "s.winding_down = 1) AS successors";
constexpr std::string_view kOfferColumns = "id, org_id, plugin_id, scope, version, created_at_ms";

std::string select(std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(kColumns).append(" FROM connections ").append(rest);
}

std::string select_offers(std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(kOfferColumns).append(" FROM offers ").append(rest);
}

// Names of settings hold no comma: their schema is a word.
std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ",").append(name);
  return text;
}

std::set<std::string> split(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    names.emplace(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

std::optional<std::int64_t> hours_of(const std::optional<std::chrono::hours>& age) {
  if (!age) return std::nullopt;
  return age->count();
}

void read_policies(const db::Row& row, Connection& connection) {
  connection.dealer_fee.include_in_amount_sent = row.flag("include_dealer_fee");
  connection.rep_policy.mode =
      db::stored(parse_rep_mode(row.text("rep_mode")), row.text("rep_mode"));
  connection.rep_policy.generic_account = row.optional_text("generic_account");
}

// A lender that stops lending makes its connections so, as long as it does: nothing of it is stored
// with them.
void wind_down(const db::Row& row, Connection& connection) {
  const auto reason = row.optional_text("wind_down_reason");
  if (!reason || connection.status != ConnectionStatus::connected) return;
  connection.status = ConnectionStatus::winding_down;
  connection.status_reason = *reason;
  connection.successors = connectors::read_successors(row.optional_text("successors").value_or(""));
}

bool is_wound_down(const Connection& connection) {
  return connection.status == ConnectionStatus::winding_down;
}

std::string_view stored_status(const Connection& connection) {
  return to_string(is_wound_down(connection) ? ConnectionStatus::connected : connection.status);
}

std::string stored_reason(const Connection& connection) {
  return is_wound_down(connection) ? std::string() : connection.status_reason;
}

Connection connection_in(const db::Row& row) {
  Connection found;
  found.id = row.id<ConnectionId>("id");
  found.org = row.id<OrgId>("org_id");
  found.plugin_id = row.text("plugin_id");
  found.label = row.text("label");
  found.environment =
      db::stored(parse_environment(row.text("environment")), row.text("environment"));
  found.status = db::stored(parse_connection_status(row.text("status")), row.text("status"));
  found.status_reason = row.text("status_reason");
  found.settings = row.text("settings");
  found.secret_names = split(row.text("secret_names"));
  found.settings_revision = row.integer("settings_revision");
  read_policies(row, found);
  found.enabled = row.flag("enabled");
  found.with_sub_orgs = row.flag("with_sub_orgs");
  found.account_id = row.text("account_id");
  found.account_name = row.text("account_name");
  found.version = row.integer("version");
  found.created_at = row.time("created_at_ms");
  found.changed_at = row.time("changed_at_ms");
  found.checked_at = row.optional_time("checked_at_ms");
  found.disconnected_at = row.optional_time("disconnected_at_ms");
  found.documents.at_approval = row.flag("documents_at_approval");
  if (const auto hours = row.optional_integer("catalog_age_max_hours")) {
    found.catalog_age_max = std::chrono::hours{*hours};
  }
  found.credentials_expire_at = row.optional_time("credentials_expire_ms");
  wind_down(row, found);
  return found;
}

Offer offer_in(const db::Row& row) {
  Offer offer;
  offer.id = row.id<OfferId>("id");
  offer.org = row.id<OrgId>("org_id");
  offer.plugin_id = row.text("plugin_id");
  offer.scope = db::stored(parse_offer_scope(row.text("scope")), row.text("scope"));
  offer.version = row.integer("version");
  offer.created_at = row.time("created_at_ms");
  return offer;
}

std::optional<Connection> one_in(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return connection_in(*row);
}

std::optional<Offer> one_offer_in(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return offer_in(*row);
}

std::vector<Connection> all_in(const db::Rows& rows) {
  std::vector<Connection> found;
  found.reserve(rows.size());
  for (const db::Row& row : rows) found.push_back(connection_in(row));
  return found;
}

}  // namespace

bool insert(db::Transaction& tx, const Offer& offer) {
  return tx.execute(
             "INSERT INTO offers (id, org_id, plugin_id, scope, version, created_at_ms) "
             "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, plugin_id) DO NOTHING",
             {offer.id, offer.org, offer.plugin_id, to_string(offer.scope), offer.version,
              offer.created_at}) == 1;
}

bool update(db::Transaction& tx, const Offer& offer) {
  return tx.execute(
             "UPDATE offers SET scope = $1, version = $2 "
             "WHERE org_id = $3 AND id = $4 AND version = $5",
             {to_string(offer.scope), offer.version, offer.org, offer.id, offer.version - 1}) == 1;
}

bool remove(db::Transaction& tx, const OrgId& org, const OfferId& offer, std::int64_t version) {
  return tx.execute("DELETE FROM offers WHERE org_id = $1 AND id = $2 AND version = $3",
                    {org, offer, version}) == 1;
}

std::optional<Offer> find_offer(db::Snapshot& at, const OrgId& org, std::string_view plugin_id) {
  return one_offer_in(
      at.find(select_offers("WHERE org_id = $1 AND plugin_id = $2"), {org, plugin_id}));
}

std::optional<Offer> find_offer(db::Snapshot& at, const OrgId& org, const OfferId& offer) {
  return one_offer_in(at.find(select_offers("WHERE org_id = $1 AND id = $2"), {org, offer}));
}

std::vector<Offer> offers_of(db::Snapshot& at, const OrgId& org) {
  std::vector<Offer> found;
  for (const db::Row& row :
       at.query(select_offers("WHERE org_id = $1 ORDER BY id LIMIT $2"), {org, kOffersMax})) {
    found.push_back(offer_in(row));
  }
  return found;
}

void insert(db::Transaction& tx, const Connection& connection, const std::optional<Blob>& secrets) {
  const Connection& c = connection;
  tx.execute(
      "INSERT INTO connections (id, org_id, plugin_id, label, environment, status, status_reason, "
      "settings, secret_names, sealed_secrets, settings_revision, include_dealer_fee, rep_mode, "
      "generic_account, enabled, with_sub_orgs, account_id, account_name, version, created_at_ms, "
      "changed_at_ms, checked_at_ms, disconnected_at_ms, catalog_age_max_hours, "
      "documents_at_approval, credentials_expire_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
      "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, NULL, $23, $24, $25)",
      {c.id,
       c.org,
       c.plugin_id,
       c.label,
       to_string(c.environment),
       stored_status(c),
       stored_reason(c),
       c.settings,
       joined(c.secret_names),
       secrets,
       c.settings_revision,
       c.dealer_fee.include_in_amount_sent,
       to_string(c.rep_policy.mode),
       c.rep_policy.generic_account,
       c.enabled,
       c.with_sub_orgs,
       c.account_id,
       c.account_name,
       c.version,
       c.created_at,
       c.changed_at,
       c.checked_at,
       hours_of(c.catalog_age_max),
       c.documents.at_approval,
       c.credentials_expire_at});
}

bool update(db::Transaction& tx, const Connection& connection) {
  const Connection& c = connection;
  return tx.execute(
             "UPDATE connections SET label = $1, status = $2, status_reason = $3, settings = $4, "
             "secret_names = $5, settings_revision = $6, include_dealer_fee = $7, rep_mode = $8, "
             "generic_account = $9, enabled = $10, with_sub_orgs = $11, account_id = $12, "
             "account_name = $13, version = $14, changed_at_ms = $15, checked_at_ms = $16, "
             "disconnected_at_ms = $17, catalog_age_max_hours = $18, credentials_expire_ms = $19, "
             "documents_at_approval = $23 WHERE org_id = $20 AND id = $21 AND version = $22",
             {c.label,
              stored_status(c),
              stored_reason(c),
              c.settings,
              joined(c.secret_names),
              c.settings_revision,
              c.dealer_fee.include_in_amount_sent,
              to_string(c.rep_policy.mode),
              c.rep_policy.generic_account,
              c.enabled,
              c.with_sub_orgs,
              c.account_id,
              c.account_name,
              c.version,
              c.changed_at,
              c.checked_at,
              c.disconnected_at,
              hours_of(c.catalog_age_max),
              c.credentials_expire_at,
              c.org,
              c.id,
              c.version - 1,
              c.documents.at_approval}) == 1;
}

void set_secrets(db::Transaction& tx, const Connection& connection,
                 const std::optional<Blob>& secrets) {
  tx.execute("UPDATE connections SET sealed_secrets = $1 WHERE org_id = $2 AND id = $3",
             {secrets, connection.org, connection.id});
}

std::optional<Blob> sealed_secrets(db::Snapshot& at, const OrgId& org, const ConnectionId& id) {
  const auto row =
      at.find("SELECT sealed_secrets FROM connections WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  return row->optional_blob("sealed_secrets");
}

std::optional<Connection> find_own(db::Snapshot& at, const OrgId& org, Environment environment,
                                   const ConnectionId& id) {
  return one_in(at.find(select("WHERE org_id = $1 AND environment = $2 AND id = $3 "
                               "AND disconnected_at_ms IS NULL"),
                        {org, to_string(environment), id}));
}

bool is_taken(db::Snapshot& at, const OrgId& org, std::string_view plugin_id,
              Environment environment) {
  return at
      .find(
          "SELECT id FROM connections WHERE org_id = $1 AND plugin_id = $2 "
          "AND environment = $3 AND disconnected_at_ms IS NULL",
          {org, plugin_id, to_string(environment)})
      .has_value();
}

std::optional<Connection> find_any(db::Snapshot& at, const ConnectionId& id) {
  return one_in(at.find(select("WHERE id = $1"), {id}));
}

std::vector<Connection> list_own(db::Snapshot& at, const OrgId& org, Environment environment,
                                 std::string_view after, int limit) {
  return all_in(at.query(select("WHERE org_id = $1 AND environment = $2 AND id > $3 "
                                "AND disconnected_at_ms IS NULL ORDER BY id LIMIT $4"),
                         {org, to_string(environment), after, limit}));
}

std::vector<Connection> list_connected(db::Snapshot& at, std::string_view after, int limit) {
  return all_in(at.query(select("WHERE status = 'connected' AND enabled = 1 "
                                "AND disconnected_at_ms IS NULL AND id > $1 ORDER BY id LIMIT $2"),
                         {after, limit}));
}

}  // namespace lendport::connections

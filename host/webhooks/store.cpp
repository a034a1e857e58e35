// Endpoints: their rows.
#include "webhooks/store.hpp"

#include "db/stored.hpp"

#include <algorithm>

namespace lendport::webhooks {
namespace {

constexpr std::string_view kColumns =
    "id, org_id, url, description, environment, event_types, enabled, disabled_because, "
    "old_secret_until_ms, "
    "failing_since_ms, event_sequence, version, created_at_ms, changed_at_ms";

std::string select(std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(kColumns).append(" FROM webhook_endpoints ").append(rest);
}

// Types hold no comma.
std::string joined(const std::set<std::string>& types) {
  std::string text;
  for (const std::string& type : types) text.append(text.empty() ? "" : ",").append(type);
  return text;
}

std::set<std::string> split(std::string_view text) {
  std::set<std::string> types;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    types.emplace(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return types;
}

WebhookEndpoint endpoint_in(const db::Row& row) {
  WebhookEndpoint found;
  found.id = row.id<EndpointId>("id");
  found.org = row.id<OrgId>("org_id");
  found.url = row.text("url");
  found.description = row.text("description");
  found.environment =
      db::stored(parse_environment(row.text("environment")), row.text("environment"));
  found.event_types = split(row.text("event_types"));
  found.disabled_because = db::stored(parse_disabled_because(row.text("disabled_because")),
                                      row.text("disabled_because"));
  found.old_secret_until = row.optional_time("old_secret_until_ms");
  found.failing_since = row.optional_time("failing_since_ms");
  found.event_sequence = row.integer("event_sequence");
  found.version = row.integer("version");
  found.created_at = row.time("created_at_ms");
  found.changed_at = row.time("changed_at_ms");
  return found;
}

std::vector<WebhookEndpoint> all_in(const db::Rows& rows) {
  std::vector<WebhookEndpoint> found;
  found.reserve(rows.size());
  for (const db::Row& row : rows) found.push_back(endpoint_in(row));
  return found;
}

std::optional<WebhookEndpoint> one_in(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return endpoint_in(*row);
}

}  // namespace

void insert(db::Transaction& tx, const WebhookEndpoint& endpoint, const Blob& secret) {
  const WebhookEndpoint& e = endpoint;
  tx.execute(
      "INSERT INTO webhook_endpoints (id, org_id, url, description, environment, event_types, "
      "enabled, disabled_because, sealed_secret, event_sequence, version, created_at_ms, "
      "changed_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {e.id, e.org, e.url, e.description, to_string(e.environment), joined(e.event_types),
       e.enabled(), to_string(e.disabled_because), secret, e.event_sequence, e.version,
       e.created_at, e.changed_at});
}

bool update(db::Transaction& tx, const WebhookEndpoint& endpoint) {
  const WebhookEndpoint& e = endpoint;
  return tx.execute(
             "UPDATE webhook_endpoints SET url = $1, description = $2, event_types = $3, "
             "enabled = $4, disabled_because = $5, old_secret_until_ms = $6, "
             "failing_since_ms = $7, version = $8, changed_at_ms = $9 "
             "WHERE org_id = $10 AND id = $11 AND version = $12",
             {e.url, e.description, joined(e.event_types), e.enabled(),
              to_string(e.disabled_because), e.old_secret_until, e.failing_since, e.version,
              e.changed_at, e.org, e.id, e.version - 1}) == 1;
}

bool remove(db::Transaction& tx, const OrgId& org, const EndpointId& id, std::int64_t version) {
  return tx.execute("DELETE FROM webhook_endpoints WHERE org_id = $1 AND id = $2 AND version = $3",
                    {org, id, version}) == 1;
}

void set_secrets(db::Transaction& tx, const WebhookEndpoint& endpoint,
                 const SealedSecrets& secrets) {
  tx.execute(
      "UPDATE webhook_endpoints SET sealed_secret = $1, sealed_old_secret = $2 "
      "WHERE org_id = $3 AND id = $4",
      {secrets.current, secrets.old, endpoint.org, endpoint.id});
}

void set_failing_since(db::Transaction& tx, const WebhookEndpoint& endpoint) {
  tx.execute("UPDATE webhook_endpoints SET failing_since_ms = $1 WHERE org_id = $2 AND id = $3",
             {endpoint.failing_since, endpoint.org, endpoint.id});
}

void set_sequence(db::Transaction& tx, const WebhookEndpoint& endpoint) {
  tx.execute("UPDATE webhook_endpoints SET event_sequence = $1 WHERE org_id = $2 AND id = $3",
             {endpoint.event_sequence, endpoint.org, endpoint.id});
}

std::optional<WebhookEndpoint> find_endpoint(db::Snapshot& at, const OrgId& org,
                                             Environment environment, const EndpointId& id) {
  return one_in(at.find(select("WHERE org_id = $1 AND id = $2 AND environment = $3"),
                        {org, id, to_string(environment)}));
}

std::optional<WebhookEndpoint> find_endpoint(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& id) {
  return one_in(at.find(select("WHERE org_id = $1 AND id = $2"), {org, id}));
}

std::optional<WebhookEndpoint> lock_endpoint(db::Transaction& tx, const OrgId& org,
                                             Environment environment, const EndpointId& id) {
  const std::string sql = select("WHERE org_id = $1 AND id = $2 AND environment = $3 ")
                              .append(std::string(tx.for_update()));
  return one_in(tx.find(sql, {org, id, to_string(environment)}));
}

std::optional<WebhookEndpoint> lock_endpoint(db::Transaction& tx, const OrgId& org,
                                             const EndpointId& id) {
  const std::string sql =
      select("WHERE org_id = $1 AND id = $2 ").append(std::string(tx.for_update()));
  return one_in(tx.find(sql, {org, id}));
}

SealedSecrets sealed_secrets(db::Snapshot& at, const OrgId& org, const EndpointId& id) {
  const auto row = at.find(
      "SELECT sealed_secret, sealed_old_secret FROM webhook_endpoints "
      "WHERE org_id = $1 AND id = $2",
      {org, id});
  if (!row) return {};
  return {row->blob("sealed_secret"), row->optional_blob("sealed_old_secret")};
}

std::vector<WebhookEndpoint> list_endpoints(db::Snapshot& at, const OrgId& org,
                                            Environment environment, std::string_view after,
                                            int limit) {
  return all_in(
      at.query(select("WHERE org_id = $1 AND environment = $2 AND id > $3 ORDER BY id LIMIT $4"),
               {org, to_string(environment), after, limit}));
}

std::int64_t count_endpoints(db::Snapshot& at, const OrgId& org) {
  return at.find("SELECT COUNT(*) AS endpoints FROM webhook_endpoints WHERE org_id = $1", {org})
      ->integer("endpoints");
}

std::vector<OrgId> orgs_behind(db::Snapshot& at, std::string_view after, int limit) {
  std::vector<OrgId> orgs;
  for (const db::Row& row :
       at.query("SELECT DISTINCT e.org_id AS org FROM webhook_endpoints e "
                "JOIN record_heads h ON h.org = e.org_id AND h.event_sequence > e.event_sequence "
                "WHERE e.org_id > $1 ORDER BY e.org_id LIMIT $2",
                {after, limit})) {
    orgs.push_back(row.id<OrgId>("org"));
  }
  return orgs;
}

std::vector<WebhookEndpoint> claim_endpoints(db::Transaction& tx, const OrgId& org) {
  const std::string sql =
      select("WHERE org_id = $1 ORDER BY id ").append(std::string(tx.skip_locked()));
  return all_in(tx.query(sql, {org}));
}

}  // namespace lendport::webhooks

#include "connections/inbound_store.hpp"

#include "connections/connections.hpp"
#include "core/words.hpp"
#include "db/stored.hpp"

#include <array>

namespace lendport {
namespace {

constexpr std::array<std::string_view, 5> kStates{"received", "refused", "ignored", "verified",
                                                  "acted"};

constexpr std::string_view kWebhookColumns =
    "id, org_id, connection_id, state, reason, event_id, event_type, body_bytes, received_at_ms, "
    "settled_at_ms";

InboundWebhook webhook_from(const db::Row& row) {
  InboundWebhook webhook;
  webhook.id = row.id<InboundId>("id");
  webhook.org = row.id<OrgId>("org_id");
  webhook.connection = row.id<ConnectionId>("connection_id");
  webhook.state = db::stored(parse_inbound_state(row.text("state")), row.text("state"));
  webhook.reason = row.text("reason");
  webhook.event_id = row.text("event_id");
  webhook.event_type = row.text("event_type");
  webhook.body_bytes = row.integer("body_bytes");
  webhook.received_at = row.time("received_at_ms");
  webhook.settled_at = row.optional_time("settled_at_ms");
  return webhook;
}

// The first delivery of an event keeps its place for good.
bool is_listened_to(const InboundWebhook& webhook) {
  return webhook.state == InboundState::verified;
}

}  // namespace

std::string_view to_string(InboundState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

std::optional<InboundState> parse_inbound_state(std::string_view text) {
  return enum_of<InboundState>(text, kStates);
}

namespace connections {

void insert(db::Transaction& tx, const Address& address) {
  tx.execute(
      "INSERT INTO webhook_addresses (token_hash, org_id, connection_id, sealed_token, "
      "created_at_ms, ends_at_ms) VALUES ($1, $2, $3, $4, $5, NULL)",
      {address.token_hash, address.org, address.connection, address.sealed_token,
       address.created_at});
}

void retire(db::Transaction& tx, const OrgId& org, const ConnectionId& connection, Time ends_at,
            Time now) {
  tx.execute(
      "DELETE FROM webhook_addresses WHERE org_id = $1 AND connection_id = $2 AND ends_at_ms <= $3",
      {org, connection, now});
  tx.execute(
      "UPDATE webhook_addresses SET ends_at_ms = $3 WHERE org_id = $1 AND connection_id = $2 AND "
      "ends_at_ms IS NULL",
      {org, connection, ends_at});
}

std::optional<Address> find_address(db::Snapshot& at, const OrgId& org,
                                    const ConnectionId& connection) {
  const auto row = at.find(
      "SELECT token_hash, sealed_token, created_at_ms FROM webhook_addresses WHERE org_id = $1 AND "
      "connection_id = $2 AND ends_at_ms IS NULL",
      {org, connection});
  if (!row) return std::nullopt;
  return Address{row->text("token_hash"),    org, connection, row->blob("sealed_token"),
                 row->time("created_at_ms"), {}};
}

std::optional<Time> older_until(db::Snapshot& at, const OrgId& org, const ConnectionId& connection,
                                Time now) {
  const auto row = at.find(
      "SELECT MAX(ends_at_ms) AS until_ms FROM webhook_addresses WHERE org_id = $1 AND "
      "connection_id = $2 AND ends_at_ms > $3",
      {org, connection, now});
  return row->optional_time("until_ms");
}

std::optional<std::pair<OrgId, ConnectionId>> whose_address(db::Snapshot& at,
                                                            std::string_view token_hash, Time now) {
  const auto row = at.find(
      "SELECT a.org_id, a.connection_id FROM webhook_addresses a JOIN connections c ON "
      "c.id = a.connection_id WHERE a.token_hash = $1 AND c.disconnected_at_ms IS NULL AND "
      "(a.ends_at_ms IS NULL OR a.ends_at_ms > $2)",
      {token_hash, now});
  if (!row) return std::nullopt;
  return std::pair(row->id<OrgId>("org_id"), row->id<ConnectionId>("connection_id"));
}

void insert(db::Transaction& tx, const StoredWebhook& stored) {
  const InboundWebhook& webhook = stored.webhook;
  tx.execute(
      "INSERT INTO inbound_webhooks (id, org_id, connection_id, state, reason, event_id, "
      "event_type, is_first, body_hash, body_bytes, sealed_headers, sealed_body, received_at_ms) "
      "VALUES ($1, $2, $3, $4, '', '', '', 0, $5, $6, $7, $8, $9)",
      {webhook.id, webhook.org, webhook.connection, to_string(webhook.state), stored.body_hash,
       webhook.body_bytes, stored.headers, stored.body, webhook.received_at});
}

std::int64_t waiting(db::Snapshot& at, const ConnectionId& connection, std::int64_t most) {
  return at
      .find(
          "SELECT COUNT(*) AS webhooks FROM (SELECT id FROM inbound_webhooks WHERE "
          "connection_id = $1 AND state = 'received' LIMIT $2) AS waiting",
          {connection, most})
      ->integer("webhooks");
}

std::optional<StoredWebhook> find_for_update(db::Transaction& tx, const OrgId& org,
                                             const InboundId& id) {
  std::string sql = "SELECT ";
  sql.append(kWebhookColumns)
      .append(
          ", body_hash, sealed_headers, sealed_body FROM inbound_webhooks WHERE org_id = $1 AND "
          "id = $2 ");
  const auto row = tx.find(sql.append(tx.for_update()), {org, id});
  if (!row) return std::nullopt;
  return StoredWebhook{webhook_from(*row), row->text("body_hash"), row->blob("sealed_headers"),
                       row->blob("sealed_body")};
}

bool is_known(db::Snapshot& at, const StoredWebhook& stored, std::string_view event_id,
              Time since) {
  const InboundWebhook& webhook = stored.webhook;
  if (!event_id.empty()) {
    return at
        .find(
            "SELECT id FROM inbound_webhooks WHERE connection_id = $1 AND event_id = $2 AND "
            "is_first = 1",
            {webhook.connection, event_id})
        .has_value();
  }
  return at
      .find(
          "SELECT id FROM inbound_webhooks WHERE connection_id = $1 AND body_hash = $2 AND "
          "received_at_ms >= $3 AND is_first = 1 AND id <> $4 LIMIT 1",
          {webhook.connection, stored.body_hash, since, webhook.id})
      .has_value();
}

void settle(db::Transaction& tx, const InboundWebhook& webhook, const std::optional<Blob>& words) {
  tx.execute(
      "UPDATE inbound_webhooks SET state = $3, reason = $4, event_id = $5, event_type = $6, "
      "is_first = $7, sealed_words = $8, settled_at_ms = $9 WHERE org_id = $1 AND id = $2",
      {webhook.org, webhook.id, to_string(webhook.state), webhook.reason, webhook.event_id,
       webhook.event_type, is_listened_to(webhook), words, webhook.settled_at});
}

std::optional<Blob> sealed_words(db::Snapshot& at, const OrgId& org, const InboundId& id) {
  const auto row =
      at.find("SELECT sealed_words FROM inbound_webhooks WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  return row->optional_blob("sealed_words");
}

std::int64_t refused_since(db::Snapshot& at, const ConnectionId& connection, Time since,
                           std::int64_t most) {
  return at
      .find(
          "SELECT COUNT(*) AS webhooks FROM (SELECT id FROM inbound_webhooks WHERE "
          "connection_id = $1 AND state = 'refused' AND received_at_ms >= $2 LIMIT $3) AS refused",
          {connection, since, most})
      ->integer("webhooks");
}

std::vector<InboundWebhook> list_webhooks(db::Snapshot& at, const OrgId& org,
                                          const ConnectionId& connection,
                                          const std::optional<std::pair<Time, std::string>>& after,
                                          int limit) {
  std::string sql = "SELECT ";
  sql.append(kWebhookColumns)
      .append(" FROM inbound_webhooks WHERE org_id = $1 AND connection_id = $2 ");
  db::Values values{org, connection, limit};
  if (after) {
    sql += "AND (received_at_ms, id) < ($4, $5) ";
    values.insert(values.end(), {after->first, after->second});
  }
  std::vector<InboundWebhook> found;
  for (const db::Row& row :
       at.query(sql + "ORDER BY received_at_ms DESC, id DESC LIMIT $3", values)) {
    found.push_back(webhook_from(row));
  }
  return found;
}

void settle_heard(db::Transaction& tx, const HeardWebhook& heard, InboundState state,
                  std::string_view reason, Time now) {
  tx.execute(
      "UPDATE inbound_webhooks SET state = $3, reason = $4, settled_at_ms = $5 WHERE org_id = $1 "
      "AND id = $2 AND state = 'verified'",
      {heard.org, heard.id, to_string(state), reason, now});
}

std::int64_t purge_webhooks(db::Transaction& tx, Time now) {
  return tx.execute(
      "DELETE FROM inbound_webhooks WHERE id IN (SELECT id FROM inbound_webhooks WHERE "
      "received_at_ms < $1 ORDER BY received_at_ms LIMIT $2)",
      {now - kWebhooksKept, kWebhooksPurgedMax});
}

}  // namespace connections
}  // namespace lendport

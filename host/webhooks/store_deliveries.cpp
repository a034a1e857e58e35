// Deliveries and their attempts: the rows.
#include "db/stored.hpp"
#include "webhooks/store.hpp"

#include <algorithm>

namespace lendport::webhooks {
namespace {

constexpr std::string_view kDeliveryColumns =
    "id, org_id, endpoint_id, message_id, type, body, event_sequence, state, reason, tries, "
    "attempts, created_at_ms, next_at_ms, ended_at_ms";

std::string select_deliveries(std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(kDeliveryColumns).append(" FROM webhook_deliveries ").append(rest);
}

WebhookDelivery delivery_in(const db::Row& row) {
  WebhookDelivery found;
  found.id = row.id<DeliveryId>("id");
  found.org = row.id<OrgId>("org_id");
  found.endpoint = row.id<EndpointId>("endpoint_id");
  found.message = row.id<MessageId>("message_id");
  found.type = row.text("type");
  found.body = row.text("body");
  found.event_sequence = row.optional_integer("event_sequence");
  found.state = db::stored(parse_delivery_state(row.text("state")), row.text("state"));
  found.reason = row.text("reason");
  found.tries = static_cast<int>(row.integer("tries"));
  found.attempts = static_cast<int>(row.integer("attempts"));
  found.created_at = row.time("created_at_ms");
  found.next_at = row.optional_time("next_at_ms");
  found.ended_at = row.optional_time("ended_at_ms");
  return found;
}

std::vector<WebhookDelivery> deliveries_in(const db::Rows& rows) {
  std::vector<WebhookDelivery> found;
  found.reserve(rows.size());
  for (const db::Row& row : rows) found.push_back(delivery_in(row));
  return found;
}

std::optional<WebhookDelivery> delivery_if_any(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return delivery_in(*row);
}

constexpr std::string_view kOne = "WHERE org_id = $1 AND endpoint_id = $2 AND id = $3 ";

// " AND state = $4" with its parameter.
void add(std::string& where, db::Values& parameters, std::string_view condition, db::Value value) {
  parameters.push_back(std::move(value));
  where.append(" AND ").append(condition).append("$" + std::to_string(parameters.size()));
}

DeliveryAttempt attempt_in(const db::Row& row) {
  DeliveryAttempt attempt;
  attempt.number = static_cast<int>(row.integer("number"));
  attempt.started_at = row.time("started_at_ms");
  if (const auto ms = row.optional_integer("duration_ms")) {
    attempt.duration = std::chrono::milliseconds{*ms};
  }
  if (const auto status = row.optional_integer("status")) {
    attempt.status = static_cast<int>(*status);
  }
  attempt.error = row.text("error");
  attempt.answer = row.text("answer");
  return attempt;
}

std::optional<std::int64_t> count_of(const std::optional<std::chrono::milliseconds>& duration) {
  if (!duration) return std::nullopt;
  return duration->count();
}

std::optional<std::int64_t> number_of(const std::optional<int>& status) {
  if (!status) return std::nullopt;
  return *status;
}

}  // namespace

bool insert(db::Transaction& tx, const WebhookDelivery& delivery) {
  const WebhookDelivery& d = delivery;
  return tx.execute(
             "INSERT INTO webhook_deliveries (id, org_id, endpoint_id, message_id, type, body, "
             "event_sequence, state, reason, tries, attempts, created_at_ms, next_at_ms, "
             "ended_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
             "ON CONFLICT (endpoint_id, message_id) DO NOTHING",
             {d.id, d.org, d.endpoint, d.message, d.type, d.body, d.event_sequence,
              to_string(d.state), d.reason, d.tries, d.attempts, d.created_at, d.next_at,
              d.ended_at}) == 1;
}

void update(db::Transaction& tx, const WebhookDelivery& delivery) {
  const WebhookDelivery& d = delivery;
  tx.execute(
      "UPDATE webhook_deliveries SET state = $1, reason = $2, tries = $3, attempts = $4, "
      "next_at_ms = $5, ended_at_ms = $6 WHERE org_id = $7 AND id = $8",
      {to_string(d.state), d.reason, d.tries, d.attempts, d.next_at, d.ended_at, d.org, d.id});
}

std::optional<WebhookDelivery> find_delivery(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& endpoint, const DeliveryId& id) {
  return delivery_if_any(at.find(select_deliveries(kOne), {org, endpoint, id}));
}

std::optional<WebhookDelivery> lock_delivery(db::Transaction& tx, const OrgId& org,
                                             const EndpointId& endpoint, const DeliveryId& id) {
  return delivery_if_any(
      tx.find(select_deliveries(kOne).append(std::string(tx.for_update())), {org, endpoint, id}));
}

std::vector<WebhookDelivery> list_deliveries(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& endpoint,
                                             const DeliveryFilter& filter,
                                             const std::optional<DeliveryPosition>& after,
                                             int limit) {
  db::Values parameters = {org, endpoint};
  std::string where = "WHERE org_id = $1 AND endpoint_id = $2";
  if (filter.state) add(where, parameters, "state = ", to_string(*filter.state));
  if (filter.type) add(where, parameters, "type = ", *filter.type);
  if (filter.since) add(where, parameters, "created_at_ms >= ", *filter.since);
  if (filter.until) add(where, parameters, "created_at_ms < ", *filter.until);
  if (after) {
    add(where, parameters, "(created_at_ms, id) < (", after->created_at);
    parameters.emplace_back(after->id);
    where.append(", $" + std::to_string(parameters.size()) + ")");
  }
  parameters.emplace_back(limit);
  where.append(" ORDER BY created_at_ms DESC, id DESC LIMIT $" + std::to_string(parameters.size()));
  return deliveries_in(at.query(select_deliveries(where), parameters));
}

std::vector<WebhookDelivery> list_failed(db::Snapshot& at, const OrgId& org,
                                         const EndpointId& endpoint, Time since, int limit) {
  return deliveries_in(
      at.query(select_deliveries("WHERE org_id = $1 AND endpoint_id = $2 AND created_at_ms >= $3 "
                                 "AND state = 'failed' ORDER BY created_at_ms, id LIMIT $4"),
               {org, endpoint, since, limit}));
}

int pending(db::Snapshot& at, const WebhookEndpoint& endpoint, int most) {
  const auto row = at.find(
      "SELECT COUNT(*) AS deliveries FROM (SELECT id FROM webhook_deliveries WHERE "
      "endpoint_id = $1 AND org_id = $2 AND state = 'pending' LIMIT $3) AS waiting",
      {endpoint.id, endpoint.org, most});
  return static_cast<int>(row->integer("deliveries"));
}

void fail_pending(db::Transaction& tx, const WebhookEndpoint& endpoint, std::string_view reason,
                  Time now) {
  tx.execute(
      "UPDATE webhook_deliveries SET state = 'failed', reason = $1, next_at_ms = NULL, "
      "ended_at_ms = $2 WHERE org_id = $3 AND endpoint_id = $4 AND state = 'pending'",
      {reason, now, endpoint.org, endpoint.id});
}

void insert(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt) {
  tx.execute(
      "INSERT INTO webhook_attempts (org_id, delivery_id, number, started_at_ms, error, answer) "
      "VALUES ($1, $2, $3, $4, '', '')",
      {delivery.org, delivery.id, attempt.number, attempt.started_at});
}

void complete(db::Transaction& tx, const WebhookDelivery& delivery,
              const DeliveryAttempt& attempt) {
  tx.execute(
      "UPDATE webhook_attempts SET duration_ms = $1, status = $2, error = $3, answer = $4 "
      "WHERE org_id = $5 AND delivery_id = $6 AND number = $7",
      {count_of(attempt.duration), number_of(attempt.status), attempt.error, attempt.answer,
       delivery.org, delivery.id, attempt.number});
}

void remove(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt) {
  tx.execute("DELETE FROM webhook_attempts WHERE org_id = $1 AND delivery_id = $2 AND number = $3",
             {delivery.org, delivery.id, attempt.number});
}

void mark_interrupted(db::Transaction& tx, const WebhookDelivery& delivery) {
  tx.execute(
      "UPDATE webhook_attempts SET error = 'interrupted' WHERE org_id = $1 AND delivery_id = $2 "
      "AND duration_ms IS NULL AND error = ''",
      {delivery.org, delivery.id});
}

std::vector<DeliveryAttempt> list_attempts(db::Snapshot& at, const WebhookDelivery& delivery,
                                           int limit) {
  std::vector<DeliveryAttempt> attempts;
  for (const db::Row& row :
       at.query("SELECT number, started_at_ms, duration_ms, status, error, answer "
                "FROM webhook_attempts WHERE org_id = $1 AND delivery_id = $2 "
                "ORDER BY number DESC LIMIT $3",
                {delivery.org, delivery.id, limit})) {
    attempts.push_back(attempt_in(row));
  }
  std::reverse(attempts.begin(), attempts.end());
  return attempts;
}

std::int64_t purge(db::Transaction& tx, Time before, int limit) {
  // Chosen once, and held: what is sent again from now on waits for this, and is not found.
  std::string chosen =
      "SELECT id FROM webhook_deliveries WHERE created_at_ms < $1 AND state <> 'pending' "
      "ORDER BY created_at_ms, id LIMIT $2 ";
  db::Values ids;
  std::string places;
  for (const db::Row& row : tx.query(chosen.append(tx.skip_locked()), {before, limit})) {
    ids.emplace_back(row.id<DeliveryId>("id"));
    places.append(places.empty() ? "$" : ", $").append(std::to_string(ids.size()));
  }
  if (ids.empty()) return 0;
  tx.execute("DELETE FROM webhook_attempts WHERE delivery_id IN (" + places + ")", ids);
  return tx.execute(
      "DELETE FROM webhook_deliveries WHERE state <> 'pending' AND id IN (" + places + ")", ids);
}

}  // namespace lendport::webhooks

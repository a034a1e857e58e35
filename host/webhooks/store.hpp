// The tables of webhooks.
#pragma once

#include "core/blob.hpp"
#include "db/database.hpp"
#include "webhooks/delivery.hpp"
#include "webhooks/endpoint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::webhooks {

// --- Endpoints ----------------------------------------------------------------------------------

struct SealedSecrets {
  Blob current;
  std::optional<Blob> old;
};

void insert(db::Transaction& tx, const WebhookEndpoint& endpoint, const Blob& secret);
// All but the secrets and the sequence, when the stored version is the one before.
bool update(db::Transaction& tx, const WebhookEndpoint& endpoint);
bool remove(db::Transaction& tx, const OrgId& org, const EndpointId& id, std::int64_t version);
void set_secrets(db::Transaction& tx, const WebhookEndpoint& endpoint,
                 const SealedSecrets& secrets);
void set_failing_since(db::Transaction& tx, const WebhookEndpoint& endpoint);
void set_sequence(db::Transaction& tx, const WebhookEndpoint& endpoint);

std::optional<WebhookEndpoint> find_endpoint(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& id);
// The same, which nobody else changes before this transaction ends. Locked before its deliveries
// and their jobs: one order for all.
std::optional<WebhookEndpoint> lock_endpoint(db::Transaction& tx, const OrgId& org,
                                             const EndpointId& id);
SealedSecrets sealed_secrets(db::Snapshot& at, const OrgId& org, const EndpointId& id);
// Ids after `after`, oldest first.
std::vector<WebhookEndpoint> list_endpoints(db::Snapshot& at, const OrgId& org,
                                            std::string_view after, int limit);
std::int64_t count_endpoints(db::Snapshot& at, const OrgId& org);

// Orgs with an endpoint that lacks events, at most `limit`.
std::vector<OrgId> orgs_behind(db::Snapshot& at, int limit);
// The org's endpoints that no other process spreads to at the moment.
std::vector<WebhookEndpoint> claim_endpoints(db::Transaction& tx, const OrgId& org);

// --- Deliveries ---------------------------------------------------------------------------------

// False when the endpoint has the message already.
bool insert(db::Transaction& tx, const WebhookDelivery& delivery);
// State, reason, tries, attempts and times.
void update(db::Transaction& tx, const WebhookDelivery& delivery);
std::optional<WebhookDelivery> find_delivery(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& endpoint, const DeliveryId& id);
std::optional<WebhookDelivery> lock_delivery(db::Transaction& tx, const OrgId& org,
                                             const EndpointId& endpoint, const DeliveryId& id);
// Newest first, those before `after`.
std::vector<WebhookDelivery> list_deliveries(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& endpoint,
                                             const DeliveryFilter& filter,
                                             const std::optional<DeliveryPosition>& after,
                                             int limit);
// Failed ones made at or after `since`, oldest first.
std::vector<WebhookDelivery> list_failed(db::Snapshot& at, const OrgId& org,
                                         const EndpointId& endpoint, Time since, int limit);
// Every pending delivery of the endpoint fails, for `reason`.
void fail_pending(db::Transaction& tx, const WebhookEndpoint& endpoint, std::string_view reason,
                  Time now);

// --- Attempts -----------------------------------------------------------------------------------

void insert(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt);
void complete(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt);
// Those whose process did not survive them.
void mark_interrupted(db::Transaction& tx, const WebhookDelivery& delivery);
// The latest, oldest first.
std::vector<DeliveryAttempt> list_attempts(db::Snapshot& at, const WebhookDelivery& delivery,
                                           int limit);

// Removes up to `limit` deliveries made before `before` that are not pending, with their attempts;
// says how many.
std::int64_t purge(db::Transaction& tx, Time before, int limit);

}  // namespace lendport::webhooks

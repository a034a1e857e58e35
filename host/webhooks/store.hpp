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

// For a caller: the other environment's is missing.
std::optional<WebhookEndpoint> find_endpoint(db::Snapshot& at, const OrgId& org,
                                             Environment environment, const EndpointId& id);
// For the hub's own work.
std::optional<WebhookEndpoint> find_endpoint(db::Snapshot& at, const OrgId& org,
                                             const EndpointId& id);
// The same, which nobody else changes before this transaction ends. Locked before its deliveries
// and their jobs: one order for all.
std::optional<WebhookEndpoint> lock_endpoint(db::Transaction& tx, const OrgId& org,
                                             Environment environment, const EndpointId& id);
std::optional<WebhookEndpoint> lock_endpoint(db::Transaction& tx, const OrgId& org,
                                             const EndpointId& id);
SealedSecrets sealed_secrets(db::Snapshot& at, const OrgId& org, const EndpointId& id);
// Ids after `after`, oldest first.
std::vector<WebhookEndpoint> list_endpoints(db::Snapshot& at, const OrgId& org,
                                            Environment environment, std::string_view after,
                                            int limit);
// Of both environments.
std::int64_t count_endpoints(db::Snapshot& at, const OrgId& org);

// Orgs with an endpoint that lacks events, by their ids, those after `after`; at most `limit`.
std::vector<OrgId> orgs_behind(db::Snapshot& at, std::string_view after, int limit);
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
// How many of the endpoint's are pending, counted up to `most`.
int pending(db::Snapshot& at, const WebhookEndpoint& endpoint, int most);
// Every pending delivery of the endpoint fails, for `reason`: kPendingMax of them at most.
void fail_pending(db::Transaction& tx, const WebhookEndpoint& endpoint, std::string_view reason,
                  Time now);

// --- Attempts -----------------------------------------------------------------------------------

void insert(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt);
void complete(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt);
// One whose request never began.
void remove(db::Transaction& tx, const WebhookDelivery& delivery, const DeliveryAttempt& attempt);
// Those whose process did not survive them.
void mark_interrupted(db::Transaction& tx, const WebhookDelivery& delivery);
// The latest, oldest first.
std::vector<DeliveryAttempt> list_attempts(db::Snapshot& at, const WebhookDelivery& delivery,
                                           int limit);

// Removes up to `limit` deliveries made before `before` that are not pending, with their attempts;
// says how many. One that somebody changes at the moment, as :resend does, stays.
std::int64_t purge(db::Transaction& tx, Time before, int limit);

}  // namespace lendport::webhooks

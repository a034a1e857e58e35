// The log of deliveries: read, and sent again.
#include "core/error.hpp"
#include "events/audit.hpp"
#include "http/message.hpp"
#include "webhooks/event_types.hpp"
#include "webhooks/json.hpp"
#include "webhooks/store.hpp"
#include "webhooks/webhooks.hpp"

#include <algorithm>

namespace lendport {
namespace {

void require_endpoint(db::Snapshot& at, const Principal& caller, const OrgId& org,
                      const EndpointId& id) {
  if (!webhooks::find_endpoint(at, org, caller.environment, id)) http::throw_not_found();
}

// How many deliveries may still be queued for it: one at least.
int require_room(db::Snapshot& at, const WebhookEndpoint& endpoint) {
  const int room = webhooks::kPendingMax - webhooks::pending(at, endpoint, webhooks::kPendingMax);
  if (room > 0) return room;
  throw Error(ErrorCode::conflict, std::to_string(webhooks::kPendingMax) +
                                       " deliveries of this endpoint wait already: ask again when "
                                       "some were sent");
}

}  // namespace

WebhookEndpoint Webhooks::require_enabled(db::Transaction& tx, const Principal& caller,
                                          const OrgId& org, const EndpointId& id) const {
  auto endpoint = webhooks::lock_endpoint(tx, org, caller.environment, id);
  if (!endpoint) http::throw_not_found();
  if (!endpoint->enabled()) {
    throw Error(ErrorCode::conflict, "the endpoint is disabled: enable it first");
  }
  return *std::move(endpoint);
}

void Webhooks::queue_again(db::Transaction& tx, WebhookDelivery& delivery, Time now) const {
  delivery.state = DeliveryState::pending;
  delivery.reason.clear();
  delivery.tries = 0;
  delivery.next_at = now;
  delivery.ended_at.reset();
  webhooks::update(tx, delivery);
  enqueue(tx, delivery, now);
}

Task<WebhookDelivery> Webhooks::ping(Principal caller, OrgId org, EndpointId id, Deadline deadline,
                                     db::Keep<WebhookDelivery> keep) {
  const auto unit = [&](db::Transaction& tx) {
    const WebhookEndpoint endpoint = require_enabled(tx, caller, org, id);
    require_room(tx, endpoint);
    const Time now = needs_.clock.now();
    WebhookDelivery delivery;
    delivery.id = needs_.ids.next<DeliveryId>();
    delivery.org = org;
    delivery.endpoint = id;
    delivery.message = needs_.ids.next<MessageId>();
    delivery.type = webhooks::kPingType;
    delivery.body = webhooks::ping_of(endpoint, delivery.message, now);
    delivery.created_at = now;
    delivery.next_at = now;
    webhooks::insert(tx, delivery);
    enqueue(tx, delivery, now);
    if (keep) keep(tx, delivery);
    return delivery;
  };
  co_return co_await needs_.db.write(unit, deadline);
}

Task<std::vector<WebhookDelivery>> Webhooks::deliveries(Principal caller, OrgId org, EndpointId id,
                                                        DeliveryFilter filter,
                                                        std::optional<DeliveryPosition> after,
                                                        int limit, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    require_endpoint(at, caller, org, id);
    return webhooks::list_deliveries(at, org, id, filter, after, limit);
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<Webhooks::Told> Webhooks::delivery(Principal caller, OrgId org, EndpointId id,
                                        DeliveryId delivery, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    require_endpoint(at, caller, org, id);
    auto found = webhooks::find_delivery(at, org, id, delivery);
    if (!found) http::throw_not_found();
    Told told{*std::move(found), {}};
    told.attempts = webhooks::list_attempts(at, told.delivery, webhooks::kAttemptsShown);
    return told;
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<WebhookDelivery> Webhooks::resend(Principal caller, OrgId org, EndpointId id,
                                       DeliveryId wanted, Deadline deadline,
                                       db::Keep<WebhookDelivery> keep) {
  const auto unit = [&](db::Transaction& tx) {
    require_endpoint(tx, caller, org, id);
    if (!webhooks::find_delivery(tx, org, id, wanted)) http::throw_not_found();
    const WebhookEndpoint endpoint = require_enabled(tx, caller, org, id);
    auto found = webhooks::lock_delivery(tx, org, id, wanted);
    if (!found) http::throw_not_found();
    if (found->state != DeliveryState::pending) require_room(tx, endpoint);
    queue_again(tx, *found, needs_.clock.now());
    if (keep) keep(tx, *found);
    return *found;
  };
  co_return co_await needs_.db.write(unit, deadline);
}

Task<Recovered> Webhooks::recover(Principal caller, OrgId org, EndpointId id, Time since,
                                  Deadline deadline, db::Keep<Recovered> keep) {
  const auto unit = [&](db::Transaction& tx) {
    const WebhookEndpoint endpoint = require_enabled(tx, caller, org, id);
    const Time now = needs_.clock.now();
    const int most = std::min(webhooks::kRecoverMax, require_room(tx, endpoint));
    auto failed = webhooks::list_failed(tx, org, id, since, most + 1);
    Recovered recovered;
    recovered.more = static_cast<int>(failed.size()) > most;
    if (recovered.more) failed.pop_back();
    recovered.queued = static_cast<int>(failed.size());
    for (WebhookDelivery& one : failed) queue_again(tx, one, now);
    events::audit(tx, {org,
                       caller.user.value,
                       "webhook_endpoint.recovered",
                       {"webhook_endpoint", id.value},
                       std::nullopt,
                       webhooks::record_text(since, recovered),
                       caller.request_id,
                       now});
    if (keep) keep(tx, recovered);
    return recovered;
  };
  co_return co_await needs_.db.write(unit, deadline);
}

std::int64_t Webhooks::purge(db::Transaction& tx, Time now) const {
  return webhooks::purge(tx, now - settings_.keep, webhooks::kPurgeMax);
}

}  // namespace lendport

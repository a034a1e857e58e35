// From the org's events to deliveries: each event once for each endpoint that wants it.
#include "events/events.hpp"
#include "webhooks/json.hpp"
#include "webhooks/store.hpp"
#include "webhooks/webhooks.hpp"

#include <algorithm>

namespace lendport {

namespace {

// The message of an event has the event's own number: every endpoint is told under the same name.
MessageId message_id_of(const EventId& event) {
  return {std::string(MessageKind::kPrefix) + event.value.substr(EventKind::kPrefix.size())};
}

WebhookDelivery delivery_of(const events::Event& event, const WebhookEndpoint& endpoint) {
  WebhookDelivery delivery;
  delivery.org = endpoint.org;
  delivery.endpoint = endpoint.id;
  delivery.message = message_id_of(event.id);
  delivery.type = event.type;
  delivery.body = webhooks::message_of(event);
  delivery.event_sequence = event.sequence;
  return delivery;
}

std::int64_t first_of(const std::vector<WebhookEndpoint>& endpoints) {
  std::int64_t first = endpoints.front().event_sequence;
  for (const WebhookEndpoint& one : endpoints) first = std::min(first, one.event_sequence);
  return first;
}

}  // namespace

void Webhooks::enqueue(db::Transaction& tx, const WebhookDelivery& delivery, Time run_at) const {
  jobs::NewJob job;
  job.id = needs_.ids.next<JobId>();
  job.kind = webhooks::kDeliverJob;
  job.org = delivery.org;
  job.payload = webhooks::write_job({delivery.endpoint, delivery.id});
  job.run_at = run_at;
  job.unique_key = job.kind + "/" + delivery.id.value;
  jobs::enqueue(tx, job, needs_.clock.now());
}

int Webhooks::spread_in(db::Transaction& tx, const OrgId& org) const {
  std::vector<WebhookEndpoint> endpoints = webhooks::claim_endpoints(tx, org);
  if (endpoints.empty()) return 0;
  const auto happened = events::list(tx, org, first_of(endpoints), webhooks::kEventsAtOnce);
  const Time now = needs_.clock.now();
  for (WebhookEndpoint& endpoint : endpoints) {
    const std::int64_t before = endpoint.event_sequence;
    for (const events::Event& event : happened) {
      if (event.sequence <= before) continue;
      endpoint.event_sequence = event.sequence;
      if (!endpoint.wants(event.type)) continue;
      if (needs_.belongs && !needs_.belongs(tx, endpoint.environment, event)) continue;
      WebhookDelivery delivery = delivery_of(event, endpoint);
      delivery.id = needs_.ids.next<DeliveryId>();
      delivery.created_at = now;
      if (endpoint.enabled()) {
        delivery.next_at = now;
      } else {
        delivery.state = DeliveryState::failed;
        delivery.reason = "endpoint_disabled";
        delivery.ended_at = now;
      }
      if (webhooks::insert(tx, delivery) && endpoint.enabled()) enqueue(tx, delivery, now);
    }
    if (endpoint.event_sequence != before) webhooks::set_sequence(tx, endpoint);
  }
  return static_cast<int>(happened.size());
}

Task<int> Webhooks::spread() {
  const auto look = [&](db::Snapshot& at) {
    return webhooks::orgs_behind(at, webhooks::kOrgsAtOnce);
  };
  const std::vector<OrgId> behind = co_await needs_.db.read(look);
  int spread = 0;
  for (const OrgId& org : behind) {
    const auto unit = [&](db::Transaction& tx) { return spread_in(tx, org); };
    spread += co_await needs_.db.write(unit);
  }
  co_return spread;
}

}  // namespace lendport

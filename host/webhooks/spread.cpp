// From the org's events to deliveries: each event once for each endpoint that wants it.
#include "core/error.hpp"
#include "events/events.hpp"
#include "telemetry/log.hpp"
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

// Trouble that every org has alike: another round, later, is better than a try for each.
bool is_of_the_store(ErrorCode code) {
  return code == ErrorCode::database_unavailable || code == ErrorCode::overloaded;
}

}  // namespace

void Webhooks::enqueue(db::Transaction& tx, const WebhookDelivery& delivery, Time now) const {
  jobs::NewJob job;
  job.id = needs_.ids.next<JobId>();
  job.kind = webhooks::kDeliverJob;
  job.org = delivery.org;
  job.payload = webhooks::write_job({delivery.endpoint, delivery.id});
  job.run_at = now;
  job.unique_key = job.kind + "/" + delivery.id.value;
  jobs::enqueue(tx, job, now);
}

int Webhooks::spread_in(db::Transaction& tx, const OrgId& org) const {
  std::vector<WebhookEndpoint> endpoints = webhooks::claim_endpoints(tx, org);
  if (endpoints.empty()) return 0;
  const auto happened = events::list(tx, org, first_of(endpoints), webhooks::kEventsAtOnce);
  for (WebhookEndpoint& endpoint : endpoints) spread_over(tx, happened, endpoint);
  return static_cast<int>(happened.size());
}

void Webhooks::spread_over(db::Transaction& tx, const std::vector<events::Event>& happened,
                           WebhookEndpoint& endpoint) const {
  const Time now = needs_.clock.now();
  const std::int64_t before = endpoint.event_sequence;
  int waiting = webhooks::pending(tx, endpoint, webhooks::kPendingMax);
  for (const events::Event& event : happened) {
    if (event.sequence <= before) continue;
    endpoint.event_sequence = event.sequence;
    if (!endpoint.wants(event.type)) continue;
    if (needs_.belongs && !needs_.belongs(tx, endpoint.environment, event)) continue;
    WebhookDelivery delivery = delivery_of(event, endpoint);
    delivery.id = needs_.ids.next<DeliveryId>();
    delivery.created_at = now;
    const bool sent = endpoint.enabled() && waiting < webhooks::kPendingMax;
    if (sent) {
      delivery.next_at = now;
    } else {
      delivery.state = DeliveryState::failed;
      delivery.reason = endpoint.enabled() ? "too_many" : "endpoint_disabled";
      delivery.ended_at = now;
    }
    if (!webhooks::insert(tx, delivery) || !sent) continue;
    enqueue(tx, delivery, now);
    ++waiting;
  }
  if (endpoint.event_sequence != before) webhooks::set_sequence(tx, endpoint);
}

Task<int> Webhooks::spread_to(OrgId org) {
  const auto unit = [&](db::Transaction& tx) { return spread_in(tx, org); };
  std::string reason;
  try {  // what is wrong with one org's rows keeps no other org from being told
    co_return co_await needs_.db.write(unit);
  } catch (const Error& error) {
    if (is_of_the_store(error.code())) throw;
    reason = error.detail();
  } catch (const std::exception& failure) {
    reason = failure.what();
  }
  telemetry::log(telemetry::Level::error, "webhooks_not_spread",
                 {{"org", org}, {"reason", reason}});
  co_return 0;
}

// From where the round before ended, through all who are behind: until something was written down.
Task<int> Webhooks::spread() {
  std::string after = spread_from();
  bool from_first = after.empty();
  bool ended = false;
  int spread = 0;
  while (spread == 0 && !ended) {
    const auto look = [&](db::Snapshot& at) {
      return webhooks::orgs_behind(at, after, webhooks::kOrgsAtOnce);
    };
    const std::vector<OrgId> behind = co_await needs_.db.read(look);
    for (const OrgId& org : behind) {
      const int written = co_await spread_to(org);
      spread += written;
    }
    const bool more = behind.size() == static_cast<std::size_t>(webhooks::kOrgsAtOnce);
    after = more ? behind.back().value : std::string();
    spread_on_from(after);
    ended = !more && from_first;
    from_first = from_first || !more;
  }
  co_return spread;
}

std::string Webhooks::spread_from() {
  const std::lock_guard lock(mutex_);
  return spread_from_;
}

void Webhooks::spread_on_from(const std::string& org) {
  const std::lock_guard lock(mutex_);
  spread_from_ = org;
}

}  // namespace lendport

#include "connections/inbound_webhooks.hpp"

#include "connections/ground.hpp"
#include "connections/inbound_store.hpp"
#include "connections/json_inbound.hpp"
#include "connections/webhook_address.hpp"
#include "connectors/switches.hpp"
#include "core/crash_point.hpp"
#include "core/text.hpp"
#include "crypto/hash.hpp"
#include "db/sealing.hpp"
#include "events/events.hpp"
#include "http/message.hpp"

#include <algorithm>

namespace lendport {
namespace {

using connectors::Outcome;
using connectors::OutcomeKind;

constexpr std::string_view kVerify = "webhook.verify/1";
constexpr std::string_view kParse = "webhook.parse/1";
constexpr std::size_t kAddressesKept = 10'000;  // of the rate limits
constexpr std::size_t kReasonBytesMax = 500;
constexpr std::chrono::seconds kLookTimeout{10};
constexpr std::chrono::seconds kAgainLongest{600};
constexpr std::chrono::hours kRefusedWithin{1};
constexpr std::string_view kRefusedEvent = "connection.webhooks_refused";
constexpr int kNeverGivenUp = 1'000'000;  // a look ends by kVerifyAttemptsMax

crypto::Field field_of(const InboundId& webhook, std::string_view column) {
  return {"inbound_webhooks", webhook.value, column};
}

// Those of one connection that are looked at side by side: the same event twice, or the refusal
// that makes them many.
void lock_webhooks(db::Transaction& tx, const InboundWebhook& webhook) {
  tx.lock("connections.webhooks/" + webhook.connection.value);
}

// The connector could not be asked this time, and may be the next.
bool is_passing(const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::retryable:
    case OutcomeKind::cancelled:
    case OutcomeKind::auth_failed:
    case OutcomeKind::upstream_error:
    case OutcomeKind::unknown_outcome: return true;
    default: return false;
  }
}

}  // namespace

struct InboundWebhooks::Look {
  connections::StoredWebhook stored;
  connectors::Call call;
};

// `reason` empty: it is the lender's, and `words` is what it says.
struct InboundWebhooks::Finding {
  bool again = false;
  std::string reason;
  std::string event_id;
  std::string event_type;
  std::string words;
};

InboundWebhooks::InboundWebhooks(const Needs& needs)
    : needs_(needs), limits_(kWebhooksPerSecond, kWebhooksBurst, kAddressesKept) {}

Task<void> InboundWebhooks::receive(std::string token, Delivery delivery, Deadline deadline) {
  const Time now = needs_.clock.now();
  const std::string hash = connections::token_hash(token);
  const auto look = [&](db::Snapshot& at) { return connections::whose_address(at, hash, now); };
  const auto whose = co_await needs_.db.read(look, deadline);
  if (!whose) http::throw_not_found();
  const auto& [org, connection] = *whose;
  if (!limits_.take(connection.value, http::RateLimits::Moment::clock::now()).granted) {
    throw Error(ErrorCode::rate_limited, "too many webhooks at once: send this one again later");
  }
  connections::StoredWebhook stored;
  stored.webhook.id = needs_.ids.next<InboundId>();
  stored.webhook.org = org;
  stored.webhook.connection = connection;
  stored.webhook.body_bytes = static_cast<std::int64_t>(delivery.body.size());
  stored.webhook.received_at = now;
  stored.body_hash = crypto::hex(crypto::sha256(delivery.body));
  const std::string headers = connections::headers_text(delivery);
  const auto store = [&](db::Transaction& tx) {
    if (connections::waiting(tx, stored.webhook.connection, kWebhooksWaitingMax) >=
        kWebhooksWaitingMax) {
      throw Error(ErrorCode::overloaded, "too many webhooks wait: send this one again later");
    }
    const InboundId& id = stored.webhook.id;
    const auto sealed = [&](std::string_view column, std::string_view plain) {
      return needs_.sealing.seal(tx, stored.webhook.org, crypto::Sealing::kOrgItself,
                                 field_of(id, column), plain, now);
    };
    stored.headers = sealed("sealed_headers", headers);
    stored.body = sealed("sealed_body", delivery.body);
    connections::insert(tx, stored);
    jobs::enqueue(tx,
                  {needs_.ids.next<JobId>(), std::string(kVerifyWebhookJob), stored.webhook.org,
                   connections::webhook_payload(id), now, std::nullopt},
                  now);
  };
  co_await needs_.db.write(store, deadline);
  crash_point("after_webhook_stored");
}

Task<std::vector<InboundWebhook>> InboundWebhooks::list(Principal caller, OrgId org,
                                                        ConnectionId connection, ListQuery query,
                                                        Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    connections::own(at, caller, org, connection);
    return connections::list_webhooks(at, org, connection, query.after, query.limit);
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<void> InboundWebhooks::verify(const jobs::Lease& lease, Deadline deadline) {
  const auto start = [&](db::Transaction& tx) { return begin(tx, lease); };
  std::optional<Look> look = co_await needs_.db.write(start, deadline);
  if (!look) co_return;
  const Finding finding = co_await ask(*look, deadline);
  crash_point("before_webhook_settled");
  const auto end = [&](db::Transaction& tx) { settle(tx, lease, *look, finding); };
  co_await needs_.db.write(end, Deadline::max());
}

std::optional<InboundWebhooks::Look> InboundWebhooks::begin(db::Transaction& tx,
                                                            const jobs::Lease& lease) const {
  auto stored = connections::find_for_update(tx, lease.org, connections::webhook_in(lease.payload));
  if (!stored || stored->webhook.state != InboundState::received) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  InboundWebhook& webhook = stored->webhook;
  const auto connection = needs_.connections.find_by_id(tx, webhook.connection);
  if (!connection || !connection->followable()) {
    ignore(tx, webhook, "the connection was removed");
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  const auto manifest = needs_.connectors.manifest(connection->plugin_id);
  if (!manifest || connectors::is_stopped(tx, connection->plugin_id)) {
    const Time now = needs_.clock.now();
    jobs::retry_at(tx, lease, {now + connectors::kConnectorPause, now}, "connector.not_ready",
                   false);
    return std::nullopt;
  }
  if (!connections::takes_webhooks(*manifest)) {
    refuse(tx, webhook, "the connector takes no webhooks");
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  const auto opened = [&](std::string_view column, const Blob& sealed) {
    return needs_.sealing.unseal(tx, webhook.org, field_of(webhook.id, column), sealed);
  };
  const auto headers = opened("sealed_headers", stored->headers);
  const auto body = opened("sealed_body", stored->body);
  if (!headers || !body) {
    ignore(tx, webhook, "its words were erased");
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  connectors::Call call = needs_.connections.call_for(tx, webhook.connection);
  call.request = connections::webhook_request(headers->expose(), webhook.received_at);
  call.payload = body->expose();
  call.subject = webhook.id.value;
  return Look{*std::move(stored), std::move(call)};
}

Task<Outcome> InboundWebhooks::ask(const Look& look, std::string_view operation,
                                   Deadline deadline) {
  connectors::Call call = look.call;
  call.operation = operation;
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kLookTimeout);
  co_return co_await needs_.connectors.call(std::move(call));
}

Task<InboundWebhooks::Finding> InboundWebhooks::ask(Look& look, Deadline deadline) {
  Finding finding;
  const Outcome judged = co_await ask(look, kVerify, deadline);
  finding.again = is_passing(judged);
  finding.reason = "the connector could not verify it: " + judged.code;
  if (!judged.done()) co_return finding;
  const auto verified = connections::read_verified(*judged.result);
  if (!verified || !verified->verified) {
    finding.reason = verified && !verified->reason.empty() ? verified->reason : "it is not signed";
    co_return finding;
  }
  const Outcome read = co_await ask(look, kParse, deadline);
  finding.again = is_passing(read);
  finding.reason = "the connector could not read it: " + read.code;
  if (!read.done()) co_return finding;
  const auto parsed = connections::read_parsed(*read.result);
  if (!parsed) co_return finding;
  finding.reason.clear();
  finding.event_id = parsed->event_id.empty() ? verified->event_id : parsed->event_id;
  finding.event_type = parsed->event_type;
  finding.words = read.result_text;
  co_return finding;
}

void InboundWebhooks::settle(db::Transaction& tx, const jobs::Lease& lease, const Look& look,
                             const Finding& finding) const {
  auto stored = connections::find_for_update(tx, lease.org, look.stored.webhook.id);
  if (!stored || stored->webhook.state != InboundState::received) {
    jobs::complete(tx, lease);
    return;
  }
  if (finding.again && lease.attempt < kVerifyAttemptsMax) {
    const auto wait = std::min(std::chrono::seconds{lease.attempt * lease.attempt * 5},
                               std::chrono::seconds{kAgainLongest});
    const Time now = needs_.clock.now();
    jobs::retry_at(tx, lease, {now + wait, now}, finding.reason);
    return;
  }
  if (finding.reason.empty()) {
    hear(tx, stored->webhook, look, finding);
  } else {
    refuse(tx, stored->webhook, finding.reason);
  }
  jobs::complete(tx, lease);
}

void InboundWebhooks::hear(db::Transaction& tx, InboundWebhook& webhook, const Look& look,
                           const Finding& finding) const {
  const Time now = needs_.clock.now();
  webhook.event_id = finding.event_id;
  webhook.event_type = finding.event_type;
  webhook.settled_at = now;
  lock_webhooks(tx, webhook);
  if (connections::is_known(tx, look.stored, finding.event_id,
                            webhook.received_at - kSameBytesWithin)) {
    ignore(tx, webhook, "it was received before");
    return;
  }
  webhook.state = InboundState::verified;
  const Blob words = needs_.sealing.seal(tx, webhook.org, crypto::Sealing::kOrgItself,
                                         field_of(webhook.id, "sealed_words"), finding.words, now);
  connections::settle(tx, webhook, words);
  jobs::enqueue(tx,
                {needs_.ids.next<JobId>(), std::string(kHearWebhookJob), webhook.org,
                 connections::webhook_payload(webhook.id), now,
                 std::string(kHearWebhookJob) + "/" + webhook.id.value},
                now);
}

void InboundWebhooks::refuse(db::Transaction& tx, InboundWebhook& webhook,
                             const std::string& reason) const {
  lock_webhooks(tx, webhook);
  const Time now = needs_.clock.now();
  webhook.state = InboundState::refused;
  webhook.reason = cut(reason, kReasonBytesMax);
  webhook.settled_at = now;
  connections::settle(tx, webhook, std::nullopt);
  const auto refused =
      connections::refused_since(tx, webhook.connection, now - kRefusedWithin, kRefusedMany);
  if (refused >= kRefusedMany && !is_told(tx, webhook)) append_event(tx, webhook);
}

void InboundWebhooks::ignore(db::Transaction& tx, InboundWebhook& webhook,
                             std::string_view reason) const {
  webhook.state = InboundState::ignored;
  webhook.reason = reason;
  webhook.settled_at = needs_.clock.now();
  connections::settle(tx, webhook, std::nullopt);
}

// The event itself remembers when the org was told last.
bool InboundWebhooks::is_told(db::Snapshot& at, const InboundWebhook& webhook) const {
  const Time since = needs_.clock.now() - kRefusedToldEvery;
  const auto told =
      events::latest(at, webhook.org, {"connection", webhook.connection.value}, events::kListMax);
  return std::any_of(told.begin(), told.end(), [&](const events::Event& event) {
    return event.type == kRefusedEvent && event.at > since;
  });
}

void InboundWebhooks::append_event(db::Transaction& tx, const InboundWebhook& webhook) const {
  events::append(tx, {needs_.ids.next<EventId>(),
                      webhook.org,
                      {"connection", webhook.connection.value},
                      std::string(kRefusedEvent),
                      connections::refused_text(webhook),
                      "hub",
                      needs_.clock.now()});
}

std::optional<HeardWebhook> Connections::heard_webhook(db::Transaction& tx, const OrgId& org,
                                                       const InboundId& id) {
  const auto stored = connections::find_for_update(tx, org, id);
  if (!stored || stored->webhook.state != InboundState::verified) return std::nullopt;
  const auto sealed = connections::sealed_words(tx, org, id);
  if (!sealed) return std::nullopt;
  const auto words = needs_.sealing.unseal(tx, org, field_of(id, "sealed_words"), *sealed);
  if (!words) return std::nullopt;
  const InboundWebhook& webhook = stored->webhook;
  return HeardWebhook{webhook.id,    webhook.org,         webhook.connection,
                      webhook.state, webhook.received_at, words->expose()};
}

void add_inbound_webhook_jobs(jobs::Worker& worker, InboundWebhooks& webhooks) {
  jobs::Kind kind;
  kind.run = [&webhooks](const jobs::Lease& lease, Deadline deadline) {
    return webhooks.verify(lease, deadline);
  };
  kind.attempts_max = kNeverGivenUp;
  worker.handle(std::string(kVerifyWebhookJob), std::move(kind));
}

}  // namespace lendport

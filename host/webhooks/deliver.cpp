// One attempt of a delivery: written down, sent, judged.
#include "core/error.hpp"
#include "webhooks/json.hpp"
#include "webhooks/rules.hpp"
#include "webhooks/secrets.hpp"
#include "webhooks/signature.hpp"
#include "webhooks/store.hpp"
#include "webhooks/webhooks.hpp"

#include <algorithm>

namespace lendport {

struct Webhooks::Request {
  std::string url;
  WebhookDelivery delivery;
  DeliveryAttempt attempt;
  std::vector<Secret<std::string>> secrets;
};

namespace {

net::OutboundRequest outbound(const std::string& url, const WebhookDelivery& delivery,
                              const webhooks::Stamp& stamp) {
  net::OutboundRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", stamp.id},
                     {"webhook-timestamp", stamp.timestamp},
                     {"webhook-signature", stamp.signature}};
  request.body = delivery.body;
  request.response_bytes_max = webhooks::kAnswerBytesRead;
  // So that each request is an attempt of the log: libcurl repeats none by itself.
  request.once = true;
  return request;
}

}  // namespace

Task<void> Webhooks::deliver(jobs::Lease lease, Deadline deadline) {
  const webhooks::DeliveryJob job = webhooks::read_job(lease.payload);
  std::chrono::milliseconds wait{};
  auto turn = lanes_.enter(job.endpoint, std::chrono::steady_clock::now(), wait);
  if (!turn) {
    const auto put_off_a_while = [&](db::Transaction& tx) {
      const Time now = needs_.clock.now();
      jobs::retry_at(tx, lease, {now + wait, now}, "endpoint_busy", false);
    };
    co_await needs_.db.write(put_off_a_while, deadline);
    co_return;
  }
  const std::optional<Request> request = co_await begin(lease);
  if (!request) co_return;
  const net::Exchange exchange = co_await send(*request, deadline);
  turn->took(exchange.elapsed);
  const auto end = [&](db::Transaction& tx) { finish(tx, lease, *request, exchange); };
  co_await needs_.db.write(end);
}

Task<std::optional<Webhooks::Request>> Webhooks::begin(const jobs::Lease& lease) {
  const auto unit = [&](db::Transaction& tx) { return begin_in(tx, lease); };
  co_return co_await needs_.db.write(unit);
}

// The attempt is written down before a byte leaves. Nothing when there is nothing to send.
std::optional<Webhooks::Request> Webhooks::begin_in(db::Transaction& tx,
                                                    const jobs::Lease& lease) const {
  const webhooks::DeliveryJob job = webhooks::read_job(lease.payload);
  const auto endpoint = webhooks::find_endpoint(tx, lease.org, job.endpoint);
  auto delivery = webhooks::lock_delivery(tx, lease.org, job.endpoint, job.delivery);
  if (!endpoint || !delivery || delivery->state != DeliveryState::pending) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  const Time now = needs_.clock.now();
  Request request;
  request.secrets = webhooks::signing(needs_.sealing, tx, *endpoint, now);
  if (request.secrets.empty()) {  // the org was erased
    delivery->state = DeliveryState::failed;
    delivery->reason = "no_secret";
    delivery->ended_at = now;
    webhooks::update(tx, *delivery);
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  webhooks::mark_interrupted(tx, *delivery);
  request.attempt.number = ++delivery->attempts;
  request.attempt.started_at = now;
  webhooks::update(tx, *delivery);
  webhooks::insert(tx, *delivery, request.attempt);
  jobs::require_held(tx, lease);
  request.url = endpoint->url;
  request.delivery = *std::move(delivery);
  return request;
}

Task<net::Exchange> Webhooks::send(const Request& request, Deadline deadline) {
  const webhooks::Stamp stamp = webhooks::sign(request.secrets, request.delivery.message.value,
                                               needs_.clock.now(), request.delivery.body);
  net::OutboundRequest wanted = outbound(request.url, request.delivery, stamp);
  wanted.rules = rules_;
  const Deadline until = std::min(deadline, std::chrono::steady_clock::now() + settings_.timeout);
  co_return co_await needs_.client.send(std::move(wanted), until);
}

void Webhooks::finish(db::Transaction& tx, const jobs::Lease& lease, const Request& request,
                      const net::Exchange& exchange) const {
  const WebhookDelivery& sent = request.delivery;
  auto endpoint = webhooks::lock_endpoint(tx, sent.org, sent.endpoint);
  auto delivery = webhooks::lock_delivery(tx, sent.org, sent.endpoint, sent.id);
  if (!endpoint || !delivery) {
    jobs::complete(tx, lease);
    return;
  }
  const Time now = needs_.clock.now();
  const webhooks::Judgement judgement = webhooks::judge(exchange, now);
  if (judgement.verdict == webhooks::Verdict::unsent) {
    put_off(tx, lease, *delivery, request.attempt, judgement.error);
    return;
  }
  DeliveryAttempt attempt = request.attempt;
  attempt.duration = exchange.elapsed;
  if (exchange.status != 0) attempt.status = exchange.status;
  attempt.error = judgement.error;
  attempt.answer = webhooks::shown_answer(exchange.body);
  webhooks::complete(tx, *delivery, attempt);
  if (judgement.verdict != webhooks::Verdict::taken) {
    settle_failure(tx, lease, *endpoint, *delivery, exchange);
    return;
  }
  delivery->state = DeliveryState::delivered;
  delivery->reason.clear();
  delivery->next_at.reset();
  delivery->ended_at = now;
  webhooks::update(tx, *delivery);
  if (endpoint->failing_since) {
    endpoint->failing_since.reset();
    webhooks::set_failing_since(tx, *endpoint);
  }
  jobs::complete(tx, lease);
}

// As if it had not been begun: it is no try of the receiver's, and no request of the log.
void Webhooks::put_off(db::Transaction& tx, const jobs::Lease& lease, WebhookDelivery& delivery,
                       const DeliveryAttempt& attempt, std::string_view reason) const {
  webhooks::remove(tx, delivery, attempt);
  --delivery.attempts;
  const bool waits = delivery.state == DeliveryState::pending;
  const Time now = needs_.clock.now();
  if (waits) delivery.next_at = now + webhooks::kOwnTroublePause;
  webhooks::update(tx, delivery);
  if (waits) {
    jobs::retry_at(tx, lease, {*delivery.next_at, now}, reason, false);
  } else {
    jobs::complete(tx, lease);
  }
}

// A delivery that was ended meanwhile, with its endpoint, stays as it is.
void Webhooks::settle_failure(db::Transaction& tx, const jobs::Lease& lease,
                              WebhookEndpoint& endpoint, WebhookDelivery& delivery,
                              const net::Exchange& exchange) const {
  if (delivery.state != DeliveryState::pending) {
    jobs::complete(tx, lease);
    return;
  }
  // One that the hub did not survive was no fault of the receiver's, and does not count.
  ++delivery.tries;
  const Time now = needs_.clock.now();
  const webhooks::Judgement judgement = webhooks::judge(exchange, now);
  const bool gone = judgement.verdict == webhooks::Verdict::gone;
  const auto pause = webhooks::pause_after(delivery.tries, judgement.retry_after, needs_.random);
  delivery.reason = judgement.error;
  if (gone || !pause) {
    delivery.state = DeliveryState::failed;
    delivery.next_at.reset();
    delivery.ended_at = now;
    webhooks::update(tx, delivery);
    jobs::complete(tx, lease);
  } else {
    delivery.next_at = now + *pause;
    webhooks::update(tx, delivery);
    jobs::retry_at(tx, lease, {*delivery.next_at, now}, judgement.error, false);
  }
  if (!endpoint.failing_since) {
    endpoint.failing_since = now;
    webhooks::set_failing_since(tx, endpoint);
  }
  const bool failing = now - *endpoint.failing_since >= settings_.disable_after;
  if (gone || failing) {
    disable(tx, endpoint, gone ? DisabledBecause::gone : DisabledBecause::failing);
  }
}

// The event is what a mail to the org's admins can be made of.
void Webhooks::disable(db::Transaction& tx, WebhookEndpoint& endpoint,
                       DisabledBecause reason) const {
  if (!endpoint.enabled()) return;
  const WebhookEndpoint before = endpoint;
  set_enabled(tx, endpoint, reason);
  endpoint.failing_since = before.failing_since;
  save(tx, Principal(), before, endpoint, "webhook_endpoint.disabled");
}

}  // namespace lendport

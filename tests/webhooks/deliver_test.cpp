// A delivery is tried until its receiver takes it, whatever the receiver does; nothing sleeps: the
// clock is moved.
#include "crypto/mac.hpp"
#include "events/audit.hpp"
#include "webhooks/stage.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace lendport::webhooks {
namespace {

using namespace std::chrono_literals;

class Delivering : public testing::TestWithParam<db::Engine> {
 protected:
  WebhooksStage& start(std::deque<Answer> script, WebhookSettings settings = quick()) {
    stage_ = std::make_unique<WebhooksStage>(GetParam(), std::move(script), settings);
    return *stage_;
  }
  // Moves the clock to where the only delivery is due; its state then.
  WebhookDelivery next(const WebhookEndpoint& endpoint) {
    const auto before = stage_->log(endpoint).at(0);
    if (before.next_at) stage_->clock.advance(*before.next_at - stage_->clock.now());
    stage_->work();
    return stage_->log(endpoint).at(0);
  }

  std::unique_ptr<WebhooksStage> stage_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Delivering, db::kEngines, db::engine_name);

// What the specification says, written once more here.
bool verifies(const std::string& request, const std::string& secret) {
  const std::string key = *crypto::from_base64(secret.substr(6));
  const std::string text = header(request, "webhook-id") + "." +
                           header(request, "webhook-timestamp") + "." + body(request);
  const std::string wanted = "v1," + crypto::base64(crypto::hmac(crypto::Hash::sha256, key, text));
  const std::string given = " " + header(request, "webhook-signature") + " ";
  return given.find(" " + wanted + " ") != std::string::npos;
}

TEST_P(Delivering, SendsASignedMessage) {
  WebhooksStage& stage = start({});
  const NewEndpoint made = stage.endpoint("https://hooks.example/in?key=1");
  const std::string message = stage.happen();
  stage.work();
  const auto requests = stage.receiver.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(requests[0].starts_with("POST /in?key=1 HTTP/1.1\r\n"));
  EXPECT_EQ(header(requests[0], "webhook-id"), message);
  EXPECT_EQ(header(requests[0], "Content-Type"), "application/json");
  EXPECT_TRUE(verifies(requests[0], made.secret.expose()));
  const json::Value sent = json::parse(body(requests[0]));
  EXPECT_EQ(sent["type"], "application.approved");
  EXPECT_EQ(sent["data"]["subject"]["id"], "app_1");
  EXPECT_EQ(body(requests[0]).find("Ada"), std::string::npos);
  const auto told = stage.told(stage.log(made.endpoint).at(0));
  EXPECT_EQ(told.delivery.state, DeliveryState::delivered);
  EXPECT_EQ(told.delivery.body, body(requests[0]));
  ASSERT_EQ(told.attempts.size(), 1U);
  EXPECT_EQ(told.attempts[0].status, 204);
  EXPECT_TRUE(told.attempts[0].duration);
  stage.clock.advance(24h);
  stage.work();
  EXPECT_EQ(stage.receiver.requests().size(), 1U);
}

TEST_P(Delivering, IsNoTryWhenTheHubDidNotBegin) {
  WebhooksStage& stage = start({});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  while (stage.spread() > 0) {
  }
  std::vector<jobs::Lease> leases;
  stage.db->write_now([&](db::Transaction& tx) {
    leases = jobs::claim(
        tx, {{std::string(kDeliverJob)}, "hub-1", stage.clock.now(), std::chrono::seconds{30}, 1});
  });
  ASSERT_EQ(leases.size(), 1U);
  const Deadline passed = std::chrono::steady_clock::now() - 1s;
  stage.run(stage.webhooks->deliver(leases.front(), passed));
  const auto put_off = stage.told(stage.log(endpoint).at(0));
  EXPECT_EQ(put_off.delivery.state, DeliveryState::pending);
  EXPECT_EQ(put_off.delivery.tries, 0);
  EXPECT_EQ(put_off.delivery.attempts, 0);
  EXPECT_TRUE(put_off.attempts.empty());
  EXPECT_FALSE(stage.shown(endpoint).failing_since);
  EXPECT_EQ(put_off.delivery.next_at, stage.clock.now() + kOwnTroublePause);
  EXPECT_TRUE(stage.receiver.requests().empty());
  EXPECT_EQ(next(endpoint).state, DeliveryState::delivered);
  EXPECT_EQ(stage.told(stage.log(endpoint).at(0)).attempts.size(), 1U);
}

TEST_P(Delivering, SignsWithBothSecretsAfterARotation) {
  WebhooksStage& stage = start({});
  const NewEndpoint made = stage.endpoint("https://hooks.example/in", {"application.approved"});
  const NewEndpoint rotated = stage.run(stage.webhooks->rotate_secret(
      stage.admin, stage.sunrise.id, made.endpoint.id, 1, stage.soon()));
  stage.happen();
  stage.work();
  stage.clock.advance(kSecretOverlap);
  stage.happen();
  stage.work();
  const auto requests = stage.receiver.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(verifies(requests[0], made.secret.expose()));
  EXPECT_TRUE(verifies(requests[0], rotated.secret.expose()));
  EXPECT_FALSE(verifies(requests[1], made.secret.expose()));
  EXPECT_TRUE(verifies(requests[1], rotated.secret.expose()));
}

// Each way to fail, then an answer that takes it: the same message each time.
struct FaultCase {
  const char* name;
  Answer answer;
  const char* error;
  std::chrono::milliseconds wait;
};

std::vector<FaultCase> faults() {
  Answer cut = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"};
  cut.stays = false;
  Answer closed;
  closed.reads = false;
  return {
      {"server error", status(500, "", "oh no"), "status_500", 4'500ms},
      {"client error", status(404), "status_404", 4'500ms},
      {"redirect", status(302, "Location: https://other.example/\r\n"), "status_302", 4'500ms},
      {"cut", cut, "reset", 4'500ms},
      {"closed", closed, "reset", 4'500ms},
      {"no http", {"SSH-2.0-OpenSSH\r\n\r\n", true, false}, "protocol", 4'500ms},
      {"busy", status(429, "Retry-After: 120\r\n"), "status_429", 120'000ms},
      {"busy for ever", status(503, "Retry-After: 999999\r\n"), "status_503", 86'400'000ms},
      {"busy, no time", status(503), "status_503", 4'500ms},
  };
}

TEST_P(Delivering, TriesAgainAfterEachFault) {
  for (const FaultCase& fault : faults()) {
    SCOPED_TRACE(fault.name);
    WebhooksStage& stage = start({fault.answer});
    const WebhookEndpoint endpoint = stage.endpoint().endpoint;
    stage.happen();
    stage.work();
    const WebhookDelivery failed = stage.log(endpoint).at(0);
    EXPECT_EQ(failed.state, DeliveryState::pending);
    EXPECT_EQ(failed.reason, fault.error);
    ASSERT_TRUE(failed.next_at);
    EXPECT_EQ(*failed.next_at - stage.clock.now(), fault.wait);
    EXPECT_TRUE(stage.shown(endpoint).failing_since);
    stage.clock.advance(fault.wait - 1ms);
    stage.work();
    EXPECT_EQ(stage.log(endpoint).at(0).attempts, 1);
    const WebhookDelivery taken = next(endpoint);
    EXPECT_EQ(taken.state, DeliveryState::delivered);
    EXPECT_EQ(taken.message, failed.message);
    EXPECT_EQ(taken.body, failed.body);
    EXPECT_FALSE(stage.shown(endpoint).failing_since);
    const auto attempts = stage.told(taken).attempts;
    ASSERT_EQ(attempts.size(), 2U);
    EXPECT_EQ(attempts[0].error, fault.error);
    EXPECT_EQ(attempts[1].error, "");
    EXPECT_TRUE(stage.other.requests().empty());
  }
}

TEST_P(Delivering, WaitsNoLongerThanItsTimeout) {
  WebhookSettings settings = quick();
  settings.timeout = 200ms;
  Answer silent;
  silent.silent = true;
  WebhooksStage& stage = start({silent}, settings);
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  EXPECT_EQ(stage.log(endpoint).at(0).reason, "timeout");
  EXPECT_EQ(next(endpoint).state, DeliveryState::delivered);
}

TEST_P(Delivering, KeepsTheFirstBytesOfAHugeAnswer) {
  WebhooksStage& stage =
      start({status(200, "", std::string(4 << 20, 'x')), status(500, "", std::string(2000, 'y'))});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  const auto taken = stage.told(stage.log(endpoint).at(0));
  EXPECT_EQ(taken.delivery.state, DeliveryState::delivered);
  EXPECT_EQ(taken.attempts.at(0).answer, std::string(kAnswerBytesMax, 'x'));
  stage.clock.advance(1s);
  stage.happen();
  stage.work();
  EXPECT_EQ(stage.told(stage.log(endpoint).at(0)).attempts.at(0).answer,
            std::string(kAnswerBytesMax, 'y'));
}

TEST_P(Delivering, EndsAfterTenTriesInThreeDays) {
  WebhooksStage& stage = start(std::deque<Answer>(10, status(500)));
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  const Time first = stage.clock.now();
  for (int tries = 2; tries <= 10; ++tries) EXPECT_EQ(next(endpoint).attempts, tries);
  const WebhookDelivery last = stage.log(endpoint).at(0);
  EXPECT_EQ(last.state, DeliveryState::failed);
  EXPECT_EQ(last.reason, "status_500");
  EXPECT_FALSE(last.next_at);
  EXPECT_GT(stage.clock.now() - first, 67h);
  stage.clock.advance(48h);
  stage.work();
  EXPECT_EQ(stage.receiver.requests().size(), 10U);
  std::set<std::string> ids;
  for (const auto& request : stage.receiver.requests()) ids.insert(header(request, "webhook-id"));
  EXPECT_EQ(ids.size(), 1U);
}

TEST_P(Delivering, DisablesAnEndpointThatIsGone) {
  WebhooksStage& stage = start({status(500), status(410)});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  stage.happen();
  stage.work();
  EXPECT_EQ(stage.shown(endpoint).disabled_because, DisabledBecause::gone);
  EXPECT_EQ(stage.event_types_of_org().back(), "webhook_endpoint.disabled");
  std::multiset<std::string> reasons;
  for (const WebhookDelivery& one : stage.log(endpoint)) {
    EXPECT_EQ(one.state, DeliveryState::failed);
    reasons.insert(one.reason);
  }
  EXPECT_EQ(reasons, (std::multiset<std::string>{"endpoint_disabled", "status_410"}));
  stage.clock.advance(24h);
  stage.work();
  EXPECT_EQ(stage.receiver.requests().size(), 2U);
}

TEST_P(Delivering, DisablesAnEndpointThatFailsForDays) {
  WebhooksStage& stage = start(std::deque<Answer>(100, status(500)));
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  const Time first = stage.clock.now();
  while (stage.shown(endpoint).enabled() && stage.clock.now() - first < 24h * 10) {
    stage.clock.advance(12h);
    stage.happen();
    stage.work();
  }
  EXPECT_EQ(stage.shown(endpoint).disabled_because, DisabledBecause::failing);
  EXPECT_EQ(stage.clock.now() - first, 24h * 5);
  const auto types = stage.event_types_of_org();
  EXPECT_EQ(std::count(types.begin(), types.end(), "webhook_endpoint.disabled"), 1);
  // Enabled by hand it begins anew.
  stage.enable(endpoint, true);
  stage.happen();
  stage.work();
  EXPECT_TRUE(stage.shown(endpoint).enabled());
}

TEST_P(Delivering, OneSuccessEndsTheFailing) {
  WebhooksStage& stage = start({status(500), status(200), status(500)});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  EXPECT_EQ(next(endpoint).state, DeliveryState::delivered);
  stage.clock.advance(24h * 6);
  stage.happen();
  stage.work();
  EXPECT_TRUE(stage.shown(endpoint).enabled());
  EXPECT_EQ(stage.shown(endpoint).failing_since, stage.clock.now());
}

TEST_P(Delivering, ReachesNoPrivateAddress) {
  WebhooksStage& stage = start({});
  // A name that resolves to this machine and is no detour of the operator's.
  const WebhookEndpoint endpoint =
      stage.endpoint("https://localhost:" + std::to_string(stage.receiver.port()) + "/in").endpoint;
  stage.happen();
  stage.work();
  const auto told = stage.told(stage.log(endpoint).at(0));
  EXPECT_EQ(told.delivery.reason, "denied");
  EXPECT_EQ(told.attempts.at(0).status, std::nullopt);
  EXPECT_EQ(stage.receiver.connections(), 0);
}

TEST_P(Delivering, GoesOnAfterAKill) {
  WebhooksStage& stage = start({});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  while (stage.spread() > 0) {
  }
  // A process takes the job, writes the attempt down, and is no more.
  std::vector<jobs::Lease> leases;
  stage.db->write_now([&](db::Transaction& tx) {
    leases = jobs::claim(tx, {{std::string(kDeliverJob)}, "dead", stage.clock.now(), 30s, 10});
    tx.execute("UPDATE webhook_deliveries SET attempts = 1");
    tx.execute(
        "INSERT INTO webhook_attempts (org_id, delivery_id, number, started_at_ms, error, answer) "
        "SELECT org_id, id, 1, created_at_ms, '', '' FROM webhook_deliveries");
  });
  ASSERT_EQ(leases.size(), 1U);
  stage.work();
  EXPECT_TRUE(stage.receiver.requests().empty());
  stage.clock.advance(31s);
  stage.work();
  EXPECT_EQ(stage.receiver.requests().size(), 1U);
  const auto told = stage.told(stage.log(endpoint).at(0));
  EXPECT_EQ(told.delivery.state, DeliveryState::delivered);
  ASSERT_EQ(told.attempts.size(), 2U);
  EXPECT_EQ(told.attempts[0].error, "interrupted");
  // The dead one wakes up: its lease is gone, and it may not say anything.
  EXPECT_EQ(db::failure_of([&] {
              stage.db->write_now([&](db::Transaction& tx) { jobs::complete(tx, leases[0]); });
            }),
            ErrorCode::lease_lost);
}

TEST_P(Delivering, OneSlowReceiverHoldsUpNoOther) {
  WebhookSettings settings = quick();
  settings.timeout = 200ms;
  settings.per_endpoint_at_once = 2;
  Answer silent;
  silent.silent = true;
  WebhooksStage& stage = start(std::deque<Answer>(100, silent), settings);
  const WebhookEndpoint slow =
      stage.endpoint("https://hooks.example/in", {"application.approved"}).endpoint;
  const WebhookEndpoint quick_one =
      stage.endpoint("https://other.example/in", {"application.approved"}).endpoint;
  for (int i = 0; i < 12; ++i) stage.happen();
  while (stage.spread() > 0) {
  }
  stage.step();
  EXPECT_EQ(stage.receiver.connections(), 2);
  EXPECT_GE(stage.other.requests().size(), 2U);
  stage.clock.advance(30s);
  stage.step();
  for (int i = 0; i < 8; ++i) {  // those sent away from the quick one come back
    stage.clock.advance(1s);
    stage.step();
  }
  EXPECT_EQ(stage.log(quick_one, {DeliveryState::delivered, {}, {}, {}}).size(), 12U);
  EXPECT_TRUE(stage.log(slow, {DeliveryState::delivered, {}, {}, {}}).empty());
}

}  // namespace
}  // namespace lendport::webhooks

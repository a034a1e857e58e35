// The log of deliveries: read, filtered, sent again, forgotten.
#include "events/audit.hpp"
#include "webhooks/event_types.hpp"
#include "webhooks/stage.hpp"
#include "webhooks/store.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lendport::webhooks {
namespace {

using namespace std::chrono_literals;

class Deliveries : public testing::TestWithParam<db::Engine> {
 protected:
  WebhooksStage& start(std::deque<Answer> script, WebhookSettings settings = quick()) {
    stage_ = std::make_unique<WebhooksStage>(GetParam(), std::move(script), settings);
    return *stage_;
  }
  Recovered recover(const WebhookEndpoint& one, Time since) {
    return stage_->run(
        stage_->webhooks->recover(stage_->admin, one.org, one.id, since, stage_->soon()));
  }
  WebhookDelivery resend(const WebhookDelivery& one) {
    return stage_->run(
        stage_->webhooks->resend(stage_->admin, one.org, one.endpoint, one.id, stage_->soon()));
  }

  std::unique_ptr<WebhooksStage> stage_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Deliveries, db::kEngines, db::engine_name);

TEST_P(Deliveries, APingIsSentWhateverTheEndpointListensTo) {
  WebhooksStage& stage = start({});
  const WebhookEndpoint endpoint =
      stage.endpoint("https://hooks.example/in", {"case.created"}).endpoint;
  const WebhookDelivery ping =
      stage.run(stage.webhooks->ping(stage.admin, endpoint.org, endpoint.id, stage.soon()));
  stage.work();
  ASSERT_EQ(stage.receiver.requests().size(), 1U);
  EXPECT_EQ(header(stage.receiver.requests()[0], "webhook-id"), ping.message.value);
  EXPECT_EQ(stage.told(ping).delivery.state, DeliveryState::delivered);
  EXPECT_EQ(stage.told(ping).delivery.type, kPingType);
}

TEST_P(Deliveries, AreListedNewestFirstAndFiltered) {
  WebhooksStage& stage = start({status(500)});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  const Time first = stage.clock.now();
  stage.happen();
  stage.work();
  stage.clock.advance(1s);
  for (int i = 0; i < 4; ++i) stage.happen("case.created", "{}");
  stage.work();
  const auto all = stage.log(endpoint);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all.back().type, "application.approved");
  const std::pair<DeliveryFilter, std::size_t> cases[] = {
      {{DeliveryState::delivered, {}, {}, {}}, 4},
      {{DeliveryState::pending, {}, {}, {}}, 1},
      {{DeliveryState::failed, {}, {}, {}}, 0},
      {{{}, "case.created", {}, {}}, 4},
      {{{}, "case.changed", {}, {}}, 0},
      {{{}, {}, first, {}}, 5},
      {{{}, {}, first + 1ms, {}}, 4},
      {{{}, {}, {}, first + 1ms}, 1},
      {{{}, {}, first + 1s, first + 1s}, 0},
  };
  for (const auto& [filter, count] : cases) EXPECT_EQ(stage.log(endpoint, filter).size(), count);
  std::set<std::string> seen;
  std::optional<DeliveryPosition> after;
  for (int page = 0; page < 3; ++page) {
    const auto part = stage.run(stage.webhooks->deliveries(stage.admin, endpoint.org, endpoint.id,
                                                           {}, after, 2, stage.soon()));
    ASSERT_EQ(part.size(), page < 2 ? 2U : 1U);
    for (const WebhookDelivery& one : part) seen.insert(one.id.value);
    after = DeliveryPosition{part.back().created_at, part.back().id};
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST_P(Deliveries, AreSentOnceMoreUnderTheSameId) {
  WebhooksStage& stage = start({});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  const WebhookDelivery taken = stage.log(endpoint).at(0);
  EXPECT_EQ(resend(taken).state, DeliveryState::pending);
  EXPECT_EQ(resend(taken).state, DeliveryState::pending);  // twice is once, while it waits
  stage.work();
  const auto requests = stage.receiver.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(header(requests[0], "webhook-id"), header(requests[1], "webhook-id"));
  EXPECT_EQ(body(requests[0]), body(requests[1]));
  EXPECT_EQ(stage.told(taken).attempts.size(), 2U);
  EXPECT_EQ(stage.told(taken).delivery.state, DeliveryState::delivered);
}

TEST_P(Deliveries, ThatFailedGetAllTheirTriesAgain) {
  WebhooksStage& stage = start(std::deque<Answer>(11, status(500)));
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  while (stage.log(endpoint).at(0).next_at) {
    stage.clock.advance(*stage.log(endpoint).at(0).next_at - stage.clock.now());
    stage.work();
  }
  EXPECT_EQ(stage.log(endpoint).at(0).state, DeliveryState::failed);
  resend(stage.log(endpoint).at(0));
  stage.work();
  const WebhookDelivery again = stage.log(endpoint).at(0);
  EXPECT_EQ(again.state, DeliveryState::pending);
  EXPECT_EQ(again.tries, 1);
  EXPECT_EQ(again.attempts, 11);
}

TEST_P(Deliveries, WhatFailedSinceATimeIsRecovered) {
  WebhooksStage& stage = start({});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.enable(endpoint, false);
  for (int i = 0; i < 3; ++i) stage.happen();
  stage.work();
  stage.clock.advance(1h);
  const Time since = stage.clock.now();
  for (int i = 0; i < 4; ++i) stage.happen();
  stage.work();
  EXPECT_EQ(db::failure_of([&] { recover(endpoint, since); }), ErrorCode::conflict);
  EXPECT_EQ(db::failure_of([&] { resend(stage.log(endpoint).at(0)); }), ErrorCode::conflict);
  stage.enable(endpoint, true);
  stage.work();
  const auto before = stage.receiver.requests().size();  // that it was enabled
  const Recovered recovered = recover(endpoint, since);
  EXPECT_EQ(recovered.queued, 4);
  EXPECT_FALSE(recovered.more);
  EXPECT_EQ(recover(endpoint, since).queued, 0);
  stage.work();
  stage.clock.advance(1min);  // those that found no room
  stage.work();
  EXPECT_EQ(stage.receiver.requests().size(), before + 4);
  EXPECT_EQ(stage.log(endpoint, {DeliveryState::failed, {}, {}, {}}).size(), 4U);
  std::vector<std::string> actions;
  stage.db->read_now([&](db::Snapshot& at) {
    actions.clear();
    for (const auto& entry : events::list_audit(at, stage.sunrise.id, 0, 200)) {
      actions.push_back(entry.action);
    }
  });
  EXPECT_EQ(actions.back(), "webhook_endpoint.recovered");
}

TEST_P(Deliveries, AreRecoveredSoManyAtOnce) {
  WebhooksStage& stage = start({});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  const Time since = stage.clock.now();
  stage.db->write_now([&](db::Transaction& tx) {
    for (int i = 0; i < kRecoverMax + 5; ++i) {
      const std::string number = std::to_string(i);
      tx.execute(
          "INSERT INTO webhook_deliveries (id, org_id, endpoint_id, message_id, type, body, state, "
          "reason, tries, attempts, created_at_ms) VALUES ($1, $2, $3, $4, 'case.created', '{}', "
          "'failed', 'timeout', 10, 10, $5)",
          {"dlv_" + number, endpoint.org, endpoint.id, "msg_" + number, since});
    }
  });
  const Recovered first = recover(endpoint, since);
  EXPECT_EQ(first.queued, kRecoverMax);
  EXPECT_TRUE(first.more);
  const Recovered rest = recover(endpoint, since);
  EXPECT_EQ(rest.queued, 5);
  EXPECT_FALSE(rest.more);
}

TEST_P(Deliveries, AreForgottenAfterTheirTime) {
  WebhooksStage& stage = start({status(200), status(500)});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  stage.happen();
  stage.work();
  const auto purge = [&] {
    std::int64_t purged = 0;
    stage.db->write_now(
        [&](db::Transaction& tx) { purged = stage.webhooks->purge(tx, stage.clock.now()); });
    return purged;
  };
  stage.clock.advance(24h * 30);
  EXPECT_EQ(purge(), 0);
  stage.clock.advance(1ms);
  EXPECT_EQ(purge(), 1);
  const auto left = stage.log(endpoint);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].state, DeliveryState::pending) << "what is still tried stays";
  stage.db->read_now([&](db::Snapshot& at) {
    EXPECT_EQ(at.query("SELECT number FROM webhook_attempts").size(), 1U);
  });
}

// A purge that runs while somebody sends one again.
TEST_P(Deliveries, ThatAreSentAgainAreNotForgotten) {
  if (GetParam() == db::Engine::sqlite) GTEST_SKIP() << "one writer at a time";
  WebhooksStage& stage = start({status(410)});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  const WebhookDelivery old = stage.log(endpoint).back();
  ASSERT_EQ(old.state, DeliveryState::failed);
  stage.clock.advance(24h * 31);
  const auto elsewhere = stage.fresh.open();
  std::int64_t purged = -1;
  stage.db->write_now([&](db::Transaction& tx) {
    auto one = lock_delivery(tx, old.org, old.endpoint, old.id);
    one->state = DeliveryState::pending;
    update(tx, *one);
    elsewhere->write_now([&](db::Transaction& beside) {
      beside.execute("SET LOCAL lock_timeout = '2s'");
      purged = stage.webhooks->purge(beside, stage.clock.now());
    });
  });
  EXPECT_EQ(purged, static_cast<std::int64_t>(0)) << "it waits for nobody, and takes nothing";
  EXPECT_EQ(stage.told(old).delivery.state, DeliveryState::pending);
  EXPECT_EQ(stage.told(old).attempts.size(), 1U);
}

TEST_P(Deliveries, OfADeletedEndpointEnd) {
  WebhooksStage& stage = start({status(500)});
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.happen();
  stage.work();
  stage.run(stage.webhooks->remove(stage.admin, endpoint.org, endpoint.id, 1, stage.soon()));
  stage.clock.advance(24h);
  stage.work();
  EXPECT_EQ(stage.receiver.requests().size(), 1U);
  stage.db->read_now([&](db::Snapshot& at) {
    EXPECT_TRUE(at.query("SELECT id FROM jobs").empty());
    EXPECT_TRUE(at.query("SELECT id FROM webhook_deliveries WHERE state = 'pending'").empty());
  });
}

}  // namespace
}  // namespace lendport::webhooks

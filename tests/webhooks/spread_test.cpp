// Every event after an endpoint was made becomes one delivery for it, whoever spreads and however
// often it is interrupted.
#include "events/events.hpp"
#include "webhooks/stage.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace lendport::webhooks {
namespace {

class Spreading : public testing::TestWithParam<db::Engine> {
 protected:
  WebhooksStage stage{GetParam()};

  std::vector<std::string> messages(const WebhookEndpoint& endpoint) {
    std::vector<std::string> found;
    const auto log = stage.log(endpoint);
    for (auto one = log.rbegin(); one != log.rend(); ++one) found.push_back(one->message.value);
    return found;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Spreading, db::kEngines, db::engine_name);

TEST_P(Spreading, TellsWhatHappensAfterTheEndpointWasMade) {
  stage.happen();
  const WebhookEndpoint all = stage.endpoint().endpoint;
  const WebhookEndpoint some =
      stage.endpoint("https://other.example/in", {"case.created"}).endpoint;
  std::vector<std::string> approved;
  for (int i = 0; i < 130; ++i) approved.push_back(stage.happen());
  const std::string opened = stage.happen("case.created", "{}");
  while (stage.spread() > 0) {
  }
  EXPECT_EQ(messages(some), std::vector<std::string>{opened});
  auto told = messages(all);
  ASSERT_EQ(told.size(), 132U);  // the other endpoint's creation is one of them
  EXPECT_EQ(stage.log(all).back().type, "webhook_endpoint.created");
  told.erase(told.begin());
  approved.push_back(opened);
  EXPECT_EQ(told, approved);
  EXPECT_EQ(stage.spread(), 0);
  EXPECT_EQ(messages(all).size(), 132U);
}

TEST_P(Spreading, WritesDownWhatADisabledEndpointMisses) {
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.enable(endpoint, false);
  stage.happen();
  stage.work();
  ASSERT_FALSE(stage.log(endpoint).empty());
  for (const WebhookDelivery& one : stage.log(endpoint)) {
    EXPECT_EQ(one.state, DeliveryState::failed);
    EXPECT_EQ(one.reason, "endpoint_disabled");
  }
  EXPECT_TRUE(stage.receiver.requests().empty());
}

TEST_P(Spreading, KeepsOrgsApart) {
  const WebhookEndpoint ours = stage.endpoint().endpoint;
  const Org other = stage.org("Other");
  stage.db->write_now([&](db::Transaction& tx) {
    events::append(tx, {stage.ids.next<EventId>(),
                        other.id,
                        {"case", "case_1"},
                        "case.created",
                        "{}",
                        "user_2",
                        stage.clock.now()});
  });
  while (stage.spread() > 0) {
  }
  EXPECT_TRUE(messages(ours).empty());
}

TEST_P(Spreading, KeepsEnvironmentsApart) {
  const WebhookEndpoint sandbox = stage.endpoint().endpoint;
  stage.admin.environment = Environment::production;
  const WebhookEndpoint production = stage.endpoint("https://other.example/in").endpoint;
  EXPECT_EQ(stage.shown(production).environment, Environment::production);
  EXPECT_EQ(stage.shown(sandbox).environment, Environment::sandbox);
  stage.db->write_now([&](db::Transaction& tx) {
    events::append(tx, {stage.ids.next<EventId>(),
                        stage.sunrise.id,
                        {"application", "production_app"},
                        "application.approved",
                        "{}",
                        "user_2",
                        stage.clock.now()});
  });
  const std::string both = stage.happen();
  while (stage.spread() > 0) {
  }
  EXPECT_EQ(messages(production).size(), 2U);
  ASSERT_EQ(messages(sandbox).size(), 2U);  // that the other was made, and what is of both
  EXPECT_EQ(messages(sandbox).back(), both);
}

TEST_P(Spreading, OneOrgsBadRowKeepsNobodyFromBeingTold) {
  const WebhookEndpoint good = stage.endpoint().endpoint;
  const std::string first = stage.happen();
  // More of them than are looked for at once, all of them before the good one.
  stage.db->write_now([&](db::Transaction& tx) {
    for (int i = 0; i < kOrgsAtOnce + 1; ++i) {
      const std::string org = "org_0000" + std::to_string(1000 + i);
      ASSERT_LT(org, stage.sunrise.id.value);
      tx.execute(
          "INSERT INTO webhook_endpoints (id, org_id, url, description, environment, event_types, "
          "enabled, disabled_because, sealed_secret, event_sequence, version, created_at_ms, "
          "changed_at_ms) VALUES ($1, $2, '', '', 'nonsense', '', 1, '', $3, 0, 1, 0, 0)",
          {"hook_" + std::to_string(i), org, Blob{"x"}});
      events::append(tx, {stage.ids.next<EventId>(),
                          OrgId{org},
                          {"case", "case_1"},
                          "case.created",
                          "{}",
                          "user_2",
                          stage.clock.now()});
    }
  });
  while (stage.spread() > 0) {
  }
  EXPECT_EQ(messages(good), std::vector<std::string>{first});
  const std::string second = stage.happen();
  EXPECT_EQ(stage.spread(), 1);
  EXPECT_EQ(messages(good).back(), second);
}

TEST_P(Spreading, WritesDownAsFailedWhatIsTooMuch) {
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  stage.db->write_now([&](db::Transaction& tx) {
    for (int i = 0; i < kPendingMax - 1; ++i) {
      const std::string number = std::to_string(i);
      tx.execute(
          "INSERT INTO webhook_deliveries (id, org_id, endpoint_id, message_id, type, body, state, "
          "reason, tries, attempts, created_at_ms) VALUES ($1, $2, $3, $4, 'case.created', '{}', "
          "'pending', '', 0, 0, 0)",
          {"dlv_" + number, endpoint.org, endpoint.id, "msg_" + number});
    }
  });
  const Time since = stage.clock.now();
  for (int i = 0; i < 3; ++i) stage.happen();
  while (stage.spread() > 0) {
  }
  DeliveryFilter filter;
  filter.state = DeliveryState::failed;
  const auto failed = stage.log(endpoint, filter);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].reason, "too_many");
  const auto recover = [&] {
    return stage.run(
        stage.webhooks->recover(stage.admin, endpoint.org, endpoint.id, since, stage.soon()));
  };
  EXPECT_EQ(db::failure_of([&] { recover(); }), ErrorCode::conflict);
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.webhooks->ping(stage.admin, endpoint.org, endpoint.id, stage.soon()));
            }),
            ErrorCode::conflict);
  stage.db->write_now([](db::Transaction& tx) {
    tx.execute("UPDATE webhook_deliveries SET state = 'delivered' WHERE id = 'dlv_1'");
  });
  const Recovered one = recover();
  EXPECT_EQ(one.queued, 1);
  EXPECT_TRUE(one.more);
}

// Writers append while two processes spread.
TEST_P(Spreading, IsOnceBySeveralProcesses) {
  const WebhookEndpoint endpoint = stage.endpoint().endpoint;
  const auto elsewhere = stage.fresh.open();
  Webhooks::Needs needs{*elsewhere,
                        stage.clock,
                        stage.ids,
                        stage.sealing,
                        stage.client,
                        [](std::uint64_t) { return 0; },
                        {}};
  Webhooks second(needs, quick());
  constexpr int kEvents = 200;
  std::atomic<bool> written = false;
  const auto spread_all = [&](Webhooks& webhooks) {
    bool last = false;
    while (!last) {
      last = written;
      while (support::run_task(webhooks.spread()) > 0) {
      }
    }
  };
  std::thread writer([&] {
    for (int i = 0; i < kEvents; ++i) stage.happen();
    written = true;
  });
  std::thread beside([&] { spread_all(second); });
  spread_all(*stage.webhooks);
  writer.join();
  beside.join();
  while (stage.spread() > 0) {  // what one left to the other that had just ended
  }
  const auto log = stage.log(endpoint);
  EXPECT_EQ(log.size(), static_cast<std::size_t>(kEvents));
  std::set<std::int64_t> sequences;
  for (const WebhookDelivery& one : log) sequences.insert(*one.event_sequence);
  ASSERT_EQ(sequences.size(), static_cast<std::size_t>(kEvents));
  EXPECT_EQ(*sequences.rbegin() - *sequences.begin() + 1, kEvents) << "no gap";
}

}  // namespace
}  // namespace lendport::webhooks

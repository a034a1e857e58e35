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

// Lanes keep their order, threads that hang are replaced, the end is bounded.
#include "connectors/pool.hpp"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;

// In every test the pool is made last: its threads use what stands before it until they are joined.

TEST(Lane, RunsInOrderAndOneAtATime) {
  std::vector<std::shared_ptr<Lane>> lanes;
  std::vector<std::vector<int>> seen(8);
  std::vector<std::promise<void>> done(8);
  std::atomic<int> inside[8] = {};
  Pool pool({});
  for (std::size_t i = 0; i < 8; ++i) lanes.push_back(pool.make_lane("lane"));
  for (int n = 0; n < 500; ++n) {
    for (std::size_t i = 0; i < 8; ++i) {
      lanes[i]->post([&, i, n] {
        EXPECT_EQ(inside[i]++, 0);
        seen[i].push_back(n);
        --inside[i];
        if (n == 499) done[i].set_value();
      });
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    done[i].get_future().get();
    for (int n = 0; n < 500; ++n) ASSERT_EQ(seen[i][static_cast<std::size_t>(n)], n);
  }
}

TEST(Lane, RunsOnTheCallersThreadWhenItIsFree) {
  std::thread::id ran;
  std::promise<void> inside;
  std::promise<void> go_on;
  auto gate = go_on.get_future().share();
  Pool pool({});
  const auto lane = pool.make_lane("lane");
  EXPECT_TRUE(lane->try_run([&] { ran = std::this_thread::get_id(); }));
  EXPECT_EQ(ran, std::this_thread::get_id());
  lane->post([&] {
    inside.set_value();
    gate.wait();
  });
  inside.get_future().wait();
  EXPECT_FALSE(lane->try_run([] { FAIL(); }));
  go_on.set_value();
}

TEST(Lane, RefusesMoreThanItsLimit) {
  std::promise<void> go_on;
  auto gate = go_on.get_future().share();
  Pool pool({});
  const auto lane = pool.make_lane("lane");
  lane->post([gate] { gate.wait(); });
  std::size_t taken = 0;
  while (lane->post([] {})) ++taken;
  EXPECT_GE(taken, Lane::kWaitingMax - 1);
  EXPECT_LE(taken, Lane::kWaitingMax);
  go_on.set_value();
}

TEST(Pool, ReplacesAThreadThatHangsAndTakesItsLaneBack) {
  PoolSettings settings;
  settings.threads = 1;
  settings.hung_after = 50ms;
  std::promise<void> go_on;
  std::promise<void> ran;
  std::promise<void> again;
  auto gate = go_on.get_future().share();
  Pool pool(settings);
  const auto hanging = pool.make_lane("hanging");
  const auto other = pool.make_lane("other");
  hanging->post([gate] { gate.wait(); });
  other->post([&] { ran.set_value(); });
  ran.get_future().get();
  EXPECT_EQ(pool.hung_threads(), 1);
  EXPECT_TRUE(hanging->hung());
  EXPECT_FALSE(other->hung());
  go_on.set_value();
  hanging->post([&] { again.set_value(); });
  again.get_future().get();
  EXPECT_FALSE(hanging->hung());
}

TEST(Pool, EndsAlthoughAThreadHangs) {
  auto forever = std::make_shared<std::promise<void>>();
  auto gate = forever->get_future().share();
  {
    PoolSettings settings;
    settings.hung_after = 50ms;
    Pool pool(settings);
    const auto lane = pool.make_lane("hanging");
    lane->post([gate, forever] { gate.wait(); });
    while (pool.hung_threads() == 0) std::this_thread::yield();
  }
  forever->set_value();
}

TEST(Pool, EndsAlthoughMoreThreadsHangThanItReplaces) {
  auto forever = std::make_shared<std::promise<void>>();
  auto gate = forever->get_future().share();
  PoolSettings settings;
  settings.threads = 1;
  settings.hung_after = 50ms;
  settings.replacements_max = 1;
  auto both_hang = std::make_shared<std::promise<void>>();
  auto pool = std::make_unique<Pool>(settings);
  pool->make_lane("hanging")->post([gate] { gate.wait(); });
  pool->make_lane("too")->post([gate, both_hang] {
    both_hang->set_value();
    gate.wait();
  });
  both_hang->get_future().get();
  auto end = std::async(std::launch::async, [&] { pool.reset(); });
  EXPECT_EQ(end.wait_for(20s), std::future_status::ready);
  forever->set_value();
}

}  // namespace
}  // namespace lendport::connectors

// A slow endpoint fills its own lanes and nobody else's.
#include "webhooks/lanes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace lendport::webhooks {
namespace {

using namespace std::chrono_literals;

const Deadline kNow{1h};
const EndpointId kSlow{"hook_slow"};
const EndpointId kOther{"hook_other"};

TEST(Lanes, HoldSoManyOfOneEndpoint) {
  Lanes lanes(2);
  std::chrono::milliseconds wait{};
  auto first = lanes.enter(kSlow, kNow, wait);
  const auto second = lanes.enter(kSlow, kNow, wait);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(lanes.enter(kSlow, kNow, wait));
  EXPECT_GT(wait, 0ms);
  EXPECT_TRUE(lanes.enter(kOther, kNow, wait));
  first.reset();
  EXPECT_TRUE(lanes.enter(kSlow, kNow, wait));
}

TEST(Lanes, SendAQueueAwayToDifferentMoments) {
  Lanes lanes(2);
  std::chrono::milliseconds wait{};
  auto slow = lanes.enter(kSlow, kNow, wait);
  slow->took(10s);
  const auto held = lanes.enter(kSlow, kNow, wait);
  slow.reset();
  const auto again = lanes.enter(kSlow, kNow, wait);
  ASSERT_TRUE(held && again);
  auto last = 0ms;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(lanes.enter(kSlow, kNow, wait));
    if (i < 60) {
      EXPECT_EQ(wait, last + 5s) << i;
    } else {
      EXPECT_EQ(wait, last + Lanes::kAwayStep) << i;
    }
    last = wait;
  }
}

// However many wait, few of them come to ask at a time.
TEST(Lanes, AreAskedByFewOfALongQueueAtATime) {
  Lanes lanes(1);
  std::chrono::milliseconds wait{};
  const auto held = lanes.enter(kSlow, kNow, wait);
  ASSERT_TRUE(held);
  int in_the_worst_minute = 0;
  std::map<std::int64_t, int> by_minute;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_FALSE(lanes.enter(kSlow, kNow, wait));
    const auto minute = std::chrono::floor<std::chrono::minutes>(wait).count();
    in_the_worst_minute = std::max(in_the_worst_minute, ++by_minute[minute]);
  }
  EXPECT_LE(in_the_worst_minute, 1min / Lanes::kAwayStep + 1);
  EXPECT_LE(wait, 3h);
}

TEST(Lanes, AreOutlivedByATurn) {
  std::chrono::milliseconds wait{};
  std::optional<Lanes::Turn> turn;
  {
    Lanes lanes(1);
    turn.emplace(*lanes.enter(kSlow, kNow, wait));
    EXPECT_FALSE(lanes.enter(kSlow, kNow, wait));
  }
  turn->took(1s);
  turn.reset();
}

}  // namespace
}  // namespace lendport::webhooks

// A slow endpoint fills its own lanes and nobody else's.
#include "webhooks/lanes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace lendport::webhooks {
namespace {

using namespace std::chrono_literals;

const Time kNow = from_unix_ms(1'780'000'000'000);
const EndpointId kSlow{"hook_slow"};
const EndpointId kOther{"hook_other"};

TEST(Lanes, HoldSoManyOfOneEndpoint) {
  Lanes lanes(2);
  Time later{};
  auto first = lanes.enter(kSlow, kNow, later);
  const auto second = lanes.enter(kSlow, kNow, later);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(lanes.enter(kSlow, kNow, later));
  EXPECT_GT(later, kNow);
  EXPECT_TRUE(lanes.enter(kOther, kNow, later));
  first.reset();
  EXPECT_TRUE(lanes.enter(kSlow, kNow, later));
}

TEST(Lanes, SendAQueueAwayToDifferentMoments) {
  Lanes lanes(2);
  Time later{};
  auto slow = lanes.enter(kSlow, kNow, later);
  slow->took(10s);
  const auto held = lanes.enter(kSlow, kNow, later);
  slow.reset();
  const auto again = lanes.enter(kSlow, kNow, later);
  ASSERT_TRUE(held && again);
  Time last = kNow;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(lanes.enter(kSlow, kNow, later));
    if (i < 60) {
      EXPECT_EQ(later, last + 5s) << i;
    } else {
      EXPECT_EQ(later, last + Lanes::kAwayStep) << i;
    }
    last = later;
  }
}

// However many wait, few of them come to ask at a time.
TEST(Lanes, AreAskedByFewOfALongQueueAtATime) {
  Lanes lanes(1);
  Time later{};
  const auto held = lanes.enter(kSlow, kNow, later);
  ASSERT_TRUE(held);
  int in_the_worst_minute = 0;
  std::map<std::int64_t, int> by_minute;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_FALSE(lanes.enter(kSlow, kNow, later));
    const auto minute = std::chrono::floor<std::chrono::minutes>(later - kNow).count();
    in_the_worst_minute = std::max(in_the_worst_minute, ++by_minute[minute]);
  }
  EXPECT_LE(in_the_worst_minute, 1min / Lanes::kAwayStep + 1);
  EXPECT_LE(later, kNow + 3h);
}

TEST(Lanes, AreOutlivedByATurn) {
  Time later{};
  std::optional<Lanes::Turn> turn;
  {
    Lanes lanes(1);
    turn.emplace(*lanes.enter(kSlow, kNow, later));
    EXPECT_FALSE(lanes.enter(kSlow, kNow, later));
  }
  turn->took(1s);
  turn.reset();
}

}  // namespace
}  // namespace lendport::webhooks

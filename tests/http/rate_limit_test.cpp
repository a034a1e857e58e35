// Quotas: a burst at once, a steady pace after it, each key for itself, memory bounded.
#include "http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

using namespace std::chrono_literals;

const RateLimits::Moment kStart{1'000'000s};

TEST(RateLimits, GrantABurstAndThenTheSteadyPace) {
  RateLimits limits(10, 5, 100);
  for (std::size_t i = 0; i < 5; ++i) {
    const Quota quota = limits.take("a", kStart);
    EXPECT_TRUE(quota.granted);
    EXPECT_EQ(quota.left, 4 - i);
    EXPECT_EQ(quota.retry_after, 0s);
  }
  const Quota refused = limits.take("a", kStart);
  EXPECT_FALSE(refused.granted);
  EXPECT_EQ(refused.left, 0U);
  EXPECT_EQ(refused.retry_after, 1s);
  EXPECT_FALSE(limits.take("a", kStart + 99ms).granted);
  EXPECT_TRUE(limits.take("a", kStart + 100ms).granted);
  EXPECT_FALSE(limits.take("a", kStart + 199ms).granted);
  EXPECT_TRUE(limits.take("a", kStart + 1h).granted);
  EXPECT_EQ(limits.take("a", kStart + 1h).left, 3U);
}

TEST(RateLimits, CountEachKeyForItself) {
  RateLimits limits(1, 1, 100);
  EXPECT_TRUE(limits.take("a", kStart).granted);
  EXPECT_FALSE(limits.take("a", kStart).granted);
  EXPECT_TRUE(limits.take("b", kStart).granted);
}

TEST(RateLimits, ForgetFullBucketsFirst) {
  RateLimits limits(1, 2, 16 * 4);
  EXPECT_TRUE(limits.take("kept", kStart + 10s).granted);
  EXPECT_TRUE(limits.take("kept", kStart + 10s).granted);
  for (int i = 0; i < 200; ++i) limits.take("idle" + std::to_string(i), kStart);
  EXPECT_FALSE(limits.take("kept", kStart + 10s).granted);
}

TEST(RateLimits, NameTheirPolicy) {
  EXPECT_EQ(RateLimits(1000, 2000, 1).policy(), "\"key\";q=2000;w=2");
}

}  // namespace
}  // namespace lendport::http

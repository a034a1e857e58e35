// Ids rise and do not repeat.
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace lendport::crypto {
namespace {

class SteppedClock final : public Clock {
 public:
  Time now() const override { return from_unix_ms(ms); }
  std::int64_t ms = 1'700'000'000'000;
};

TEST(RandomBytes, AreAsManyAsAskedAndDiffer) {
  EXPECT_EQ(random_bytes(0).size(), 0U);
  EXPECT_EQ(random_bytes(33).size(), 33U);
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

// 10 000 in one millisecond pass the end of the counter twice; then the clock steps back.
TEST(RandomIds, RiseWithinAMillisecondAndWhenTheClockStepsBack) {
  SteppedClock clock;
  RandomIds ids(clock);
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    if (i == 9'000) clock.ms -= 60'000;
    const std::string id = ids.next_uuid();
    ASSERT_TRUE(is_uuid_v7(id)) << id;
    ASSERT_LT(last, id);
    last = id;
  }
}

TEST(RandomIds, CarryTheTime) {
  SteppedClock clock;
  RandomIds ids(clock);
  EXPECT_EQ(ids.next_uuid().substr(0, 13), "018bcfe5-6800");
  EXPECT_TRUE(ids.next<JobId>().value.starts_with("job_018bcfe5-6800-7"));
}

TEST(RandomIds, DifferAcrossThreads) {
  const SystemClock clock;
  RandomIds ids(clock);
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mine.push_back(ids.next_uuid());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4000U);
}

}  // namespace
}  // namespace lendport::crypto

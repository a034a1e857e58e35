// Places by name: so many at once, a line of bounded length, each in turn.
#include "connectors/bulkhead.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <vector>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// Those who wait, each on a strand of its own, until `patience` from now.
struct Line {
  std::future<bool> join(const std::string& name, std::chrono::milliseconds patience) {
    return boost::asio::co_spawn(boost::asio::make_strand(io),
                                 places.wait_for(name, 1, steady_clock::now() + patience),
                                 boost::asio::use_future);
  }
  ~Line() { io.join(); }

  Bulkhead places;
  boost::asio::thread_pool io{2};
};

TEST(Bulkhead, GivesSoManyPlacesUnderEachName) {
  Bulkhead places;
  EXPECT_TRUE(places.take("a", 2));
  EXPECT_TRUE(places.take("a", 2));
  EXPECT_FALSE(places.take("a", 2));
  EXPECT_TRUE(places.take("b", 2));
  places.give_back("a", 1ms);
  EXPECT_TRUE(places.take("a", 2));
  EXPECT_EQ(places.in_use("a"), 2);
  EXPECT_EQ(places.in_use("nobody"), 0);
}

TEST(Bulkhead, HandsAPlaceToWhoWaits) {
  Line line;
  ASSERT_TRUE(line.places.take("a", 1));
  auto waiting = line.join("a", 10s);
  auto other = line.join("b", 10s);
  EXPECT_TRUE(other.get()) << "another name waits for nobody";
  EXPECT_EQ(waiting.wait_for(20ms), std::future_status::timeout);
  line.places.give_back("a", 1ms);
  EXPECT_TRUE(waiting.get());
  EXPECT_EQ(line.places.in_use("a"), 1);
}

TEST(Bulkhead, LetsNobodyWaitForever) {
  Line line;
  ASSERT_TRUE(line.places.take("a", 1));
  EXPECT_FALSE(line.join("a", 20ms).get());
  line.places.give_back("a", 1ms);
  EXPECT_TRUE(line.places.take("a", 1)) << "who left the line keeps no place";
}

TEST(Bulkhead, RefusesAtOnceWhenTooManyWait) {
  Line line;
  ASSERT_TRUE(line.places.take("a", 1));
  std::vector<std::future<bool>> all;
  for (std::size_t i = 0; i < kWaitingMax + 3; ++i) all.push_back(line.join("a", 30s));
  const auto refused = [&] {
    return std::count_if(all.begin(), all.end(), [](const std::future<bool>& one) {
      return one.wait_for(1ms) == std::future_status::ready;
    });
  };
  while (refused() < 3) {
  }
  EXPECT_EQ(refused(), 3);
  for (std::size_t i = 0; i <= kWaitingMax; ++i) line.places.give_back("a", 1ms);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](auto& one) { return one.get(); }),
            static_cast<std::ptrdiff_t>(kWaitingMax));
}

TEST(Bulkhead, SendsThoseItRefusesAwayOneAfterTheOther) {
  Bulkhead places;
  ASSERT_TRUE(places.take("slow", 1));
  ASSERT_TRUE(places.take("other", 1));
  places.give_back("other", 1ms);
  const auto first = places.turn("slow", 1, 500ms);
  const auto second = places.turn("slow", 1, 500ms);
  EXPECT_GE(first, 500ms);
  EXPECT_GT(second, first);
  // As slow as it was lately, the next is a while away; what is fast comes back at once.
  for (int i = 0; i < 40; ++i) {
    places.give_back("slow", 10s);
    ASSERT_TRUE(places.take("slow", 1));
  }
  const auto before = places.turn("slow", 1, 0ms);
  EXPECT_GE(places.turn("slow", 1, 0ms) - before, 900ms);
  for (int i = 0; i < 100; ++i) places.turn("slow", 1, 0ms);
  EXPECT_LE(places.turn("slow", 1, 0ms), 31s);
  EXPECT_LE(places.turn("fast", 1, 0ms), 10ms);
}

}  // namespace
}  // namespace lendport::connectors

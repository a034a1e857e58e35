// The register of connections: places are counted and given back, late ones are found.
#include "http/connections.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

using namespace std::chrono_literals;

class Probe final : public Connection {
 public:
  explicit Probe(Moment deadline) { set_deadline(deadline); }
  void expire() override { ++expired; }
  void drain() override { ++drained; }
  void cut() override { ++cuts; }

  int expired = 0;
  int drained = 0;
  int cuts = 0;
};

TEST(Connections, HoldTheirLimits) {
  Connections connections(3, 2);
  auto first = connections.take_place("a");
  auto second = connections.take_place("a");
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(connections.take_place("a"), nullptr);
  auto third = connections.take_place("b");
  EXPECT_EQ(connections.take_place("c"), nullptr);
  EXPECT_EQ(connections.count(), 3U);
  first.reset();
  EXPECT_NE(connections.take_place("a"), nullptr);
}

TEST(Connections, FindThoseThatOverstayed) {
  Connections connections(10, 10);
  const Connection::Moment now{100s};
  const auto late = std::make_shared<Probe>(now - 1s);
  const auto good = std::make_shared<Probe>(now + 1s);
  const auto gone = std::make_shared<Probe>(now - 1s);
  for (const auto& probe : {late, good, gone}) connections.add(probe);
  connections.remove(gone.get());
  connections.sweep(now);
  EXPECT_EQ(late->expired, 1);
  EXPECT_EQ(good->expired, 0);
  EXPECT_EQ(gone->expired, 0);
  connections.drain();
  EXPECT_TRUE(connections.draining());
  EXPECT_EQ(good->drained, 1);
  connections.cut();
  EXPECT_EQ(good->cuts, 1);
}

TEST(Connections, SayWhenTheLastPlaceIsGivenBack) {
  Connections connections(10, 10);
  auto place = connections.take_place("a");
  EXPECT_FALSE(connections.wait_until_empty(Connection::Moment::clock::now() + 1ms));
  place.reset();
  EXPECT_TRUE(connections.wait_until_empty(Connection::Moment::clock::now() + 1ms));
}

}  // namespace
}  // namespace lendport::http

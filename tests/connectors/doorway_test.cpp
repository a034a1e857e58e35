// Who may call now: the breaker first, then the places at the connection and at its connector.
#include "connectors/doorway.hpp"

#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;

Caller caller(const std::string& connection, const std::string& plugin = "lender",
              int at_once = 2) {
  return {plugin, ConnectionId{connection}, at_once};
}

std::shared_ptr<Doorway> doorway(int per_plugin = 3) {
  return std::make_shared<Doorway>(DoorwaySettings{{2, 30ms}, 16, per_plugin});
}

TEST(Doorway, KeepsASlowLenderFromTheOthers) {
  const auto door = doorway();
  std::vector<Place> held;
  for (const char* connection : {"one", "one", "two"}) {
    held.push_back(door->admit(caller(connection)).place);
    EXPECT_TRUE(held.back()) << connection;
  }
  EXPECT_EQ(door->health(ConnectionId{"one"}).in_flight, 2);
  EXPECT_EQ(door->admit(caller("one")).code, kBusyCode) << "its own places are taken";
  EXPECT_EQ(door->admit(caller("two")).code, kBusyCode) << "those of its connector are";
  EXPECT_TRUE(door->admit(caller("three", "another lender")).place);
  held.clear();
  EXPECT_EQ(door->health(ConnectionId{"one"}).in_flight, 0);
  EXPECT_TRUE(door->admit(caller("two")).place);
}

TEST(Doorway, AsksForNoPlaceAtALenderThatIsDown) {
  const auto door = doorway();
  const Place slow = door->admit(caller("one")).place;
  for (int i = 0; i < 2; ++i) door->circuits().note(ConnectionId{"one"}, false);
  const Admission refused = door->admit(caller("one"));
  EXPECT_EQ(refused.code, kDownCode);
  EXPECT_GT(refused.retry_after, 0ms);
  EXPECT_EQ(door->health(ConnectionId{"one"}).in_flight, 1);

  Admission probe;
  while (!probe.place) probe = door->admit(caller("one"));
  EXPECT_EQ(door->admit(caller("one", "lender", 9)).code, kDownCode)
      << "one call sees whether it is back";
  probe.place.reset();  // it never reached the lender
  EXPECT_TRUE(door->admit(caller("one")).place) << "though another call is under way";
}

TEST(Doorway, WaitsForAPlaceAndNotForALenderThatIsDown) {
  const auto door = doorway();
  const auto ask = [&](std::chrono::milliseconds patience) {
    const Deadline until = std::chrono::steady_clock::now() + patience;
    return support::run_task(door->admit_in_turn(caller("one"), until));
  };
  std::vector<Place> held{door->admit(caller("one")).place, door->admit(caller("one")).place};
  EXPECT_EQ(ask(20ms).code, kBusyCode);
  held.pop_back();
  EXPECT_TRUE(ask(20ms).place);
  for (int i = 0; i < 2; ++i) door->circuits().note(ConnectionId{"one"}, false);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ask(10s).code, kDownCode);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

TEST(Doorway, OutlivesItsMaker) {
  auto door = doorway();
  Place place = door->admit(caller("one")).place;
  door.reset();
  place.reset();
}

}  // namespace
}  // namespace lendport::connectors

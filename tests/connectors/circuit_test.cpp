// The breaker of a connection: closed, open, half open, and what is told of it.
#include "connectors/circuit.hpp"

#include <gtest/gtest.h>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;

const ConnectionId kOne{"conn_1"};

// Enters once the circuit lets somebody in.
Circuits::Entry next_entry(Circuits& circuits) {
  Circuits::Entry entry{false, false, {}};
  while (!entry.admitted) entry = circuits.enter(kOne);
  return entry;
}

void fail(Circuits& circuits, int times) {
  for (int i = 0; i < times; ++i) circuits.note(kOne, false);
}

// "down conn_1" for what is to be told; says that it was.
std::string tell(Circuits& circuits) {
  std::string said;
  for (const CircuitChange& change : circuits.changes()) {
    said += (change.down ? "down " : "up ") + change.connection.value;
    circuits.told(change);
  }
  return said;
}

TEST(Circuits, OpenAfterFailuresInARowAndCloseAfterOneAnswer) {
  Circuits circuits({3, 30ms});
  for (const bool answered : {false, false, true, false, false}) circuits.note(kOne, answered);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::closed);
  circuits.note(kOne, false);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);
  const Circuits::Entry refused = circuits.enter(kOne);
  EXPECT_FALSE(refused.admitted);
  EXPECT_GT(refused.retry_after, 0ms);
  EXPECT_LE(refused.retry_after, 30ms);
  EXPECT_TRUE(circuits.enter(ConnectionId{"conn_2"}).admitted);

  // After its time one call is let in; if that is not answered either it stays open.
  EXPECT_TRUE(next_entry(circuits).probe);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::half_open);
  EXPECT_FALSE(circuits.enter(kOne).admitted);
  circuits.note(kOne, false);
  circuits.leave_probe(kOne);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);

  EXPECT_TRUE(next_entry(circuits).probe);
  circuits.leave_probe(kOne);  // it never reached the lender: another may try
  EXPECT_TRUE(circuits.enter(kOne).probe);
  circuits.note(kOne, true);
  circuits.leave_probe(kOne);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::closed);
  EXPECT_FALSE(circuits.enter(kOne).probe);
  fail(circuits, 2);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::closed);
}

TEST(Circuits, OpenWhenHalfOfTheLastRequestsFailed) {
  Circuits circuits({100, 1s});
  for (int i = 0; i < kCircuitWindow - 1; ++i) circuits.note(kOne, i % 2 == 1);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::closed) << "the window is not full";
  circuits.note(kOne, true);
  circuits.note(kOne, false);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);

  Circuits mostly_well({100, 1s});
  for (int i = 0; i < 10 * kCircuitWindow; ++i) mostly_well.note(kOne, i % 3 != 0);
  EXPECT_EQ(mostly_well.health(kOne).circuit, Circuit::closed);
}

TEST(Circuits, TellOnceThatALenderIsDownAndOnceThatItIsBack) {
  Circuits circuits({2, 1ms});
  fail(circuits, 1);
  EXPECT_EQ(tell(circuits), "");
  fail(circuits, 1);
  EXPECT_EQ(circuits.changes().size(), 1U);
  EXPECT_EQ(tell(circuits), "down conn_1") << "until it was told";
  fail(circuits, 3);
  EXPECT_EQ(tell(circuits), "");
  circuits.note(kOne, true);
  EXPECT_EQ(tell(circuits), "up conn_1");
  EXPECT_EQ(tell(circuits), "");
}

TEST(Circuits, SayNothingOfWhatIsOverBeforeItWasTold) {
  Circuits circuits({1, 1ms});
  fail(circuits, 1);
  circuits.note(kOne, true);
  EXPECT_EQ(tell(circuits), "");
}

TEST(Circuits, KnowOfALenderThatWasDownBefore) {
  Circuits circuits({2, 1s});
  circuits.expect_down({kOne});
  EXPECT_EQ(tell(circuits), "");
  EXPECT_TRUE(circuits.enter(kOne).admitted) << "nothing of this process says that it is down";
  circuits.note(kOne, true);
  EXPECT_EQ(tell(circuits), "up conn_1");

  // What this process knows better is not overturned.
  circuits.expect_down({kOne});
  fail(circuits, 2);
  EXPECT_EQ(tell(circuits), "");
  circuits.expect_down({kOne});
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);
  circuits.note(kOne, true);
  EXPECT_EQ(tell(circuits), "up conn_1");
}

// Another process told that it is down, and that it is back.
TEST(Circuits, ForgetWhatWasOnlyExpected) {
  Circuits circuits({2, 1s});
  circuits.expect_down({kOne, ConnectionId{"conn_2"}});
  circuits.expect_down({ConnectionId{"conn_2"}});
  EXPECT_EQ(tell(circuits), "");
  fail(circuits, 2);
  EXPECT_EQ(tell(circuits), "down conn_1") << "the next outage is news";
  // Its own breaker says that it is down, whatever others tell.
  circuits.expect_down({});
  EXPECT_EQ(tell(circuits), "");
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);
  circuits.note(kOne, true);
  EXPECT_EQ(tell(circuits), "up conn_1");
}

}  // namespace
}  // namespace lendport::connectors

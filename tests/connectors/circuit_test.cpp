// The circuit of a connection: closed, open, half open, and the count of calls under way.
#include "connectors/circuit.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;

const ConnectionId kOne{"conn_1"};

TEST(Circuits, AdmitUpToTheLimit) {
  Circuits circuits(3, 1s);
  EXPECT_TRUE(circuits.enter(kOne, 2).admitted);
  EXPECT_TRUE(circuits.enter(kOne, 2).admitted);
  EXPECT_TRUE(circuits.enter(kOne, 2).full);
  EXPECT_TRUE(circuits.enter(ConnectionId{"conn_2"}, 2).admitted);
  circuits.leave(kOne);
  EXPECT_TRUE(circuits.enter(kOne, 2).admitted);
  EXPECT_EQ(circuits.health(kOne).in_flight, 2);
}

TEST(Circuits, OpenAfterFailuresInARowAndCloseAfterOneAnswer) {
  Circuits circuits(3, 30ms);
  for (const bool answered : {false, false, true, false, false}) circuits.note(kOne, answered);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::closed);
  circuits.note(kOne, false);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);
  EXPECT_FALSE(circuits.enter(kOne, 9).admitted);

  // After its time one call is let in; if that is not answered either it stays open.
  const auto probe = [&] {
    Circuits::Admission admission;
    while (!admission.admitted) admission = circuits.enter(kOne, 9);
    return admission;
  };
  EXPECT_TRUE(probe().admitted);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::half_open);
  EXPECT_FALSE(circuits.enter(kOne, 9).admitted);
  circuits.note(kOne, false);
  circuits.leave(kOne);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::open);

  EXPECT_TRUE(probe().admitted);
  circuits.leave(kOne);  // it never reached the lender: another may try
  EXPECT_TRUE(circuits.enter(kOne, 9).admitted);
  circuits.note(kOne, true);
  circuits.leave(kOne);
  EXPECT_EQ(circuits.health(kOne).circuit, Circuit::closed);
  EXPECT_TRUE(circuits.enter(kOne, 9).admitted);
}

}  // namespace
}  // namespace lendport::connectors

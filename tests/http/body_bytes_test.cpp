// The memory of bodies: each sender has its share of all.
#include "http/body_bytes.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

using Room = BodyBytes::Room;

TEST(BodyBytes, HoldTheirLimits) {
  BodyBytes bytes(100, 40);
  EXPECT_EQ(bytes.take("a", 40), Room::enough);
  EXPECT_EQ(bytes.take("a", 1), Room::not_of_sender);
  EXPECT_EQ(bytes.take("b", 41), Room::not_of_sender);
  EXPECT_EQ(bytes.take("b", 40), Room::enough);
  EXPECT_EQ(bytes.take("", 21), Room::none);
  EXPECT_EQ(bytes.take("", 20), Room::enough);
  EXPECT_EQ(bytes.take("", 1), Room::none);
  EXPECT_EQ(bytes.take("", 0), Room::enough);
}

TEST(BodyBytes, GiveBackWhatWasTaken) {
  BodyBytes bytes(100, 100);
  EXPECT_EQ(bytes.take("a", 60), Room::enough);
  EXPECT_EQ(bytes.take("b", 40), Room::enough);
  bytes.give_back("a", 10);
  EXPECT_EQ(bytes.take("b", 11), Room::none);
  EXPECT_EQ(bytes.take("b", 10), Room::enough);
  bytes.give_back("a", 50);
  bytes.give_back("b", 50);
  bytes.give_back("nobody", 0);
  EXPECT_EQ(bytes.take("c", 100), Room::enough);
}

TEST(BodyBytes, CountNothingOfWhatIsRefused) {
  BodyBytes bytes(100, 40);
  EXPECT_EQ(bytes.take("a", 41), Room::not_of_sender);
  EXPECT_EQ(bytes.take("a", 101), Room::none);
  EXPECT_EQ(bytes.take("a", 40), Room::enough);
}

}  // namespace
}  // namespace lendport::http

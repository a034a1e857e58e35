// Words of the wire for plans, care levels, segments and states of a user.
#include "orgs/org.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(OrgWords, AreReadAsTheyAreWritten) {
  for (Plan plan : {Plan::starter, Plan::premium, Plan::pro}) {
    EXPECT_EQ(parse_plan(to_string(plan)), plan);
  }
  for (Care care : {Care::standard, Care::priority}) EXPECT_EQ(parse_care(to_string(care)), care);
  for (Segment segment : {Segment::residential, Segment::commercial}) {
    EXPECT_EQ(parse_segment(to_string(segment)), segment);
  }
  for (UserStatus status : {UserStatus::active, UserStatus::deactivated}) {
    EXPECT_EQ(parse_user_status(to_string(status)), status);
  }
}

TEST(OrgWords, OthersAreNone) {
  for (const char* word : {"", "Starter", "gold", " pro"}) {
    EXPECT_FALSE(parse_plan(word)) << word;
    EXPECT_FALSE(parse_care(word)) << word;
    EXPECT_FALSE(parse_segment(word)) << word;
    EXPECT_FALSE(parse_user_status(word)) << word;
  }
}

}  // namespace
}  // namespace lendport

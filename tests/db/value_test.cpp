// Rows give what was selected and refuse what was not.
#include "db/value.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport::db {
namespace {

Row row() {
  return Row(std::make_shared<const std::vector<std::string>>(
                 std::vector<std::string>{"number", "text", "bytes", "nothing"}),
             {std::int64_t{5}, std::string("five"), Blob{"5"}, std::monostate{}});
}

TEST(Row, GivesEachColumnAsItsType) {
  EXPECT_EQ(row().integer("number"), 5);
  EXPECT_EQ(row().time("number"), from_unix_ms(5));
  EXPECT_TRUE(row().flag("number"));
  EXPECT_EQ(row().text("text"), "five");
  EXPECT_EQ(row().blob("bytes"), Blob{"5"});
  EXPECT_EQ(row().id<JobId>("text"), JobId{"five"});
  EXPECT_EQ(row().optional_text("nothing"), std::nullopt);
  EXPECT_EQ(row().optional_integer("nothing"), std::nullopt);
  EXPECT_EQ(row().optional_blob("nothing"), std::nullopt);
  EXPECT_EQ(row().optional_time("nothing"), std::nullopt);
  EXPECT_EQ(row().optional_time("number"), from_unix_ms(5));
}

TEST(Row, CallsEverythingElseABug) {
  EXPECT_THROW(row().integer("text"), Error);
  EXPECT_THROW(row().text("number"), Error);
  EXPECT_THROW(row().blob("text"), Error);
  EXPECT_THROW(row().optional_text("bytes"), Error);
  EXPECT_THROW(row().text("nothing"), Error);
  EXPECT_THROW(row().text("other"), Error);
}

TEST(Value, TakesWhatStoresHandOver) {
  EXPECT_EQ(Value(OrgId{"org_1"}).content(), Value("org_1").content());
  EXPECT_EQ(Value(from_unix_ms(7)).content(), Value(7).content());
  EXPECT_EQ(Value(true).content(), Value(1).content());
  EXPECT_EQ(Value(std::optional<std::string>()).content(), Value(nullptr).content());
  EXPECT_EQ(Value(std::optional<Time>(from_unix_ms(7))).content(), Value(7).content());
}

}  // namespace
}  // namespace lendport::db

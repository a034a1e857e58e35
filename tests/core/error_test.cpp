// The error type and the bridge from values to exceptions.
#include "core/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lendport {
namespace {

TEST(Result, ThrowsTheErrorItHolds) {
  const Result<int> none = Error(ErrorCode::conflict, "the number is taken");
  try {
    none.value();
    FAIL() << "value() returned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_STREQ(error.what(), "the number is taken");
  }
}

TEST(Error, NamesEveryViolation) {
  const Error error(
      {{"/amount", "required", "is required"}, {"/term", "type", "must be a number"}});
  EXPECT_EQ(error.code(), ErrorCode::invalid_input);
  EXPECT_EQ(error.violations().size(), 2u);
}

TEST(ErrorCode, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::lease_lost); ++code) {
    EXPECT_TRUE(names.insert(to_string(static_cast<ErrorCode>(code))).second) << code;
  }
}

}  // namespace
}  // namespace lendport

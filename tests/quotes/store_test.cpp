// A stored schedule comes back to the cent, or not at all.
#include "quotes/store.hpp"

#include "core/error.hpp"
#include "quotes/engine/level_loan.hpp"

#include <gtest/gtest.h>

namespace lendport::quotes {
namespace {

TEST(StoredSchedule, ComesBackRowByRow) {
  for (int months : {1, 2, 240, 600}) {
    const auto loan = level_loan({2'100'000, Rate{6'990'000'000}, months});
    EXPECT_EQ(schedule_in(schedule_text(loan->rows), 2'100'000), loan->rows) << months;
  }
}

TEST(StoredSchedule, ThatDoesNotAddUpIsAnInternalError) {
  for (const char* text :
       {"", "100,1", "100;1;", "100,1;x,2;", "100,1;99,1;", "9223372036854775808,1;", "100,;"}) {
    try {
      schedule_in(text, 200);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::internal) << text;
    }
  }
  EXPECT_EQ(schedule_in("100,1;100,1;", 200).size(), 2U);
}

}  // namespace
}  // namespace lendport::quotes

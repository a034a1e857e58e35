// Moments and dates in their wire form.
#include "core/time.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(Time, RoundTripsThroughItsSpelling) {
  for (const char* text : {"1970-01-01T00:00:00.000Z", "2026-02-28T23:59:59.999Z",
                           "2024-02-29T12:00:00.001Z", "9999-12-31T23:59:59.000Z"}) {
    EXPECT_EQ(format_time(parse_time(text).value()), text);
  }
}

TEST(Time, TakesOffsetsAndShortFractions) {
  EXPECT_EQ(format_time(parse_time("2026-05-04T09:30:00+02:00").value()),
            "2026-05-04T07:30:00.000Z");
  EXPECT_EQ(format_time(parse_time("2026-05-04t09:30:00.5z").value()), "2026-05-04T09:30:00.500Z");
  EXPECT_EQ(format_time(parse_time("2026-05-04T09:30:00.123456-05:30").value()),
            "2026-05-04T15:00:00.123Z");
}

TEST(Time, RefusesWhatIsNotAMoment) {
  for (const char* text :
       {"", "2026-05-04", "2026-05-04 09:30:00Z", "2026-05-04T09:30:00", "2026-02-30T00:00:00Z",
        "2026-05-04T24:00:00Z", "2026-05-04T09:60:00Z", "1969-12-31T23:59:59Z",
        "2026-05-04T09:30:00.Z", "2026-05-04T09:30:00Zx", "2026-5-4T09:30:00Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Date, ExistsInTheCalendar) {
  EXPECT_EQ(format_date(parse_date("2024-02-29").value()), "2024-02-29");
  for (const char* text : {"2026-02-29", "2026-13-01", "1899-01-01", "2026-1-1", "0000-00-00"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace lendport

// Rates: exact decimals, and the two ways a percentage meets an amount.
#include "core/rate.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

Money usd(std::string_view amount) {
  return parse_money(amount, Currency::parse("USD").value()).value();
}

TEST(ParseRate, KeepsEveryDecimal) {
  EXPECT_EQ(parse_rate("5.99")->billionths, 5'990'000'000);
  EXPECT_EQ(parse_rate("0")->billionths, 0);
  EXPECT_EQ(parse_rate("0.000000001")->billionths, 1);
  EXPECT_EQ(parse_rate("1000")->billionths, kRateBillionthsMax);
}

TEST(ParseRate, RefusesWhatIsNotARate) {
  for (const char* text : {"", "-1", "+1", "5,99", "5.", ".5", "5.9999999999", "1000.1", "1e2",
                           "99999", "5.99%", " 5", "nan"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

TEST(FormatRate, IsTheShortestSpelling) {
  for (const char* text : {"5.99", "0", "15.5", "0.000000001", "1000"}) {
    EXPECT_EQ(format_rate(parse_rate(text).value()), text);
  }
  EXPECT_EQ(format_rate(parse_rate("5.9900").value()), "5.99");
}

TEST(PercentOf, RoundsHalfAwayFromZero) {
  EXPECT_EQ(percent_of(parse_rate("5").value(), usd("20000")), usd("1000"));
  EXPECT_EQ(percent_of(parse_rate("0.5").value(), usd("1.00")), usd("0.01"));
  EXPECT_EQ(percent_of(parse_rate("0.4").value(), usd("1.00")), usd("0"));
  EXPECT_EQ(percent_of(parse_rate("1000").value(), usd("900000000000.00")).minor_units,
            900'000'000'000'000);
}

TEST(GrossUp, MatchesThePublishedDealerFeeExamples) {
  EXPECT_EQ(gross_up(parse_rate("5").value(), usd("20000")), usd("21052.63"));
  EXPECT_EQ(gross_up(parse_rate("15.5").value(), usd("40931.25")), usd("48439.35"));
}

}  // namespace
}  // namespace lendport

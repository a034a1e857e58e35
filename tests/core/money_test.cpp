// Amounts: what is one, how it is spelled.
#include "core/money.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

// Minor units, or -1 for "refused".
std::int64_t parsed(std::string_view amount, std::string_view currency = "USD") {
  const auto money = parse_money(amount, Currency::parse(currency).value());
  return money ? money->minor_units : -1;
}

TEST(ParseMoney, ReadsPlainAmounts) {
  EXPECT_EQ(parsed("0"), 0);
  EXPECT_EQ(parsed("1234.56"), 123456);
  EXPECT_EQ(parsed("1234.5"), 123450);
  EXPECT_EQ(parsed("007"), 700);
  EXPECT_EQ(parsed("120", "JPY"), 120);
  EXPECT_EQ(parsed("1.250", "KWD"), 1250);
  EXPECT_EQ(parsed("9999999999999.99"), kMinorUnitsMax);
}

TEST(ParseMoney, RefusesWhatIsNotAnAmount) {
  for (const char* amount :
       {"", ".", "1.", ".5", "-1.00", "+1.00", "1e3", " 1.00", "1.00 ", "1.000", "1,00", "0x10",
        "10000000000000.00", "92233720368547758.08", "1.0.0", "\xD9\xA1"}) {
    EXPECT_EQ(parsed(amount), -1) << '"' << amount << '"';
  }
  EXPECT_EQ(parsed("1.0", "JPY"), -1);
}

TEST(ParseMoney, TakesASignOnlyWhereAllowed) {
  const Currency usd = Currency::parse("USD").value();
  EXPECT_EQ(parse_money("-12.30", usd, true)->minor_units, -1230);
  EXPECT_FALSE(parse_money("--1", usd, true));
}

TEST(FormatAmount, WritesAllDecimalsOfTheCurrency) {
  const auto written = [](std::int64_t units, std::string_view currency) {
    return format_amount({units, Currency::parse(currency).value()});
  };
  EXPECT_EQ(written(0, "USD"), "0.00");
  EXPECT_EQ(written(5, "USD"), "0.05");
  EXPECT_EQ(written(-5, "USD"), "-0.05");
  EXPECT_EQ(written(120000, "EUR"), "1200.00");
  EXPECT_EQ(written(7, "JPY"), "7");
  EXPECT_EQ(written(7, "KWD"), "0.007");
}

TEST(Currency, IsOneOfTheListed) {
  EXPECT_TRUE(Currency::parse("EUR"));
  for (const char* code : {"", "usd", "US", "USDX", "ABC"}) EXPECT_FALSE(Currency::parse(code));
}

}  // namespace
}  // namespace lendport

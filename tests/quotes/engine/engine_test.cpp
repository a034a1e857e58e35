#include "quotes/engine/engine.hpp"

#include "quotes/engine/vectors.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>

#include <random>

namespace lendport::quotes {
namespace {

using Decimal = boost::multiprecision::cpp_dec_float_50;

Costs costs(const std::string& system) {
  Costs costs;
  costs.system_cost = usd(system);
  return costs;
}

LoanTerms terms(const std::string& percent, int months) {
  LoanTerms terms;
  terms.rate = rate(percent);
  terms.term_months = months;
  return terms;
}

// The one place that calls price: "" or the limit that was broken.
std::string limit(const Costs& costs, const LoanTerms& terms) {
  const auto outcome = price(costs, terms, FeeHandling::in_loan);
  const auto* refusal = std::get_if<Refusal>(&outcome);
  EXPECT_FALSE(refusal != nullptr && refusal->detail.empty());
  return refusal == nullptr ? "" : refusal->code;
}

TEST(Price, TiesAmountsScheduleAndRate) {
  LoanTerms product = terms("5.99", 300);
  product.dealer_fee.percent = rate("5");
  const auto outcome = price(costs("20000"), product, FeeHandling::in_loan);
  const auto& priced = std::get<Priced>(outcome);
  EXPECT_EQ(format_amount(priced.amounts.sent), "21052.63");
  EXPECT_EQ(priced.loan.payment_minor, 13'551);
  EXPECT_EQ(priced.total_of_payments, priced.amounts.financed + priced.finance_charge);
  EXPECT_NEAR(static_cast<double>(priced.apr.billionths), 5.99e9, 1e5);
  EXPECT_TRUE(priced.apr_within_tolerance);
}

TEST(Price, CountsTheLendersFeesAsAFinanceCharge) {
  LoanTerms product = terms("5.99", 120);
  product.fees_financed = usd("500");
  product.fees_prepaid = usd("100");
  const auto outcome = price(costs("20000"), product, FeeHandling::in_loan);
  const auto& priced = std::get<Priced>(outcome);
  EXPECT_EQ(format_amount(priced.amounts.financed), "20500.00");
  EXPECT_EQ(format_amount(priced.finance_charge - Money{priced.loan.interest_minor, {}}), "600.00");
  EXPECT_GT(priced.apr, rate("6.6"));
  EXPECT_FALSE(priced.apr_within_tolerance);
}

TEST(Price, NamesTheLimitThatWasBroken) {
  const auto with = [](auto change) {
    LoanTerms product = terms("5.99", 120);
    change(product);
    return product;
  };
  const Money euro{100, Currency::parse("EUR").value()};
  EXPECT_EQ(limit(costs("20000"), terms("5.99", 120)), "");
  EXPECT_EQ(limit(costs("0"), terms("5.99", 120)), "net_cost");
  EXPECT_EQ(limit(costs("20000"), terms("5.99", 0)), "term_months");
  EXPECT_EQ(limit(costs("20000"), terms("5.99", 10'000)), "term_months");
  EXPECT_EQ(limit(costs("20000"), terms("5.99", -1)), "term_months");
  EXPECT_EQ(limit(costs("0.01"), terms("5.99", 600)), "payment_rounding");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.rate.billionths = -1; })), "rate");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.rate.billionths = INT64_MAX; })), "rate");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.min_amount = usd("20000.01"); })),
            "min_amount");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.min_amount = usd("20000"); })), "");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.max_amount = usd("19999.99"); })),
            "max_amount");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.down_payment = usd("1"); })),
            "down_payment");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.payment_frequency = "annual"; })),
            "payment_frequency");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.day_count = "actual/365"; })), "day_count");
  EXPECT_EQ(limit(costs("20000"), with([&](auto& t) { t.min_amount = euro; })), "currency");
  EXPECT_EQ(limit(costs("20000"), with([&](auto& t) { t.currency = euro.currency; })), "currency");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.fees_prepaid.minor_units = INT64_MIN; })),
            "fees");
  EXPECT_EQ(limit(costs("20000"), with([](auto& t) { t.fees_prepaid = usd("20000"); })), "apr");
}

Decimal power(Decimal base, int exponent) {
  Decimal result = 1;
  for (; exponent > 0; exponent /= 2, base *= base) {
    if (exponent % 2 == 1) result *= base;
  }
  return result;
}

Decimal monthly(Rate rate) {
  return Decimal(rate.billionths) / Decimal("1200000000000");
}

std::int64_t whole(const Decimal& value) {
  return floor(value + Decimal("0.5")).convert_to<std::int64_t>();
}

Decimal reference_payment(std::int64_t principal, Rate rate, int months) {
  if (rate.billionths == 0) return Decimal(principal) / months;
  const Decimal r = monthly(rate);
  return principal * r / (1 - 1 / power(1 + r, months));
}

// The APR by plain bisection of the equation, payment by payment group, in fifty digits.
Decimal reference_apr(std::int64_t advance, const LevelLoan& loan) {
  const auto months = static_cast<int>(loan.rows.size());
  if (loan.total_minor == advance) return 0;
  Decimal below = 0, above = Decimal(10) / 12;
  for (int i = 0; i < 70; ++i) {
    const Decimal middle = (below + above) / 2;
    const Decimal v = 1 / (1 + middle);
    const Decimal all = power(v, months);
    const Decimal worth =
        loan.payment_minor * (v - all) / (1 - v) + Decimal(loan.last_payment_minor) * all;
    (worth > advance ? below : above) = middle;
  }
  return below * 1200;
}

void expect_reference(const LevelTerms& terms, const Priced& priced) {
  const std::int64_t payment =
      whole(reference_payment(terms.principal_minor, terms.rate, terms.term_months));
  ASSERT_EQ(priced.loan.payment_minor, payment);
  Decimal balance = terms.principal_minor;
  for (const Row& row : priced.loan.rows) {
    // Exact in fifty digits, where a division would not be: half a cent or less off, ties up.
    const Decimal off =
        Decimal(row.interest) * 1200 * kRateOnePercent - balance * terms.rate.billionths;
    ASSERT_TRUE(2 * off <= 1200 * kRateOnePercent && -2 * off < 1200 * kRateOnePercent);
    ASSERT_EQ(row.opening, balance.convert_to<std::int64_t>());
    ASSERT_TRUE(row.payment == payment || &row == &priced.loan.rows.back());
    balance -= row.payment - row.interest;
  }
  ASSERT_EQ(balance, 0);
  const Decimal apr = reference_apr(terms.principal_minor, priced.loan);
  EXPECT_LE(abs(Decimal(priced.apr.billionths) / 1000000000 - apr), Decimal("1e-9"))
      << format_rate(terms.rate) << " % over " << terms.term_months;
}

TEST(Price, AgreesWithFiftyDigitsOverRandomTerms) {
  std::mt19937_64 random(20260504);
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  int priced_count = 0;
  for (int i = 0; i < 250; ++i) {
    LoanTerms product;
    // Rates as lenders write them, sometimes zero, sometimes with all nine decimals.
    product.rate.billionths = i % 10 == 0  ? 0
                              : i % 3 == 0 ? between(1, 36 * kRateOnePercent)
                                           : between(1, 3600) * (kRateOnePercent / 100);
    product.term_months = static_cast<int>(between(1, 360));
    Costs project;
    project.system_cost.minor_units =
        i % 25 == 0 ? between(1'000'000, kCostMinorMax) : between(50'000, 15'000'000);
    const auto outcome = price(project, product, FeeHandling::in_loan);
    const auto* priced = std::get_if<Priced>(&outcome);
    if (priced == nullptr) continue;
    ++priced_count;
    expect_reference({project.system_cost.minor_units, product.rate, product.term_months}, *priced);
    if (testing::Test::HasFatalFailure()) FAIL() << "random terms " << i;
  }
  EXPECT_GT(priced_count, 240);
}

}  // namespace
}  // namespace lendport::quotes

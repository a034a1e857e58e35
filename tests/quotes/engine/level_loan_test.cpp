#include "quotes/engine/level_loan.hpp"

#include "quotes/engine/vectors.hpp"

#include <cstdlib>

namespace lendport::quotes {
namespace {

// Sums tie, rows chain, the last balance is zero.
void expect_ties(const LevelTerms& terms, const LevelLoan& loan) {
  std::int64_t balance = terms.principal_minor, principal = 0, interest = 0, paid = 0;
  for (const Row& row : loan.rows) {
    ASSERT_EQ(row.opening, balance);
    ASSERT_EQ(row.payment, row.principal + row.interest);
    ASSERT_EQ(row.balance, row.opening - row.principal);
    ASSERT_GE(row.interest, 0);
    balance = row.balance;
    principal += row.principal;
    interest += row.interest;
    paid += row.payment;
  }
  EXPECT_EQ(loan.rows.size(), static_cast<std::size_t>(terms.term_months));
  EXPECT_EQ(balance, 0);
  EXPECT_EQ(principal, terms.principal_minor);
  EXPECT_EQ(interest, loan.interest_minor);
  EXPECT_EQ(paid, loan.total_minor);
  EXPECT_EQ(loan.rows.back().payment, loan.last_payment_minor);
}

// The rate per period of a spreadsheet function as a yearly rate: ".08/12" or 0.3.
Rate yearly(const json::Value& period) {
  if (!period.is_string()) {
    return Rate{std::llround(period.get<long double>() * 1200 * kRateOnePercent)};
  }
  const std::string spelled = period;
  EXPECT_TRUE(spelled.ends_with("/12"));
  return Rate{std::llround(std::strtold(spelled.c_str(), nullptr) * 100 * kRateOnePercent)};
}

TEST(LevelLoan, MatchesTheSpreadsheetFunctions) {
  int seen = 0;
  for (const auto& example : vector_cases("numpy_financial.json")) {
    const auto& args = example.at("args");
    const bool payment =
        example.at("function") == "pmt";  // (rate, n, pv); others (rate, row, n, pv)
    LevelTerms terms;
    terms.rate = yearly(args.at(0));
    terms.term_months = args.at(payment ? 1 : 2);
    terms.principal_minor = args.at(payment ? 2 : 3).get<std::int64_t>() * 100;
    const long double expected =
        -100 * std::strtold(example.at("expected").get<std::string>().c_str(), nullptr);
    const auto loan = level_loan(terms);
    ASSERT_TRUE(loan);
    expect_ties(terms, *loan);
    if (payment) {
      EXPECT_LT(std::abs(exact_level_payment(terms) - expected), 1e-3L);
      EXPECT_EQ(loan->payment_minor, std::llround(expected));
    } else {
      const Row& row = loan->rows.at(args.at(1).get<std::size_t>() - 1);
      const std::int64_t part = example.at("function") == "ppmt" ? row.principal : row.interest;
      EXPECT_LE(std::llabs(part - std::llround(expected)), 1);  // a cent of rounding per row
    }
    ++seen;
  }
  EXPECT_EQ(seen, 15);
}

TEST(LevelLoan, LetsTheLastRowAbsorbTheRounding) {
  struct Example {
    LevelTerms terms;
    std::int64_t payment;
    std::int64_t last;
  };
  for (const Example& example : {
           Example{{10'000, {}, 3}, 3'333, 3'334},
           Example{{20'000, {}, 3}, 6'667, 6'666},
           Example{{10'000, {}, 1}, 10'000, 10'000},
           Example{{10'000, rate("12"), 1}, 10'100, 10'100},
           Example{{20'000, {}, 3, PaymentRounding::up}, 6'667, 6'666},
           Example{{10'000, {}, 3, PaymentRounding::up}, 3'334, 3'332},
       }) {
    const auto loan = level_loan(example.terms);
    ASSERT_TRUE(loan);
    EXPECT_EQ(loan->payment_minor, example.payment);
    EXPECT_EQ(loan->last_payment_minor, example.last);
    expect_ties(example.terms, *loan);
  }
}

TEST(LevelLoan, RefusesWhatWholeCentsCannotCarry) {
  for (const LevelTerms& terms : {
           LevelTerms{1, {}, 3},                     // a payment of zero
           LevelTerms{100, {}, 60},                  // paid off ten months early
           LevelTerms{100'000, rate("1000"), 600},   // rounding leaves all to the last payment
           LevelTerms{2'000'000, rate("300"), 480},  // likewise
       }) {
    EXPECT_FALSE(level_loan(terms)) << terms.principal_minor << " over " << terms.term_months;
  }
}

TEST(LevelLoan, TiesAtTheEdges) {
  for (const LevelTerms& terms : {
           LevelTerms{kPrincipalMinorMax, rate("1000"), 12},
           LevelTerms{kPrincipalMinorMax, rate("24.99"), 600},
           LevelTerms{kPrincipalMinorMax, rate("0.000000001"), 600},
           LevelTerms{60'000, {}, 600},
           LevelTerms{2'500'000, rate("5.99"), 300},
           LevelTerms{2'500'000, rate("0.99"), 240, PaymentRounding::up},
       }) {
    const auto loan = level_loan(terms);
    ASSERT_TRUE(loan) << terms.principal_minor << " " << format_rate(terms.rate);
    expect_ties(terms, *loan);
  }
}

TEST(DueDate, KeepsTheDayOrTakesTheMonthsLast) {
  const Date first = parse_date("2026-01-31").value();
  for (const auto& [n, day] : {std::pair{1, "2026-01-31"}, std::pair{2, "2026-02-28"},
                               std::pair{3, "2026-03-31"}, std::pair{26, "2028-02-29"}}) {
    EXPECT_EQ(format_date(due_date(first, n)), day);
  }
}

}  // namespace
}  // namespace lendport::quotes

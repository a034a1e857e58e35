// The level amortised loan: equal monthly payments, 30/360, to the minor unit.
#pragma once

#include "core/money.hpp"
#include "core/rate.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lendport::quotes {

inline constexpr int kTermMonthsMax = 600;
// What may be lent: ten billion dollars. Every product of an amount and a rate below fits 128 bits.
inline constexpr std::int64_t kPrincipalMinorMax = 1'000'000'000'000;
// Rounding each payment leaves a rest for the last one; past this many level payments the loan
// does not amortise in any honest sense and is refused.
inline constexpr int kLastPaymentsMax = 2;

// How the level payment becomes whole minor units.
enum class PaymentRounding {
  nearest,  // half away from zero
  up,       // never below the exact payment; the last one is smaller
};

// One month. All in minor units; opening − principal = balance, principal + interest = payment.
struct Row {
  std::int64_t opening = 0;
  std::int64_t principal = 0;
  std::int64_t interest = 0;
  std::int64_t payment = 0;
  std::int64_t balance = 0;

  friend bool operator==(const Row&, const Row&) = default;
};

// What is lent and on which terms. `rate` is the yearly nominal rate, a twelfth of it each month.
// REQUIRES of `level_loan`: 0 < principal_minor ≤ kPrincipalMinorMax, 0 ≤ rate ≤ 1000 %,
// 1 ≤ term_months ≤ kTermMonthsMax.
struct LevelTerms {
  std::int64_t principal_minor = 0;
  Rate rate;
  int term_months = 0;
  PaymentRounding rounding = PaymentRounding::nearest;
};

// A loan with its schedule. Row n is month n, counted from one: rows[n − 1].
struct LevelLoan {
  std::int64_t payment_minor = 0;       // every month but the last
  std::int64_t last_payment_minor = 0;  // absorbs all rounding
  std::int64_t interest_minor = 0;      // the sum of all rows
  std::int64_t total_minor = 0;         // principal + interest = the sum of all payments
  std::vector<Row> rows;
};

// The exact level payment before rounding, in minor units: P·r / (1 − (1 + r)^−n) with r a twelfth
// of the rate, P / n at 0 %. The annuity formula; see 12 CFR 1026 Appendix J (b)(8)(iii) read from
// right to left.
long double exact_level_payment(const LevelTerms& terms);

// The schedule: interest of a month is opening × rate / 1200, rounded half away from zero; the last
// row pays what is left. Sums tie to the minor unit. Nothing when whole minor units cannot carry
// the terms: a payment of zero, a loan paid off before its last month, or a last payment of more
// than kLastPaymentsMax level ones (tiny amounts over long terms, extreme rates). One allocation.
std::optional<LevelLoan> level_loan(const LevelTerms& terms);

// When payment `n` (from one) is due if the first is due on `first`: the same day of the month, or
// the month's last where it has no such day.
Date due_date(Date first, int n);

}  // namespace lendport::quotes

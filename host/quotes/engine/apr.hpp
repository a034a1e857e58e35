// The annual percentage rate of a credit in the United States: the actuarial method of Regulation
// Z, 12 CFR 1026 Appendix J, and the tolerances of 12 CFR 1026.22(a).
//
//   (b)(2)  The rate is the unit-period rate times the number of unit-periods in a year.
//   (b)(4)  The unit-period is the most common interval between advances or payments, at most a
//           year: months, or multiples of months, weeks or days.
//   (b)(5)  Time is counted back from a payment to the advance: `t` whole unit-periods, the rest
//           is a fraction `f` of one: odd days over 30 for a month, 15 a semimonth, 7 a week …
//   (b)(8)  The general equation, solved here:
//              Σ A / ((1 + f·i) (1 + i)^t)  =  Σ P / ((1 + f·i) (1 + i)^t),   APR = 100 · w · i
//           and (b)(8)(iii) its closed form for a run of equal payments.
//   (b)(9)  A solution by iteration; ours is bracketed Newton, which cannot leave the bracket.
#pragma once

#include "core/rate.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace lendport::quotes {

// An instant counted in unit-periods from the first advance: `whole` of them and odd/of more.
struct UnitPeriods {
  int whole = 0;
  int odd = 0;
  int of = 1;  // days of one unit-period: 30 for a month

  friend bool operator==(const UnitPeriods&, const UnitPeriods&) = default;
};

// `count` equal amounts, one unit-period apart, the first at `at`.
// REQUIRES: amount_minor > 0, count ≥ 1, 0 ≤ odd ≤ of.
struct Flow {
  std::int64_t amount_minor = 0;
  int count = 1;
  UnitPeriods at;
};

// Advances against payments. The spans outlive the call.
struct CreditFlows {
  int unit_periods_per_year = 12;
  std::span<const Flow> advances;
  std::span<const Flow> payments;
};

// The APR, rounded to the billionth of a percent. `guess` (the stated rate, say) only makes it
// faster. Nothing when the payments do not repay the advances (a negative rate) or when the rate
// is above 1000 %. Always ends: at most kSolverStepsMax evaluations.
// With several advances the equation may have several roots; one of them is found.
std::optional<Rate> actuarial_apr(const CreditFlows& flows, Rate guess = {});

inline constexpr int kSolverStepsMax = 200;

// How long after `advance` the first monthly payment is due, (b)(5)(iv): whole months counted back
// from the payment, then odd days of 30. REQUIRES: advance ≤ payment.
UnitPeriods months_between(Date advance, Date payment);

// 12 CFR 1026.22(a)(2) and (3): an eighth of a point, a quarter for irregular transactions
// (several advances, irregular periods or amounts other than the first period and the first and
// last payment).
inline constexpr Rate kToleranceRegular{125'000'000};
inline constexpr Rate kToleranceIrregular{250'000'000};

bool within_tolerance(Rate stated, Rate computed, Rate tolerance = kToleranceRegular);

}  // namespace lendport::quotes

#include "quotes/engine/apr.hpp"

#include <cassert>
#include <cmath>
#include <cstdlib>

namespace lendport::quotes {
namespace {

// Steps below this change the APR by less than a thousandth of the digit it is rounded to.
constexpr long double kStepMin = 1e-17L;
// Below this n·i the derivative of the annuity is its limit; the exact form would cancel.
constexpr long double kSeriesBelow = 1e-6L;

struct Slope {
  long double value = 0;
  long double derivative = 0;
};

// The present value of a flow at unit-period rate `i` and its derivative.
// Σ_{k<n} (1+i)^−(t+k) = (1+i)^(1−t) · (1 − (1+i)^−n) / i.
Slope present_value(const Flow& flow, long double i) {
  const auto amount = static_cast<long double>(flow.amount_minor);
  const auto count = static_cast<long double>(flow.count);
  const auto whole = static_cast<long double>(flow.at.whole);
  const long double fraction = static_cast<long double>(flow.at.odd) / flow.at.of;
  const long double log_growth = std::log1p(i);
  const long double odd_discount = 1 / (1 + fraction * i);
  long double annuity = 1;
  long double logarithmic = -fraction * odd_discount;  // d ln(value) / di
  if (flow.count == 1) {
    annuity = std::exp(-whole * log_growth);
    logarithmic -= whole / (1 + i);
  } else if (count * i < kSeriesBelow) {
    annuity = (i == 0 ? count : -std::expm1(-count * log_growth) / i) *
              std::exp((1 - whole) * log_growth);
    logarithmic += (1 - whole) / (1 + i) - (count + 1) / 2;
  } else {
    const long double discounted = -std::expm1(-count * log_growth);
    const long double shift = flow.at.whole == 1 ? 1 : std::exp((1 - whole) * log_growth);
    annuity = discounted / i * shift;
    logarithmic +=
        (1 - whole) / (1 + i) + count * (1 - discounted) / ((1 + i) * discounted) - 1 / i;
  }
  const long double value = amount * odd_discount * annuity;
  return {value, value * logarithmic};
}

// Advances less payments: negative below the rate that is looked for, positive above.
Slope imbalance(const CreditFlows& flows, long double i) {
  Slope sum;
  for (const Flow& advance : flows.advances) {
    const Slope term = present_value(advance, i);
    sum.value += term.value;
    sum.derivative += term.derivative;
  }
  for (const Flow& payment : flows.payments) {
    const Slope term = present_value(payment, i);
    sum.value -= term.value;
    sum.derivative -= term.derivative;
  }
  return sum;
}

// Newton's step where it stays in the bracket and at least halves the last one, else the middle.
// Steps halve at least every second time, so the bracket or the step reaches kStepMin.
long double solved(const CreditFlows& flows, long double below, long double above,
                   long double start) {
  long double i = start > below && start < above ? start : (below + above) / 2;
  long double last_step = above - below;
  for (int steps = 0; steps < kSolverStepsMax; ++steps) {
    const Slope at = imbalance(flows, i);
    const long double newton_step = -at.value / at.derivative;
    // Before the bracket closes on i: at the root the value's sign is noise.
    if (at.derivative > 0 && std::abs(newton_step) < kStepMin) return i + newton_step;
    (at.value < 0 ? below : above) = i;
    const bool usable = i + newton_step > below && i + newton_step < above &&
                        std::abs(newton_step) <= std::abs(last_step) / 2;
    last_step = usable ? newton_step : (below + above) / 2 - i;
    i += last_step;
    if (above - below < kStepMin) break;
  }
  return i;
}

std::int64_t sum_of(std::span<const Flow> flows) {
  std::int64_t sum = 0;
  for (const Flow& flow : flows) sum += flow.amount_minor * flow.count;
  return sum;
}

}  // namespace

std::optional<Rate> actuarial_apr(const CreditFlows& flows, Rate guess) {
  assert(flows.unit_periods_per_year > 0 && !flows.advances.empty() && !flows.payments.empty());
  const std::int64_t charge = sum_of(flows.payments) - sum_of(flows.advances);
  if (charge < 0) return std::nullopt;
  if (charge == 0) return Rate{};
  const long double yearly = 100 * static_cast<long double>(kRateOnePercent) *
                             static_cast<long double>(flows.unit_periods_per_year);
  const long double highest = static_cast<long double>(kRateBillionthsMax) / yearly;
  if (imbalance(flows, highest).value < 0) return std::nullopt;
  const long double start = static_cast<long double>(guess.billionths) / yearly;
  return Rate{std::llround(solved(flows, 0, highest, start) * yearly)};
}

UnitPeriods months_between(Date advance, Date payment) {
  const auto target = std::chrono::sys_days(advance);
  const auto counted_back = [&](int months) {
    const Date day = payment - std::chrono::months(months);
    return std::chrono::sys_days(day.ok() ? day : day.year() / day.month() / std::chrono::last);
  };
  assert(target <= std::chrono::sys_days(payment));
  int whole = 0;
  while (counted_back(whole + 1) >= target) ++whole;
  const auto odd = static_cast<int>((counted_back(whole) - target).count());
  return {whole, odd, 30};
}

bool within_tolerance(Rate stated, Rate computed, Rate tolerance) {
  return std::abs(stated.billionths - computed.billionths) <= tolerance.billionths;
}

}  // namespace lendport::quotes

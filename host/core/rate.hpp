// Rates and percentages: decimal, exact, never binary floating point.
#pragma once

#include "core/error.hpp"
#include "core/money.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace lendport {

// A percentage in billionths of one percent: 5.99 % is 5'990'000'000. Used for interest rates,
// dealer fees and escalators alike. Range: 0 to 1000 %, unless a parse allows negatives.
struct Rate {
  std::int64_t billionths = 0;

  friend auto operator<=>(const Rate&, const Rate&) = default;
};

inline constexpr std::int64_t kRateOnePercent = 1'000'000'000;
inline constexpr std::int64_t kRateBillionthsMax = 1000 * kRateOnePercent;

// "5.99" is 5.99 %: digits, a dot, at most nine decimals, no sign, at most 1000.
// invalid_input otherwise.
Result<Rate> parse_rate(std::string_view text);

// The shortest spelling: "5.99", "0", "15.5".
std::string format_rate(Rate rate);

// `rate` percent of `money`, rounded half away from zero to the minor unit.
Money percent_of(Rate rate, Money money);

// The amount that, less `rate` percent of itself, leaves `money`: money / (1 − rate), rounded half
// away from zero. REQUIRES: rate < 100 %.
Money gross_up(Rate rate, Money money);

}  // namespace lendport

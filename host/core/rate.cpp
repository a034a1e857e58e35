#include "core/rate.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cassert>

namespace lendport {
namespace {

__extension__ typedef __int128 Wide;  // 128 bits: no product of an amount and a rate overflows

constexpr std::size_t kDecimalsMax = 9;
constexpr Wide kWhole = static_cast<Wide>(100) * kRateOnePercent;

Money divide_half_away(Wide numerator, Wide denominator, Currency currency) {
  const bool negative = numerator < 0;
  const Wide magnitude = negative ? -numerator : numerator;
  const Wide rounded = (2 * magnitude + denominator) / (2 * denominator);
  assert(rounded <= kMinorUnitsMax);
  const auto units = static_cast<std::int64_t>(rounded);
  return {negative ? -units : units, currency};
}

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
  const auto refused = [&] {
    return Error(ErrorCode::invalid_input,
                 "\"" + std::string(text.substr(0, 40)) +
                     "\" is not a rate in percent: write it as \"5.99\", from 0 to 1000, with at "
                     "most nine decimals");
  };
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = dot < text.size() ? text.substr(dot + 1) : std::string_view{};
  if (whole.empty() || whole.size() > 4 || fraction.size() > kDecimalsMax) return refused();
  if ((dot < text.size()) == fraction.empty()) return refused();
  if (!std::all_of(whole.begin(), whole.end(), is_digit) ||
      !std::all_of(fraction.begin(), fraction.end(), is_digit)) {
    return refused();
  }
  std::int64_t billionths = 0;
  for (char c : whole) billionths = billionths * 10 + (c - '0');
  for (std::size_t i = 0; i < kDecimalsMax; ++i) {
    billionths = billionths * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  if (billionths > kRateBillionthsMax) return refused();
  return Rate{billionths};
}

std::string format_rate(Rate rate) {
  const bool negative = rate.billionths < 0;
  const std::int64_t magnitude = negative ? -rate.billionths : rate.billionths;
  std::string text = std::to_string(magnitude / kRateOnePercent);
  std::string fraction = std::to_string(magnitude % kRateOnePercent);
  fraction.insert(0, kDecimalsMax - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) text += "." + fraction;
  return negative ? "-" + text : text;
}

Money percent_of(Rate rate, Money money) {
  return divide_half_away(static_cast<Wide>(money.minor_units) * rate.billionths, kWhole,
                          money.currency);
}

Money gross_up(Rate rate, Money money) {
  assert(rate.billionths < kWhole);
  return divide_half_away(static_cast<Wide>(money.minor_units) * kWhole, kWhole - rate.billionths,
                          money.currency);
}

}  // namespace lendport

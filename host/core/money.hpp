// Amounts of money: whole minor units of one currency, never binary floating point.
#pragma once

#include "core/error.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace lendport {

// An ISO 4217 currency the hub can count in. Value type; three capital letters.
class Currency {
 public:
  Currency() = default;

  // invalid_input when `code` is not one of the currencies of the table in money.cpp.
  static Result<Currency> parse(std::string_view code);

  std::string_view code() const { return {code_.data(), code_.size()}; }
  // Decimal places of its minor unit: 2 for USD and EUR, 0 for JPY.
  int decimals() const { return decimals_; }

  friend auto operator<=>(const Currency&, const Currency&) = default;

 private:
  std::array<char, 3> code_{'U', 'S', 'D'};
  int decimals_ = 2;
};

inline constexpr std::int64_t kMinorUnitsMax = 999'999'999'999'999;  // 9.99 trillion dollars

// An amount. Any value in [-kMinorUnitsMax, kMinorUnitsMax] is one; arithmetic on amounts of
// different currencies is a bug and stops the process.
struct Money {
  std::int64_t minor_units = 0;
  Currency currency;

  friend bool operator==(const Money&, const Money&) = default;
};

Money operator+(Money a, Money b);
Money operator-(Money a, Money b);
bool operator<(Money a, Money b);

// "1234.56" in the wire's spelling: a dot, at most the currency's decimals, no sign unless
// `allow_negative`, no exponent, no spaces or separators. invalid_input otherwise.
Result<Money> parse_money(std::string_view amount, Currency currency, bool allow_negative = false);

// The wire's spelling, always with all decimals of the currency: "1200.00".
std::string format_amount(Money money);

}  // namespace lendport

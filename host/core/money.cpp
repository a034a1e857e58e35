#include "core/money.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cassert>

namespace lendport {
namespace {

struct Listed {
  std::string_view code;
  int decimals;
};

// ISO 4217, the currencies of the countries the hub sells in and their neighbours.
constexpr Listed kCurrencies[] = {
    {"AUD", 2}, {"BRL", 2}, {"CAD", 2}, {"CHF", 2}, {"CZK", 2}, {"DKK", 2}, {"EUR", 2}, {"GBP", 2},
    {"HUF", 2}, {"INR", 2}, {"JPY", 0}, {"KWD", 3}, {"MAD", 2}, {"MXN", 2}, {"NOK", 2}, {"NZD", 2},
    {"PLN", 2}, {"SEK", 2}, {"TND", 3}, {"USD", 2}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0}, {"ZAR", 2},
};

Error not_an_amount(std::string_view amount, Currency currency) {
  if (amount.starts_with('-')) {
    return Error(ErrorCode::invalid_input,
                 "\"" + std::string(amount.substr(0, 40)) + "\" must not be negative");
  }
  return Error(ErrorCode::invalid_input,
               "\"" + std::string(amount.substr(0, 40)) + "\" is not an amount of " +
                   std::string(currency.code()) + ": write at most 15 digits, and at most " +
                   std::to_string(currency.decimals()) + " decimals after a dot");
}

std::int64_t checked(std::int64_t minor_units) {
  assert(minor_units <= kMinorUnitsMax && minor_units >= -kMinorUnitsMax);
  return minor_units;
}

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
  for (const Listed& listed : kCurrencies) {
    if (listed.code != code) continue;
    Currency currency;
    std::copy(code.begin(), code.end(), currency.code_.begin());
    currency.decimals_ = listed.decimals;
    return currency;
  }
  return Error(ErrorCode::invalid_input,
               "\"" + std::string(code.substr(0, 20)) +
                   "\" is not a currency code the hub knows, such as USD");
}

Money operator+(Money a, Money b) {
  assert(a.currency == b.currency);
  return {checked(a.minor_units + b.minor_units), a.currency};
}

Money operator-(Money a, Money b) {
  assert(a.currency == b.currency);
  return {checked(a.minor_units - b.minor_units), a.currency};
}

bool operator<(Money a, Money b) {
  assert(a.currency == b.currency);
  return a.minor_units < b.minor_units;
}

Result<Money> parse_money(std::string_view amount, Currency currency, bool allow_negative) {
  std::string_view rest = amount;
  const bool negative = allow_negative && rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  const std::size_t dot = std::min(rest.find('.'), rest.size());
  const std::string_view whole = rest.substr(0, dot);
  const std::string_view fraction = dot < rest.size() ? rest.substr(dot + 1) : std::string_view{};
  const auto decimals = static_cast<std::size_t>(currency.decimals());
  const bool has_dot = dot < rest.size();
  if (whole.empty() || whole.size() > 15 || fraction.size() > decimals ||
      has_dot == fraction.empty()) {
    return not_an_amount(amount, currency);
  }
  if (!std::all_of(whole.begin(), whole.end(), is_digit) ||
      !std::all_of(fraction.begin(), fraction.end(), is_digit)) {
    return not_an_amount(amount, currency);
  }
  std::int64_t units = 0;
  for (char c : whole) units = units * 10 + (c - '0');
  for (std::size_t i = 0; i < decimals; ++i) {
    units = units * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  if (units > kMinorUnitsMax) return not_an_amount(amount, currency);
  return Money{negative ? -units : units, currency};
}

std::string format_amount(Money money) {
  const bool negative = money.minor_units < 0;
  std::string digits = std::to_string(negative ? -money.minor_units : money.minor_units);
  const auto decimals = static_cast<std::size_t>(money.currency.decimals());
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, ".");
  return negative ? "-" + digits : digits;
}

}  // namespace lendport

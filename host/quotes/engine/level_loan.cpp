#include "quotes/engine/level_loan.hpp"

#include <cassert>
#include <cmath>
#include <limits>

namespace lendport::quotes {
namespace {

__extension__ typedef __int128 Wide;  // no product of a principal and a rate overflows it

// Billionths of a percent in a month's share of a whole: 100 × 12 × 10^9.
constexpr std::int64_t kMonthlyWhole = 1200 * kRateOnePercent;

// A compile-time divisor and, for all usual amounts, 64 bits: this is the inner loop of comparing
// a thousand products.
template <class Integer>
std::int64_t monthly_interest(std::int64_t opening, Rate rate) {
  const Integer product = static_cast<Integer>(opening) * rate.billionths;
  return static_cast<std::int64_t>((product + kMonthlyWhole / 2) / kMonthlyWhole);
}

bool fits_64_bits(const LevelTerms& terms) {
  return static_cast<Wide>(terms.principal_minor) * terms.rate.billionths <
         std::numeric_limits<std::int64_t>::max() - kMonthlyWhole;
}

std::int64_t rounded_payment(const LevelTerms& terms) {
  if (terms.rate.billionths == 0) {
    const std::int64_t months = terms.term_months;
    const std::int64_t added = terms.rounding == PaymentRounding::up ? months - 1 : months / 2;
    return (terms.principal_minor + added) / months;
  }
  const long double exact = exact_level_payment(terms);
  return terms.rounding == PaymentRounding::up ? static_cast<std::int64_t>(std::ceil(exact))
                                               : std::llround(exact);
}

// Fills all rows but the last with the level payment. False when one of them would end the loan.
template <class Integer>
bool fill_rows(const LevelTerms& terms, LevelLoan& loan) {
  std::int64_t balance = terms.principal_minor;
  for (int month = 1; month < terms.term_months; ++month) {
    Row row;
    row.opening = balance;
    row.interest = monthly_interest<Integer>(balance, terms.rate);
    row.payment = loan.payment_minor;
    row.principal = row.payment - row.interest;
    row.balance = balance = row.opening - row.principal;
    if (balance <= 0) return false;
    // A balance that grows is refused by its last payment, but must not overflow on the way.
    if (balance > terms.principal_minor) return false;
    loan.interest_minor += row.interest;
    loan.rows.push_back(row);
  }
  Row last;
  last.opening = last.principal = balance;
  last.interest = monthly_interest<Integer>(balance, terms.rate);
  last.payment = last.principal + last.interest;
  loan.interest_minor += last.interest;
  loan.last_payment_minor = last.payment;
  loan.rows.push_back(last);
  return true;
}

}  // namespace

long double exact_level_payment(const LevelTerms& terms) {
  const auto principal = static_cast<long double>(terms.principal_minor);
  if (terms.rate.billionths == 0) return principal / terms.term_months;
  const long double monthly =
      static_cast<long double>(terms.rate.billionths) / static_cast<long double>(kMonthlyWhole);
  // expm1 and log1p keep all digits of small rates, where 1 − (1 + r)^−n would cancel.
  const long double discounted = -std::expm1(-terms.term_months * std::log1p(monthly));
  return principal * monthly / discounted;
}

std::optional<LevelLoan> level_loan(const LevelTerms& terms) {
  assert(terms.principal_minor > 0 && terms.principal_minor <= kPrincipalMinorMax);
  assert(terms.rate.billionths >= 0 && terms.rate.billionths <= kRateBillionthsMax);
  assert(terms.term_months >= 1 && terms.term_months <= kTermMonthsMax);
  LevelLoan loan;
  loan.payment_minor = rounded_payment(terms);
  if (loan.payment_minor == 0) return std::nullopt;
  loan.rows.reserve(static_cast<std::size_t>(terms.term_months));
  const bool filled =
      fits_64_bits(terms) ? fill_rows<std::int64_t>(terms, loan) : fill_rows<Wide>(terms, loan);
  if (!filled) return std::nullopt;
  if (loan.last_payment_minor > kLastPaymentsMax * loan.payment_minor) return std::nullopt;
  loan.total_minor = terms.principal_minor + loan.interest_minor;
  return loan;
}

Date due_date(Date first, int n) {
  const Date due = first + std::chrono::months(n - 1);
  return due.ok() ? due : due.year() / due.month() / std::chrono::last;
}

}  // namespace lendport::quotes

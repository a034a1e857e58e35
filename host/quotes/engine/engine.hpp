// Prices one level loan for one project: amounts, schedule, APR. Pure, exact, no I/O.
//
// Start here. The parts: amounts.hpp (net cost and dealer fee), level_loan.hpp (payment and
// schedule), apr.hpp (Regulation Z). Thread-safe: functions of values.
#pragma once

#include "quotes/engine/amounts.hpp"
#include "quotes/engine/apr.hpp"
#include "quotes/engine/level_loan.hpp"

#include <optional>
#include <string>
#include <variant>

namespace lendport::quotes {

// A product's terms as the engine needs them. What a catalogue may hold and the engine cannot price
// (another kind, frequency or day count) is refused with a reason, never approximated.
struct LoanTerms {
  Currency currency;
  Rate rate;  // stated, yearly
  int term_months = 0;
  DealerFee dealer_fee;
  // The lender's own fees: part of the finance charge. Financed ones are added to the loan.
  Money fees_financed;
  Money fees_prepaid;
  std::optional<Money> min_amount;    // of what the lender is asked for
  std::optional<Money> max_amount;    // likewise
  std::optional<Money> down_payment;  // the least the product wants
  std::string payment_frequency = "monthly";
  std::string day_count = "30/360";
  PaymentRounding rounding = PaymentRounding::nearest;
};

// One product priced for one project.
struct Priced {
  Amounts amounts;
  LevelLoan loan;
  // Computed on the amount financed, 12 CFR 1026.18(b): the loan less the lender's own fees. The
  // dealer fee is the seller's cost and stays in it, as lenders state their rates.
  Rate apr;
  bool apr_within_tolerance = false;  // of the stated rate, kToleranceRegular
  Money finance_charge;               // total of payments − the amount financed
  Money total_of_payments;
};

// The price, or the limit that was broken: net_cost, dealer_fee, amount_limit, min_amount,
// max_amount, down_payment, rate, term_months, currency, payment_frequency, day_count,
// payment_rounding, apr. Costs of another currency than the terms are refused, not converted.
std::variant<Priced, Refusal> price(const Costs& costs, const LoanTerms& terms,
                                    FeeHandling handling);

}  // namespace lendport::quotes

#include "quotes/engine/engine.hpp"

#include <array>

namespace lendport::quotes {
namespace {

std::string spelled(Money money) {
  return format_amount(money) + " " + std::string(money.currency.code());
}

std::string spelled_fr(Money money) {
  return in_french(format_amount(money)) + " " + std::string(money.currency.code());
}

// A word of the catalogue's own, for what cannot be priced.
std::string frequency_fr(const std::string& word) {
  if (word == "quarterly") return "trimestriels";
  if (word == "semi_annual") return "semestriels";
  if (word == "annual") return "annuels";
  return "« " + word + " »";
}

std::string day_count_fr(const std::string& word) {
  if (word == "actual/actual") return "exact/exact";
  if (word == "actual/360") return "exact/360";
  if (word == "actual/365") return "exact/365";
  return word;
}

bool is_fee(Money money) {
  return money.minor_units >= 0 && money.minor_units <= kPrincipalMinorMax;
}

// What can be said of the terms alone, before any project.
std::optional<Refusal> terms_problem(const LoanTerms& terms) {
  if (terms.rate.billionths < 0 || terms.rate.billionths > kRateBillionthsMax) {
    return Refusal("rate", "the rate must be from 0 to 1000 %",
                   "le taux doit être compris entre 0 et 1000 %");
  }
  if (terms.term_months < 1 || terms.term_months > kTermMonthsMax) {
    const std::string most = std::to_string(kTermMonthsMax);
    const std::string term = std::to_string(terms.term_months);
    return Refusal("term_months", "the term must be from 1 to " + most + " months, it is " + term,
                   "la durée doit être de 1 à " + most + " mois, elle est de " + term);
  }
  if (terms.payment_frequency != "monthly") {
    return Refusal("payment_frequency",
                   "only monthly payments can be priced, not " + terms.payment_frequency,
                   "seuls des paiements mensuels peuvent être chiffrés, non des paiements " +
                       frequency_fr(terms.payment_frequency));
  }
  if (terms.day_count != "30/360") {
    return Refusal(
        "day_count", "only the day count 30/360 can be priced, not " + terms.day_count,
        "seul le décompte de jours 30/360 peut être chiffré, non " + day_count_fr(terms.day_count));
  }
  if (!is_fee(terms.fees_financed) || !is_fee(terms.fees_prepaid)) {
    return Refusal("fees", "the lender's fees must be positive amounts within what can be financed",
                   "les frais du prêteur doivent être des montants positifs qui peuvent être "
                   "financés");
  }
  return std::nullopt;
}

bool same_currency(const Costs& costs, const LoanTerms& terms) {
  const std::array currencies{costs.adders.currency, costs.discounts.currency,
                              costs.incentives.currency, costs.down_payment.currency,
                              terms.currency};
  for (const Currency& currency : currencies) {
    if (currency != costs.system_cost.currency) return false;
  }
  const auto other = [&](const std::optional<Money>& money) {
    return money && money->currency != terms.currency;
  };
  return !other(terms.min_amount) && !other(terms.max_amount) && !other(terms.down_payment) &&
         terms.fees_financed.currency == terms.currency &&
         terms.fees_prepaid.currency == terms.currency;
}

std::optional<Refusal> amount_problem(const Amounts& amounts, const LoanTerms& terms) {
  if (terms.min_amount && amounts.sent < *terms.min_amount) {
    return Refusal("min_amount",
                   "the product starts at " + spelled(*terms.min_amount) +
                       ", the lender would be asked for " + spelled(amounts.sent),
                   "le produit commence à " + spelled_fr(*terms.min_amount) + ", on demanderait " +
                       spelled_fr(amounts.sent) + " au prêteur");
  }
  if (terms.max_amount && *terms.max_amount < amounts.sent) {
    return Refusal("max_amount",
                   "the product ends at " + spelled(*terms.max_amount) +
                       ", the lender would be asked for " + spelled(amounts.sent),
                   "le produit s'arrête à " + spelled_fr(*terms.max_amount) + ", on demanderait " +
                       spelled_fr(amounts.sent) + " au prêteur");
  }
  if (terms.down_payment && amounts.down_payment < *terms.down_payment) {
    return Refusal("down_payment",
                   "the product wants a down payment of at least " + spelled(*terms.down_payment) +
                       ", the case has " + spelled(amounts.down_payment),
                   "le produit demande un apport d'au moins " + spelled_fr(*terms.down_payment) +
                       ", celui du dossier est de " + spelled_fr(amounts.down_payment));
  }
  if (amounts.financed.minor_units > kPrincipalMinorMax) {
    const Money most{kPrincipalMinorMax, terms.currency};
    return Refusal("amount_limit", "no more than " + spelled(most) + " can be financed",
                   "on ne peut financer plus de " + spelled_fr(most));
  }
  return std::nullopt;
}

std::optional<Rate> apr_of(const LevelLoan& loan, std::int64_t amount_financed_minor,
                           const LoanTerms& terms) {
  const std::array advance{Flow{amount_financed_minor, 1, {}}};
  const int months = terms.term_months;
  const std::array payments{Flow{loan.last_payment_minor, 1, {months, 0, 30}},
                            Flow{loan.payment_minor, months - 1, {1, 0, 30}}};
  const std::size_t groups = months == 1 ? 1 : 2;
  return actuarial_apr({12, advance, std::span(payments).first(groups)}, terms.rate);
}

Refusal apr_refusal(const LoanTerms& terms) {
  const std::string term = std::to_string(terms.term_months);
  const std::string rate = format_rate(terms.rate);
  return {"apr", "the APR of " + term + " months at " + rate + " % is not between 0 and 1000 %",
          "le taux annuel effectif sur " + term + " mois à " + in_french(rate) +
              " % n'est pas compris entre 0 et 1000 %"};
}

}  // namespace

std::variant<Priced, Refusal> price(const Costs& costs, const LoanTerms& terms,
                                    FeeHandling handling) {
  if (auto problem = terms_problem(terms)) return *std::move(problem);
  if (!same_currency(costs, terms)) {
    const std::string code(terms.currency.code());
    return Refusal("currency",
                   "the case and the product must be in one currency; the product is in " + code,
                   "le dossier et le produit doivent être dans la même devise ; celle du produit "
                   "est " +
                       code);
  }
  auto amounts = amounts_of(costs, terms.dealer_fee, handling);
  if (auto* refusal = std::get_if<Refusal>(&amounts)) return std::move(*refusal);
  Priced priced;
  priced.amounts = std::get<Amounts>(std::move(amounts));
  priced.amounts.fees = terms.fees_financed;
  priced.amounts.financed = priced.amounts.sent = priced.amounts.financed + terms.fees_financed;
  if (auto problem = amount_problem(priced.amounts, terms)) return *std::move(problem);

  const std::int64_t principal = priced.amounts.financed.minor_units;
  auto loan = level_loan({principal, terms.rate, terms.term_months, terms.rounding});
  if (!loan) {
    const std::string term = std::to_string(terms.term_months);
    const std::string rate = format_rate(terms.rate);
    return Refusal("payment_rounding",
                   "payments in whole cents cannot carry " + spelled(priced.amounts.financed) +
                       " over " + term + " months at " + rate + " %",
                   "des paiements en centimes entiers ne peuvent amortir " +
                       spelled_fr(priced.amounts.financed) + " sur " + term + " mois à " +
                       in_french(rate) + " %");
  }
  priced.loan = *std::move(loan);
  const std::int64_t fees = terms.fees_financed.minor_units + terms.fees_prepaid.minor_units;
  const std::int64_t amount_financed = principal - fees;
  if (amount_financed <= 0) return apr_refusal(terms);
  const std::optional<Rate> apr = apr_of(priced.loan, amount_financed, terms);
  if (!apr) return apr_refusal(terms);
  priced.apr = *apr;
  priced.apr_within_tolerance = within_tolerance(terms.rate, *apr);
  priced.total_of_payments = Money{priced.loan.total_minor, terms.currency};
  priced.finance_charge = Money{priced.loan.interest_minor + fees, terms.currency};
  return priced;
}

}  // namespace lendport::quotes

#include "quotes/rules.hpp"

#include <algorithm>
#include <tuple>

namespace lendport::quotes {
namespace {

Money sum_of(const std::vector<CostLine>& lines, Currency currency) {
  Money sum{0, currency};
  for (const CostLine& line : lines) sum = sum + line.amount;
  return sum;
}

FeeBasis basis_of(lendport::FeeBasis basis) {
  switch (basis) {
    case lendport::FeeBasis::system_cost: return FeeBasis::system_cost;
    case lendport::FeeBasis::net_cost: return FeeBasis::net_cost;
    case lendport::FeeBasis::financed_amount: return FeeBasis::financed_amount;
  }
  return FeeBasis::financed_amount;
}

DealerFee fee_of(const lendport::DealerFee& fee) {
  DealerFee own;
  own.basis = basis_of(fee.basis);
  own.percent = fee.percent.value_or(Rate{});
  own.flat = fee.flat;
  own.included_in_quoted_cost = fee.included_in_quoted_cost;
  return own;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

bool holds(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view language_part(std::string_view locale) {
  return locale.substr(0, locale.find('-'));
}

// What the engine cannot price yet is said, never approximated.
std::optional<Refusal> unsupported(const Product& product) {
  const auto refused = [](const std::string& what) {
    return Refusal{"unsupported_kind", "only level loans can be priced so far, not " + what};
  };
  if (!is_level(product.terms.structure)) {
    return refused(std::string(to_string(product.terms.structure)));
  }
  if (product.terms.promo) return refused("a loan with a promotional phase");
  if (product.terms.itc_paydown) return refused("a loan with a tax-credit paydown");
  if (product.terms.escalator) return refused("payments that rise every year");
  return std::nullopt;
}

}  // namespace

std::variant<Costs, Refusal> costs_of(const Case& subject) {
  Costs costs;
  if (subject.system_cost) {
    costs.system_cost = *subject.system_cost;
  } else if (subject.size_w && subject.cost_per_watt) {
    const auto cost = cost_of_size(*subject.size_w, *subject.cost_per_watt);
    if (!cost) {
      return Refusal{"system_cost", "the size times the cost per watt must be at most " +
                                        format_amount({kCostMinorMax, {}})};
    }
    costs.system_cost = *cost;
    costs.from_size = true;
  } else {
    return Refusal{"system_cost",
                   "the case has no system cost: give a total, or size and cost per watt"};
  }
  const Currency currency = costs.system_cost.currency;
  costs.adders = sum_of(subject.adders, currency);
  costs.discounts = sum_of(subject.discounts, currency);
  costs.incentives = sum_of(subject.incentives, currency);
  costs.down_payment = subject.down_payment.value_or(Money{0, currency});
  return costs;
}

std::variant<LoanTerms, Refusal> terms_of(const Product& product) {
  const Terms& from = product.terms;
  LoanTerms terms;
  terms.currency = from.currency;
  terms.rate = from.apr;
  terms.term_months = from.term_months;
  if (from.dealer_fee) terms.dealer_fee = fee_of(*from.dealer_fee);
  terms.fees_financed = terms.fees_prepaid = Money{0, from.currency};
  for (const ProductFee& fee : from.fees) {
    if (fee.amount.currency != from.currency) {
      return Refusal{"currency", "the product's fees are in another currency than the product"};
    }
    if (fee.amount.minor_units < 0 || fee.amount.minor_units > kPrincipalMinorMax) {
      return Refusal{"fees", "the lender's fees must be positive amounts that can be financed"};
    }
    Money& sum = fee.financed ? terms.fees_financed : terms.fees_prepaid;
    sum = sum + fee.amount;
  }
  terms.min_amount = from.min_amount;
  terms.max_amount = from.max_amount;
  terms.down_payment = from.down_payment;
  terms.payment_frequency = std::string(to_string(from.payment_frequency));
  terms.day_count = std::string(to_string(from.day_count));
  return terms;
}

std::optional<Refusal> misfit(const Case& subject, const Product& product,
                              std::string_view language) {
  if (auto refusal = unsupported(product)) return refusal;
  const Terms& terms = product.terms;
  const Address& site = subject.project_address;
  if (site.country.empty()) {
    return Refusal{"country", "the project's address has no country yet"};
  }
  if (!holds(terms.countries, site.country)) {
    return Refusal{"country", "the product is offered in " + listed(terms.countries) + ", not in " +
                                  site.country};
  }
  if (!terms.states.empty() && !holds(terms.states, site.state)) {
    return Refusal{"state", "the product is offered in " + listed(terms.states) + ", not in " +
                                (site.state.empty() ? "a project without a state" : site.state)};
  }
  const std::string segment(to_string(subject.segment));
  if (!terms.segments.empty() && !holds(terms.segments, segment)) {
    return Refusal{"segment", "the product is for " + listed(terms.segments) +
                                  " projects, this one is " + segment};
  }
  if (!serves(terms.approved_locales, language)) {
    return Refusal{"language", "the lender approved its texts in " +
                                   listed(terms.approved_locales) + ", not in " +
                                   std::string(language)};
  }
  return std::nullopt;
}

bool serves(const std::vector<std::string>& approved_locales, std::string_view language) {
  return std::any_of(approved_locales.begin(), approved_locales.end(), [&](const auto& locale) {
    return locale == language || language_part(locale) == language_part(language);
  });
}

std::string language_of(const Case& subject, std::string_view asked) {
  if (!asked.empty()) return std::string(asked);
  if (!subject.applicants.empty() && !subject.applicants.front().language.empty()) {
    return subject.applicants.front().language;
  }
  return "en";
}

FeeHandling handling_of(bool include_in_amount_sent) {
  return include_in_amount_sent ? FeeHandling::in_loan : FeeHandling::own_cost;
}

std::variant<PricedProduct, Refusal> priced(const Case& subject, const Costs& costs,
                                            const Product& product, std::string_view language,
                                            FeeHandling handling) {
  if (auto refusal = misfit(subject, product, language)) return *std::move(refusal);
  const auto terms = terms_of(product);
  if (const auto* refusal = std::get_if<Refusal>(&terms)) return *refusal;
  auto outcome = price(costs, std::get<LoanTerms>(terms), handling);
  if (auto* refusal = std::get_if<Refusal>(&outcome)) return std::move(*refusal);
  PricedProduct line;
  line.product = product.id;
  line.product_version = product.version;
  line.product_name = product.name_in(language);
  line.lender = product.lender;
  line.connection = product.connection;
  line.term_months = product.terms.term_months;
  line.apr_stated = product.terms.apr;
  line.priced = std::get<Priced>(std::move(outcome));
  return line;
}

void sort(std::vector<PricedProduct>& products, QuoteOrder order) {
  const auto key = [order](const PricedProduct& line) {
    const std::int64_t payment = line.priced.loan.payment_minor;
    const std::int64_t rate = line.priced.apr.billionths;
    const std::int64_t term = line.term_months;
    switch (order) {
      case QuoteOrder::lowest_payment: return std::tuple(payment, rate, term);
      case QuoteOrder::lowest_rate: return std::tuple(rate, payment, term);
      case QuoteOrder::shortest_term: return std::tuple(term, payment, rate);
    }
    return std::tuple(payment, rate, term);
  };
  std::stable_sort(products.begin(), products.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

}  // namespace lendport::quotes

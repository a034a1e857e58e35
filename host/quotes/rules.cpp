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

std::string structure_fr(Structure structure) {
  switch (structure) {
    case Structure::loan_solar: return "un prêt solaire";
    case Structure::loan_mortgage_style: return "un prêt de type hypothécaire";
    case Structure::bullet: return "un prêt in fine";
    case Structure::interest_only: return "un prêt à intérêts seuls";
    case Structure::no_payment: return "un prêt sans paiements";
    case Structure::graduated: return "un prêt à paiements progressifs";
    case Structure::lease: return "une location";
    case Structure::ppa: return "un contrat d'achat d'électricité";
    case Structure::ppa_prepaid: return "un contrat d'achat d'électricité prépayé";
    case Structure::ppa_levelized: return "un contrat d'achat d'électricité à prix lissé";
    case Structure::pace: return "un financement PACE";
    case Structure::mortgage: return "un prêt hypothécaire";
    case Structure::cash: return "un paiement comptant";
  }
  return {};
}

std::string segment_fr(std::string_view segment) {
  return segment == "residential" ? "résidentiels" : "commerciaux";
}

std::string segments_fr(const std::vector<std::string>& segments) {
  std::vector<std::string> words;
  for (const std::string& segment : segments) words.push_back(segment_fr(segment));
  return listed(words);
}

// What the engine cannot price yet is said, never approximated.
std::optional<Refusal> unsupported(const Product& product) {
  const auto refused = [](const std::string& what, const std::string& what_fr) {
    return Refusal("unsupported_kind", "only level loans can be priced so far, not " + what,
                   "seuls les prêts à paiements constants peuvent être chiffrés pour le moment, "
                   "non " +
                       what_fr);
  };
  const Structure structure = product.terms.structure;
  if (!is_level(structure)) {
    return refused(std::string(to_string(structure)), structure_fr(structure));
  }
  if (product.terms.promo) {
    return refused("a loan with a promotional phase", "un prêt avec une phase promotionnelle");
  }
  if (product.terms.itc_paydown) {
    return refused("a loan with a tax-credit paydown",
                   "un prêt avec un remboursement par crédit d'impôt");
  }
  if (product.terms.escalator) {
    return refused("payments that rise every year", "des paiements qui augmentent chaque année");
  }
  return std::nullopt;
}

Refusal another_country(const Terms& terms, const Address& site) {
  if (site.country.empty()) {
    return {"country", "the project's address has no country yet",
            "l'adresse du projet n'a pas encore de pays"};
  }
  const std::string countries = listed(terms.countries);
  return {"country", "the product is offered in " + countries + ", not in " + site.country,
          "pays où le produit est proposé : " + countries + ", et non " + site.country};
}

Refusal another_state(const Terms& terms, const Address& site) {
  const std::string states = listed(terms.states);
  const bool none = site.state.empty();
  return {"state",
          "the product is offered in " + states + ", not in " +
              (none ? "a project without a state" : site.state),
          "États où le produit est proposé : " + states + ", et non " +
              (none ? "un projet dont l'État manque" : site.state)};
}

}  // namespace

std::variant<Costs, Refusal> costs_of(const Case& subject) {
  Costs costs;
  if (subject.system_cost) {
    costs.system_cost = *subject.system_cost;
  } else if (subject.size_w && subject.cost_per_watt) {
    const auto cost = cost_of_size(*subject.size_w, *subject.cost_per_watt);
    if (!cost) {
      const std::string most = format_amount({kCostMinorMax, {}});
      return Refusal(
          "system_cost", "the size times the cost per watt must be at most " + most,
          "la taille multipliée par le coût par watt ne doit pas dépasser " + in_french(most));
    }
    costs.system_cost = *cost;
    costs.from_size = true;
  } else {
    return Refusal(
        "system_cost", "the case has no system cost: give a total, or size and cost per watt",
        "le dossier n'a pas de coût d'installation : donnez un total, ou la taille et le "
        "coût par watt");
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
      return Refusal("currency", "the product's fees are in another currency than the product",
                     "les frais du produit ne sont pas dans la devise du produit");
    }
    if (fee.amount.minor_units < 0 || fee.amount.minor_units > kPrincipalMinorMax) {
      return Refusal("fees", "the lender's fees must be positive amounts that can be financed",
                     "les frais du prêteur doivent être des montants positifs qui peuvent être "
                     "financés");
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
  if (!holds(terms.countries, site.country)) return another_country(terms, site);
  if (!terms.states.empty() && !holds(terms.states, site.state)) return another_state(terms, site);
  const std::string segment(to_string(subject.segment));
  if (!terms.segments.empty() && !holds(terms.segments, segment)) {
    return Refusal(
        "segment",
        "the product is for " + listed(terms.segments) + " projects, this one is " + segment,
        "le produit est destiné aux projets " + segments_fr(terms.segments) + ", non aux projets " +
            segment_fr(segment));
  }
  if (!serves(terms.approved_locales, language)) {
    const std::string approved = listed(terms.approved_locales);
    return Refusal(
        "language",
        "the lender approved its texts in " + approved + ", not in " + std::string(language),
        "langues dans lesquelles le prêteur a approuvé ses textes : " + approved + ", et non " +
            std::string(language));
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

// Projects and products for the tests of quotes.
#pragma once

#include "cases/json.hpp"
#include "cases/rules.hpp"
#include "cases/samples.hpp"
#include "catalog/catalog.hpp"
#include "quotes/rules.hpp"

#include <string>

namespace lendport::quotes {

using cases::usd;

inline Rate percent(const std::string& text) {
  return parse_rate(text).value();
}

// A residential project of 20 000 USD in Texas, its applicant reads English.
inline Case project() {
  Case subject;
  cases::apply(cases::read_change(cases::case_body()), subject);
  return subject;
}

// A level loan of 20 years at 6.99 %, dealer fee 5 % of the system cost, for Texas and California.
inline Terms level_terms() {
  Terms terms;
  terms.structure = Structure::loan_solar;
  terms.name = {{"en", "Solar loan"}, {"es", "Préstamo solar"}};
  terms.approved_locales = {"en", "es"};
  terms.countries = {"US"};
  terms.states = {"CA", "TX"};
  terms.segments = {"residential"};
  terms.apr = percent("6.99");
  terms.term_months = 240;
  terms.dealer_fee.emplace();
  terms.dealer_fee->percent = percent("5");
  terms.dealer_fee->basis = lendport::FeeBasis::system_cost;
  terms.min_amount = usd("5000");
  terms.max_amount = usd("100000");
  return terms;
}

inline Product product(const Terms& terms) {
  Product product;
  product.id = ProductId{"prod_1"};
  product.lender = "Test Lender";
  product.lender_product_id = "L-20-699";
  product.terms = terms;
  return product;
}

}  // namespace lendport::quotes

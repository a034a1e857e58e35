// Possible terms for tests to bend.
#pragma once

#include "catalog/product.hpp"

#include <string>

namespace lendport::test {

inline Terms level_loan() {
  Terms terms;
  terms.structure = Structure::loan_solar;
  terms.name = {{"en", "Solar 25"}};
  terms.approved_locales = {"en"};
  terms.countries = {"US"};
  terms.apr = parse_rate("5.99").value();
  terms.term_months = 300;
  DealerFee fee;
  fee.percent = parse_rate("18.5").value();
  fee.basis = FeeBasis::financed_amount;
  terms.dealer_fee = fee;
  terms.min_amount = Money{100'000, {}};
  terms.max_amount = Money{10'000'000, {}};
  return terms;
}

// A product of product/1; `more` is laid in as further members: R"(,"apr":"1")".
inline std::string lender_product(const std::string& id, const std::string& apr = "5.99",
                                  const std::string& more = "") {
  return R"({"lender_product_id":")" + id + R"(","kind":"loan_solar","name":{"en":"Solar )" + id +
         R"("},"approved_locales":["en"],"countries":["US"],"currency":"USD","apr":")" + apr +
         R"(","term_months":300)" + more + "}";
}

}  // namespace lendport::test

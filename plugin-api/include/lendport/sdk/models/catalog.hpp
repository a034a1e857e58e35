// catalog.list/1: the lender's products, in its own terms.
#pragma once

#include <lendport/sdk/models/money.hpp>

namespace lendport::sdk {

struct Promo {
  int months = 0;
  std::optional<std::string> rate;
  std::optional<int> no_payment_months;
  std::optional<bool> interest_only;

  static void fields(auto& self, auto& each) {
    each("months", self.months);
    each("rate", self.rate);
    each("no_payment_months", self.no_payment_months);
    each("interest_only", self.interest_only);
  }
};

struct ItcPaydown {
  std::string percent;
  int month = 0;
  std::optional<bool> re_amortize;

  static void fields(auto& self, auto& each) {
    each("percent", self.percent);
    each("month", self.month);
    each("re_amortize", self.re_amortize);
  }
};

enum class FeeBasis : std::uint8_t { unknown, system_cost, net_cost, financed_amount };
constexpr auto enum_names(FeeBasis) {
  return std::array<std::string_view, 4>{"unknown", "system_cost", "net_cost", "financed_amount"};
}

// Either percent or flat.
struct DealerFee {
  std::optional<std::string> percent;
  std::optional<Money> flat;
  FeeBasis basis = FeeBasis::unknown;
  std::optional<bool> included_in_quoted_cost;

  static void fields(auto& self, auto& each) {
    each("percent", self.percent);
    each("flat", self.flat);
    each("basis", self.basis);
    each("included_in_quoted_cost", self.included_in_quoted_cost);
  }
};

struct ProductFee {
  std::string code;
  Money amount;
  std::optional<bool> financed;

  static void fields(auto& self, auto& each) {
    each("code", self.code);
    each("amount", self.amount);
    each("financed", self.financed);
  }
};

// One product by product-1. Rates are percent as decimal strings; dates "2026-03-01". Say only what
// the lender says: the hub has the defaults.
struct LenderProduct {
  std::string lender_product_id;
  std::optional<std::string> lender_version;
  std::optional<std::string> supersedes;
  std::string kind;
  Texts name;
  std::map<std::string, Texts> texts;
  std::vector<std::string> approved_locales;
  std::vector<std::string> countries;
  std::vector<std::string> states;
  std::vector<std::string> segments;
  std::string currency;
  std::string apr;
  int term_months = 0;
  std::optional<Promo> promo;
  std::optional<ItcPaydown> itc_paydown;
  std::optional<std::string> escalator;
  std::optional<Money> price_per_kwh;
  std::optional<DealerFee> dealer_fee;
  std::vector<ProductFee> fees;
  std::optional<Money> min_amount;
  std::optional<Money> max_amount;
  std::optional<Money> down_payment;
  std::optional<std::string> day_count;
  std::optional<std::string> payment_frequency;
  std::optional<std::string> valid_from;
  std::optional<std::string> valid_until;

  static void fields(auto& self, auto& each) {
    each("lender_product_id", self.lender_product_id);
    each("lender_version", self.lender_version);
    each("supersedes", self.supersedes);
    each("kind", self.kind);
    each("name", self.name);
    each("texts", self.texts);
    each("approved_locales", self.approved_locales);
    each("countries", self.countries);
    each("states", self.states);
    each("segments", self.segments);
    each("currency", self.currency);
    each("apr", self.apr);
    each("term_months", self.term_months);
    each("promo", self.promo);
    each("itc_paydown", self.itc_paydown);
    each("escalator", self.escalator);
    each("price_per_kwh", self.price_per_kwh);
    each("dealer_fee", self.dealer_fee);
    each("fees", self.fees);
    each("min_amount", self.min_amount);
    each("max_amount", self.max_amount);
    each("down_payment", self.down_payment);
    each("day_count", self.day_count);
    each("payment_frequency", self.payment_frequency);
    each("valid_from", self.valid_from);
    each("valid_until", self.valid_until);
  }
};

struct CatalogQuestion {
  std::optional<std::string> page;  // next_page of the page before; absent: the first

  static void fields(auto& self, auto& each) { each("page", self.page); }
};

// `products` is written even when empty: no products is an answer.
struct CatalogPage {
  std::vector<LenderProduct> products;
  std::optional<std::string> next_page;

  static void fields(auto& self, auto& each) {
    each.always("products", self.products);
    each("next_page", self.next_page);
  }
};

struct CatalogList {
  static constexpr std::string_view kId = "catalog.list/1";
  using Request = CatalogQuestion;
  using Result = CatalogPage;
};

}  // namespace lendport::sdk

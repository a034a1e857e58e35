// Which products fit a case, and what the engine is told of both.
#include "quotes/rules.hpp"

#include "quotes/samples.hpp"

#include <gtest/gtest.h>

namespace lendport::quotes {
namespace {

// The one place that asks: the code of what does not fit, or "".
template <class Change>
std::string code_after(const Change& change, std::string_view language = "en") {
  Case subject = project();
  Terms terms = level_terms();
  change(subject, terms);
  const auto costs = costs_of(subject);
  if (const auto* refusal = std::get_if<Refusal>(&costs)) return refusal->code;
  const auto outcome =
      priced(subject, std::get<Costs>(costs), product(terms), language, FeeHandling::in_loan);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    EXPECT_FALSE(refusal->detail.empty());
    return refusal->code;
  }
  return "";
}

TEST(Misfit, NamesWhatDoesNotFit) {
  EXPECT_EQ(code_after([](Case&, Terms&) {}), "");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.country = ""; }), "country");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.country = "FR"; }), "country");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.state = "NY"; }), "state");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.state = ""; }), "state");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.segment = Segment::commercial; }), "segment");
  EXPECT_EQ(code_after([](Case& c, Terms& t) {
              c.project_address.state = "NY";
              c.segment = Segment::commercial;
              t.states.clear();
              t.segments.clear();
            }),
            "");
  EXPECT_EQ(code_after([](Case&, Terms&) {}, "fr"), "language");
  EXPECT_EQ(code_after([](Case&, Terms&) {}, "es-MX"), "");
}

TEST(Misfit, RefusesWhatIsNotLevel) {
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.structure = Structure::ppa; }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.structure = Structure::cash; }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.promo.emplace(); }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.itc_paydown.emplace(); }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.escalator = percent("2.9"); }), "unsupported_kind");
}

TEST(Priced, NamesTheProductsLimits) {
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.max_amount = usd("20999.99"); }), "max_amount");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.min_amount = usd("21000.01"); }), "min_amount");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.down_payment = usd("1"); }), "down_payment");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.day_count = DayCount::actual_365; }), "day_count");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.payment_frequency = PaymentFrequency::quarterly; }),
            "payment_frequency");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.term_months = 0; }), "term_months");
  EXPECT_EQ(code_after([](Case&, Terms& t) {
              t.fees = {{"origination", Money{kMinorUnitsMax, {}}, true}};
            }),
            "fees");
  EXPECT_EQ(code_after([](Case&, Terms& t) {
              t.fees = {{"origination", Money{1, Currency::parse("EUR").value()}, true}};
            }),
            "currency");
  EXPECT_EQ(code_after([](Case& c, Terms&) {
              c.incentives = {{"rebate", usd("20000")}};
            }),
            "net_cost");
}

TEST(CostsOfCase, TakeTheTotalBeforeSizeTimesCostPerWatt) {
  Case subject = project();
  subject.size_w = 10'915;
  subject.cost_per_watt = usd("3.75");
  auto costs = std::get<Costs>(costs_of(subject));
  EXPECT_EQ(costs.system_cost, usd("20000"));
  EXPECT_FALSE(costs.from_size);
  subject.system_cost.reset();
  costs = std::get<Costs>(costs_of(subject));
  EXPECT_EQ(costs.system_cost, usd("40931.25"));
  EXPECT_TRUE(costs.from_size);
  subject.size_w.reset();
  EXPECT_EQ(std::get<Refusal>(costs_of(subject)).code, "system_cost");
}

TEST(CostsOfCase, SumTheLines) {
  Case subject = project();
  subject.adders = {{"battery", usd("9000.01")}, {"charger", usd("500")}};
  subject.discounts = {{"spring", usd("250.50")}};
  subject.incentives = {{"state", usd("1000")}, {"utility", usd("750")}};
  const auto costs = std::get<Costs>(costs_of(subject));
  EXPECT_EQ(costs.adders, usd("9500.01"));
  EXPECT_EQ(costs.discounts, usd("250.50"));
  EXPECT_EQ(costs.incentives, usd("1750"));
  EXPECT_EQ(costs.down_payment, usd("0"));
}

TEST(TermsOfProduct, CarryTheFeesApart) {
  Terms terms = level_terms();
  terms.fees = {{"origination", usd("500"), true}, {"filing", usd("75"), false}};
  const auto found = std::get<LoanTerms>(terms_of(product(terms)));
  EXPECT_EQ(found.fees_financed, usd("500"));
  EXPECT_EQ(found.fees_prepaid, usd("75"));
  EXPECT_EQ(found.dealer_fee.basis, FeeBasis::system_cost);
  EXPECT_EQ(found.dealer_fee.percent, percent("5"));
}

TEST(LanguageOfQuote, IsAskedForOrTheApplicants) {
  Case subject = project();
  EXPECT_EQ(language_of(subject, "es"), "es");
  EXPECT_EQ(language_of(subject, ""), "en");
  subject.applicants[0].language = "fr";
  EXPECT_EQ(language_of(subject, ""), "fr");
  subject.applicants[0].language = "";
  EXPECT_EQ(language_of(subject, ""), "en");
}

TEST(SortOffers, ByPaymentRateAndTerm) {
  const Case subject = project();
  const auto costs = std::get<Costs>(costs_of(subject));
  std::vector<PricedProduct> lines;
  for (const auto& [id, apr, months] :
       {std::tuple{"a", "7.99", 120}, std::tuple{"b", "3.99", 180}, std::tuple{"c", "5.99", 300}}) {
    Terms terms = level_terms();
    terms.apr = percent(apr);
    terms.term_months = months;
    Product offered = product(terms);
    offered.id = ProductId{id};
    lines.push_back(
        std::get<PricedProduct>(priced(subject, costs, offered, "en", FeeHandling::in_loan)));
  }
  const auto ids = [&](QuoteOrder order) {
    sort(lines, order);
    std::string text;
    for (const auto& line : lines) text += line.product.value;
    return text;
  };
  EXPECT_EQ(ids(QuoteOrder::lowest_payment), "cba");
  EXPECT_EQ(ids(QuoteOrder::lowest_rate), "bca");
  EXPECT_EQ(ids(QuoteOrder::shortest_term), "abc");
}

}  // namespace
}  // namespace lendport::quotes

// Terms that cannot be, changes a live product refuses.
#include "catalog/rules.hpp"

#include "catalog/sample_terms.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace lendport {
namespace {

using test::level_loan;
using Pointers = std::vector<std::string>;

Pointers pointers(const std::vector<Violation>& violations) {
  Pointers found;
  for (const Violation& violation : violations) found.push_back(violation.pointer);
  return found;
}

struct Bend {
  std::string pointer;
  std::function<void(Terms&)> bend;
};

Money euros(std::int64_t minor) {
  return {minor, Currency::parse("EUR").value()};
}

const std::vector<Bend>& impossible() {
  static const std::vector<Bend> kBends{
      {"/apr", [](Terms& t) { t.apr = Rate{599 * kRateOnePercent}; }},
      {"/term_months", [](Terms& t) { t.term_months = 0; }},
      {"/term_months", [](Terms& t) { t.term_months = 601; }},
      {"/min_amount",
       [](Terms& t) {
         t.min_amount = Money{10'000'001, {}};
       }},
      {"/max_amount",
       [](Terms& t) {
         t.min_amount.reset(), t.max_amount = Money{0, {}};
       }},
      {"/max_amount", [](Terms& t) { t.max_amount = euros(1'000'000); }},
      {"/down_payment", [](Terms& t) { t.down_payment = euros(1); }},
      {"/fees/0/amount",
       [](Terms& t) {
         t.fees = {{"filing", euros(1), false}};
       }},
      {"/dealer_fee",
       [](Terms& t) {
         t.dealer_fee->flat = Money{1, {}};
       }},
      {"/dealer_fee", [](Terms& t) { t.dealer_fee->percent.reset(); }},
      {"/dealer_fee/percent",
       [](Terms& t) { t.dealer_fee->percent->billionths = 100 * kRateOnePercent; }},
      {"/promo/months",
       [](Terms& t) {
         t.term_months = 12, t.promo = Promo{13, {}, {}, true};
       }},
      {"/promo/no_payment_months",
       [](Terms& t) {
         t.term_months = 12, t.promo = Promo{12, {}, 12, false};
       }},
      {"/itc_paydown/month",
       [](Terms& t) {
         t.term_months = 12, t.itc_paydown = ItcPaydown{Rate{1}, 18, true};
       }},
      {"/valid_until",
       [](Terms& t) {
         t.valid_from = parse_date("2026-05-05").value();
         t.valid_until = parse_date("2026-05-04").value();
       }},
      {"/name",
       [](Terms& t) {
         t.name = {{"fr", "Solaire"}};
       }},
      {"/escalator", [](Terms& t) { t.escalator = Rate{101 * kRateOnePercent}; }},
  };
  return kBends;
}

TEST(ViolationsOf, AreNoneForPossibleTerms) {
  EXPECT_EQ(pointers(violations_of(level_loan())), Pointers{});
}

TEST(ViolationsOf, NameWhatIsImpossible) {
  for (const Bend& bend : impossible()) {
    Terms terms = level_loan();
    bend.bend(terms);
    EXPECT_EQ(pointers(violations_of(terms)), Pointers{bend.pointer});
  }
}

TEST(ViolationsOfChange, LetTheDealerFeeAndTheLimitsChangeInPlace) {
  Terms after = level_loan();
  after.dealer_fee->percent = parse_rate("20").value();
  after.max_amount = Money{5'000'000, {}};
  after.valid_until = parse_date("2030-01-01").value();
  EXPECT_EQ(pointers(violations_of_change(level_loan(), after)), Pointers{});
}

TEST(ViolationsOfChange, AskForANewProductForWhatTheCustomerPays) {
  const std::vector<Bend> bends{
      {"/apr", [](Terms& t) { t.apr = parse_rate("6").value(); }},
      {"/term_months", [](Terms& t) { t.term_months = 240; }},
      {"/promo",
       [](Terms& t) {
         t.promo = Promo{12, Rate{}, {}, false};
       }},
      {"/structure", [](Terms& t) { t.structure = Structure::bullet; }},
      {"/day_count", [](Terms& t) { t.day_count = DayCount::actual_365; }},
      {"/payment_frequency", [](Terms& t) { t.payment_frequency = PaymentFrequency::annual; }},
      {"/fees",
       [](Terms& t) {
         t.fees = {{"filing", Money{1, {}}, false}};
       }},
  };
  for (const Bend& bend : bends) {
    Terms after = level_loan();
    bend.bend(after);
    const auto found = violations_of_change(level_loan(), after);
    EXPECT_EQ(pointers(found), Pointers{bend.pointer});
    for (const Violation& violation : found) EXPECT_EQ(violation.code, "needs_new_product");
  }
}

TEST(ViolationsOfRelease, RefusePaceThatIsNotIntegrated) {
  Product product;
  product.terms = level_loan();
  product.integration_status = IntegrationStatus::none;
  EXPECT_EQ(pointers(violations_of_release(product)), Pointers{});
  product.terms.structure = Structure::pace;
  EXPECT_EQ(pointers(violations_of_release(product)), Pointers{"/structure"});
  product.integration_status = IntegrationStatus::integrated;
  EXPECT_EQ(pointers(violations_of_release(product)), Pointers{});
}

TEST(OneSentence, IsShort) {
  const std::vector<Violation> many(100, Violation{"/apr", "out_of_range", "must be less"});
  EXPECT_LE(one_sentence(many).size(), 500u);
  EXPECT_TRUE(one_sentence(many).starts_with("/apr must be less; /apr"));
}

TEST(OneSentence, DoesNotEndInTheMiddleOfACharacter) {
  const std::string sentence = "must be " + std::string(500 - 4 - 9 - 1, 'x');
  const std::vector<Violation> one{{"/apr", "out_of_range", sentence + "\u00e9"}};
  EXPECT_EQ(one_sentence(one), "/apr " + sentence);
}

}  // namespace
}  // namespace lendport

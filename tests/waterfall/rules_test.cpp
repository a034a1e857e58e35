// Which lender comes next, with what, and whether the applicant agreed.
#include "waterfall/rules.hpp"

#include "applications/texts.hpp"

#include <gtest/gtest.h>

namespace lendport::waterfall {
namespace {

using Names = std::vector<std::string>;

TEST(After, GoesDownTheOrderOnly) {
  const Names order = {"A", "B", "C"};
  EXPECT_EQ(after(order, "A"), (Names{"B", "C"}));
  EXPECT_EQ(after(order, "C"), Names{});
  EXPECT_EQ(after(order, "X"), order);
  EXPECT_EQ(after({}, "A"), Names{});
}

TEST(BestOf, TakesTheFirstLenderWithAnOffer) {
  Comparison comparison;
  for (const char* lender : {"C", "B", "B", "A"}) {
    PricedProduct product;
    product.lender = lender;
    product.product = ProductId{"prod_" + std::to_string(comparison.priced.size())};
    comparison.priced.push_back(product);
  }
  EXPECT_EQ(best_of(comparison, {"X", "B", "C"})->product.value, "prod_1");
  EXPECT_EQ(best_of(comparison, {"A"})->product.value, "prod_3");
  EXPECT_EQ(best_of(comparison, {"X"}), nullptr);
  EXPECT_EQ(best_of(comparison, {}), nullptr);
}

TEST(AwayOf, NamesWhoMayBeBackInAMinute) {
  Comparison comparison;
  PricedProduct offer;
  offer.lender = "C";
  comparison.priced.push_back(offer);
  const std::vector<std::pair<const char*, const char*>> left_out = {
      {"A", "min_amount"},        {"A", "not_connected"}, {"B", "country"},  {"C", "not_connected"},
      {"D", "catalogue_too_old"}, {"E", "lender_paused"}, {"F", "held_back"}};
  for (const auto& [lender, code] : left_out) {
    LeftOut product;
    product.lender = lender;
    product.code = code;
    product.is_passing =
        product.code != "min_amount" && product.code != "country" && product.code != "held_back";
    comparison.left_out.push_back(product);
  }
  const Names all = {"E", "A", "B", "C", "D", "F", "X"};
  EXPECT_EQ(named(away_of(comparison, all, nullptr)),
            "E (lender_paused), A (not_connected), D (catalogue_too_old)");
  const std::string best = "C";
  EXPECT_EQ(named(away_of(comparison, all, &best)), "E (lender_paused), A (not_connected)");
  EXPECT_TRUE(away_of(comparison, {"B", "C", "X"}, nullptr).empty());
}

TEST(IncompleteFor, NamesTheFieldAndTheRuleInBothLanguages) {
  const Wordings known{applications_texts::kReasons, applications_texts::kWords};
  const std::string missing = incomplete_for(
      "B", {"/applicants/0/phone", "missing", "the phone is missing: B requires it"});
  EXPECT_EQ(missing,
            "the case is not complete for B: /applicants/0/phone is missing; add it to the case");
  EXPECT_EQ(reworded(known, missing, "fr"),
            "le dossier n'est pas complet pour B : /applicants/0/phone manque, complétez le "
            "dossier");
  const std::string outside = incomplete_for(
      "B", {"/project/address/state", "not_available", "B does not lend for \"TX\" (state)"});
  EXPECT_EQ(outside, "B does not lend for what the case says in /project/address/state");
  EXPECT_EQ(reworded(known, outside, "fr"),
            "B ne prête pas pour ce que le dossier indique dans /project/address/state");
}

// Of stores that an earlier build wrote.
TEST(IncompleteFor, IsKnownAsItWasKeptBefore) {
  const Wordings known{applications_texts::kReasons, applications_texts::kWords};
  EXPECT_EQ(
      reworded(known, "the case is not complete for B: /project/segment B does not lend for \"x\"",
               "fr"),
      "le dossier n'est pas complet pour B : /project/segment B does not lend for \"x\"");
  EXPECT_EQ(
      reworded(known, "the case is not complete for B: /project/segment is missing or does not fit",
               "fr"),
      "le dossier n'est pas complet pour B : /project/segment manque ou ne convient pas");
}

TEST(TellsThatItIsThere, ByTheStateThatTheEventNames) {
  for (const char* there :
       {"application.in_review", "application.approved", "application.funded"}) {
    EXPECT_TRUE(tells_that_it_is_there(there)) << there;
  }
  for (const char* other : {"application.declined", "application.submitting", "application.unknown",
                            "application.expired", "application.waiting", "case.approved"}) {
    EXPECT_FALSE(tells_that_it_is_there(other)) << other;
  }
}

TEST(ConsentTo, CoversThatLenderOnTheseTermsOrBetter) {
  const OnwardConsent given{"B", "v1", Rate{6'000'000'000}, 240, Money{2'000'000, Currency()}};
  Application next;
  next.lender = "B";
  next.apr = Rate{6'000'000'000};
  next.term_months = 240;
  next.financed_amount = Money{2'000'000, Currency()};
  const auto covers = [&](const Application& application) {
    return consent_to({given}, application) != nullptr;
  };
  EXPECT_TRUE(covers(next));
  EXPECT_EQ(consent_to({}, next), nullptr);
  Application other = next, dearer = next, longer = next, more = next, euros = next;
  other.lender = "C";
  dearer.apr = Rate{6'000'000'001};
  longer.term_months = 241;
  more.financed_amount.minor_units += 1;
  euros.financed_amount.currency = Currency::parse("EUR").value();
  for (const Application& one : {other, dearer, longer, more, euros}) EXPECT_FALSE(covers(one));
}

}  // namespace
}  // namespace lendport::waterfall

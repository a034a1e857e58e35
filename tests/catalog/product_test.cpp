// Words of a product, its family and its name in a language.
#include "catalog/product.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lendport {
namespace {

TEST(Structure, HasOneFamilyAndReadsBackFromItsWord) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"loan_solar", "loan"}, {"loan_mortgage_style", "loan"},
      {"bullet", "loan"},     {"interest_only", "loan"},
      {"no_payment", "loan"}, {"graduated", "loan"},
      {"lease", "lease"},     {"ppa", "ppa"},
      {"ppa_prepaid", "ppa"}, {"ppa_levelized", "ppa"},
      {"pace", "pace"},       {"mortgage", "mortgage"},
      {"cash", "cash"}};
  for (const auto& [word, family] : cases) {
    const auto structure = parse_structure(word);
    ASSERT_TRUE(structure) << word;
    EXPECT_EQ(to_string(*structure), word);
    EXPECT_EQ(to_string(kind_of(*structure)), family);
  }
  EXPECT_FALSE(parse_structure("loan"));
  EXPECT_FALSE(parse_structure(""));
}

TEST(Structure, IsLevelWhereEveryPaymentIsTheSame) {
  EXPECT_TRUE(is_level(Structure::loan_solar));
  EXPECT_TRUE(is_level(Structure::loan_mortgage_style));
  EXPECT_FALSE(is_level(Structure::bullet));
  EXPECT_FALSE(is_level(Structure::lease));
}

TEST(Product, ReadsItsOtherWordsBack) {
  EXPECT_EQ(parse_day_count("actual/365"), DayCount::actual_365);
  EXPECT_EQ(to_string(PaymentFrequency::semi_annual), "semi_annual");
  EXPECT_EQ(parse_fee_basis("net_cost"), FeeBasis::net_cost);
  EXPECT_FALSE(parse_fee_basis("cost"));
  EXPECT_EQ(parse_product_status("needs_configuration"), ProductStatus::needs_configuration);
  EXPECT_EQ(parse_origin("configured"), Origin::configured);
  EXPECT_EQ(parse_integration_status("in_progress"), IntegrationStatus::in_progress);
  EXPECT_EQ(parse_payment_frequency("annual"), PaymentFrequency::annual);
  EXPECT_EQ(parse_financing_kind("pace"), FinancingKind::pace);
}

TEST(Product, IsNamedInTheLanguageAskedForOrElseInTheFirstApprovedOne) {
  Product product;
  product.terms.approved_locales = {"en", "fr-CA"};
  product.terms.name = {{"en", "Solar 25"}, {"fr-CA", "Solaire 25"}};
  EXPECT_EQ(product.name_in("en"), "Solar 25");
  EXPECT_EQ(product.name_in("fr"), "Solaire 25");
  EXPECT_EQ(product.name_in("es"), "Solar 25");
  product.terms.name.clear();
  EXPECT_EQ(product.name_in("en"), "");
}

TEST(NotQuotable, PassesByItselfWhereTheLenderIsAwayAlone) {
  const std::set<NotQuotable> passing{NotQuotable::not_connected, NotQuotable::lender_paused,
                                      NotQuotable::catalogue_too_old};
  for (int i = 0; i <= static_cast<int>(NotQuotable::no_longer_valid); ++i) {
    const auto reason = static_cast<NotQuotable>(i);
    EXPECT_EQ(is_passing(reason), passing.count(reason) == 1) << to_string(reason);
  }
}

TEST(NotQuotable, IsSaidInEnglishAndFrench) {
  std::set<std::string> sentences;
  for (int i = 0; i <= static_cast<int>(NotQuotable::no_longer_valid); ++i) {
    const auto reason = static_cast<NotQuotable>(i);
    EXPECT_FALSE(to_string(reason).empty());
    sentences.insert(describe(reason, "en"));
    sentences.insert(describe(reason, "fr"));
  }
  EXPECT_EQ(sentences.size(), 18u);
}

}  // namespace
}  // namespace lendport

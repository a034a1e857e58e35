// Reading terms: what is optional has its default, what is wrong is named field by field.
#include "catalog/terms.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

constexpr const char* kLeast =
    R"({"kind":"lease","name":{"en":"Lease"},"approved_locales":["en"],"countries":["US","CA"],
        "currency":"USD","apr":"0","term_months":240})";

// The pointers of what is wrong when `changes` are laid over the least there can be.
std::vector<std::string> wrong(const std::string& changes) {
  json::Value document = json::parse(kLeast);
  document.merge_patch(json::parse(changes));
  json::Reader body(document);
  read_terms(body);
  std::vector<std::string> found;
  for (const Violation& violation : body.violations()) found.push_back(violation.pointer);
  return found;
}

using Pointers = std::vector<std::string>;

TEST(ReadTerms, FillsInTheDefaults) {
  const json::Value document = json::parse(kLeast);
  json::Reader body(document);
  const Terms terms = read_terms(body);
  EXPECT_NO_THROW(body.finish());
  EXPECT_EQ(terms.structure, Structure::lease);
  EXPECT_EQ(terms.day_count, DayCount::thirty_360);
  EXPECT_EQ(terms.payment_frequency, PaymentFrequency::monthly);
  EXPECT_FALSE(terms.dealer_fee);
  EXPECT_TRUE(terms.states.empty());
  EXPECT_EQ(terms.countries, (std::vector<std::string>{"US", "CA"}));
}

TEST(ReadTerms, NamesEachWrongField) {
  const std::vector<std::pair<std::string, Pointers>> cases{
      {R"({"kind":"barter"})", {"/kind"}},
      {R"({"structure":"ppa"})", {"/kind"}},
      {R"({"structure":"ppa","kind":null})", {}},
      {R"({"name":{"english":"x"}})", {"/name"}},
      {R"({"name":{"en":7}})", {"/name"}},
      {R"({"approved_locales":[]})", {"/approved_locales"}},
      {R"({"approved_locales":["EN"]})", {"/approved_locales"}},
      {R"({"countries":["USA"]})", {"/countries"}},
      {R"({"countries":["US","XX"]})", {"/countries"}},
      {R"({"countries":["US"],"states":["TX","XX"]})", {"/states"}},
      {R"({"countries":["US","CA"],"states":["TX","ON"]})", {}},
      {R"({"name":{"en":"  "}})", {"/name"}},
      {R"({"name":{"en":"a\u202eb"}})", {"/name"}},
      {R"({"name":{"en":"Prêt\nVert"}})", {"/name"}},
      {R"({"name":{"en":"Prêt \u2600\ufe0f Vert"}})", {}},
      {R"({"texts":{"legal":{"en":"One line.\nAnother."}}})", {}},
      {R"({"texts":{"legal":{"en":"\u200b"}}})", {"/texts/legal"}},
      {R"({"name":{"xx":"Loan"}})", {"/name"}},
      {R"({"approved_locales":["en-XX"]})", {"/approved_locales"}},
      {R"({"states":["a state too long"]})", {"/states"}},
      {R"({"currency":"usd"})", {"/currency"}},
      {R"({"apr":5.99})", {"/apr"}},
      {R"({"term_months":240.5})", {"/term_months"}},
      {R"({"itc_paydown":{"percent":"30"}})", {"/itc_paydown/month"}},
      {R"({"fees":[{"code":"x"}]})", {"/fees/0/amount"}},
      {R"({"promo":{"months":12,"no_payment_months":19}})", {"/promo/no_payment_months"}},
      {R"({"dealer_fee":{"percent":"5"}})", {"/dealer_fee/basis"}},
      {R"({"payment_frequency":"weekly"})", {"/payment_frequency"}},
  };
  for (const auto& [changes, pointers] : cases) EXPECT_EQ(wrong(changes), pointers) << changes;
}

}  // namespace
}  // namespace lendport

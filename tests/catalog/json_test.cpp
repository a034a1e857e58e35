// A lender's catalogue read with its junk, and a person's product with every mistake at once.
#include "catalog/json.hpp"

#include "catalog/sample_terms.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

namespace lendport {
namespace {

using test::lender_product;
using test::level_loan;

std::variant<CatalogPage, std::string> page(const std::string& text) {
  return read_catalog_page(json::parse(text));
}

std::string listed(const std::string& product) {
  return R"({"products":[)" + product + "]}";
}

// Why the one product of the page is held back, or "" when it is not.
std::string reason(const std::string& product) {
  const auto read = page(listed(product));
  const auto& products = std::get<CatalogPage>(read).products;
  const auto* impossible = std::get_if<ImpossibleProduct>(&products.at(0));
  return impossible == nullptr ? "" : impossible->reason;
}

TEST(ReadCatalogPage, RefusesAMalformedEnvelopeWhole) {
  for (const char* text : {"[]", "{}", R"({"products":{}})", R"({"products":"none"})",
                           R"({"products":[],"next_page":7})", "null"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(page(text))) << text;
  }
  std::string many = "0";
  for (int i = 0; i < 500; ++i) many += ",0";
  EXPECT_TRUE(std::holds_alternative<std::string>(page(listed(many))));
}

TEST(ReadCatalogPage, TakesTheNextPage) {
  const auto read = page(R"({"products":[],"next_page":"p2","extra":1})");
  EXPECT_EQ(std::get<CatalogPage>(read).next_page, "p2");
}

TEST(ReadCatalogPage, ReadsAProductWithAllItHas) {
  const std::string more =
      R"(,"lender_version":"7","supersedes":"old","states":["CA"],"segments":["residential"],
      "promo":{"months":18,"rate":"0","no_payment_months":18},
      "itc_paydown":{"percent":"30","month":18,"re_amortize":true},"escalator":"2.9",
      "price_per_kwh":{"amount":"0.15","currency":"USD"},
      "dealer_fee":{"percent":"18.5","basis":"system_cost"},
      "fees":[{"code":"filing","amount":{"amount":"25.00","currency":"USD"},"financed":true}],
      "min_amount":{"amount":"1000.00","currency":"USD"},
      "max_amount":{"amount":"100000.00","currency":"USD"},"day_count":"actual/365",
      "payment_frequency":"quarterly","valid_from":"2026-01-01","valid_until":"2026-12-31",
      "texts":{"disclosure":{"en":"As approved.","fr":"Pas approuvé."}},"unknown":[1])";
  const auto read = page(listed(lender_product("a", "5.99", more)));
  const auto& product = std::get<LenderProduct>(std::get<CatalogPage>(read).products.at(0));
  EXPECT_EQ(product.lender_product_id, "a");
  EXPECT_EQ(product.supersedes, "old");
  const Terms& terms = product.terms;
  EXPECT_EQ(terms.promo->no_payment_months, 18);
  EXPECT_EQ(terms.dealer_fee->basis, FeeBasis::system_cost);
  EXPECT_EQ(terms.texts.at("disclosure"), (LocalText{{"en", "As approved."}}));
  EXPECT_EQ(terms.payment_frequency, PaymentFrequency::quarterly);
  EXPECT_EQ(terms_in(terms_text(terms)), terms);
}

struct Impossible {
  std::string product;
  std::string reason;  // part of it
};

TEST(ReadCatalogPage, HoldsBackOneImpossibleProductWithItsReason) {
  const auto with = [](const std::string& more) { return lender_product("a", "5.99", more); };
  const std::vector<Impossible> cases{
      {"7", "is not an object"},
      {"{}", "/lender_product_id is required"},
      {lender_product("a", "nan"), "/apr"},
      {lender_product("a", "-1"), "/apr"},
      {lender_product("a", "599"), "/apr must be at most 100"},
      {lender_product("a", "1e3"), "/apr"},
      {with(R"(,"min_amount":{"amount":"9.00","currency":"USD"},
                "max_amount":{"amount":"8.00","currency":"USD"})"),
       "/min_amount must not be more"},
      {with(R"(,"min_amount":{"amount":"9.00","currency":"XXQ"})"), "/min_amount/currency"},
      {with(R"(,"dealer_fee":{"percent":"5","basis":"moon_phase"})"), "/dealer_fee/basis"},
      {with(R"(,"dealer_fee":{"basis":"net_cost"})"), "/dealer_fee"},
      {with(R"(,"promo":{"months":61})"), "/promo/months"},
      {with(R"(,"day_count":"lunar")"), "/day_count"},
      {with(R"(,"valid_until":"2026-02-30")"), "/valid_until"},
      {with(R"(,"texts":{"disclosure":{"english":"x"}})"), "/texts/disclosure"},
      {with(R"(,"segments":["industrial"])"), "/segments"},
  };
  EXPECT_EQ(reason(lender_product("a")), "");
  for (const Impossible& impossible : cases) {
    EXPECT_NE(reason(impossible.product).find(impossible.reason), std::string::npos)
        << impossible.product << "\n"
        << reason(impossible.product);
  }
}

TEST(ReadCatalogPage, HoldsBackAnUnknownKindCurrencyAndTermZero) {
  const auto bent = [](std::string from, std::string to) {
    std::string product = lender_product("a");
    return product.replace(product.find(from), from.size(), to);
  };
  EXPECT_NE(reason(bent("loan_solar", "tontine")), "");
  EXPECT_NE(reason(bent("\"USD\"", "\"ZZZ\"")), "");
  EXPECT_NE(reason(bent("\"term_months\":300", "\"term_months\":0")), "");
  EXPECT_NE(reason(bent("\"countries\":[\"US\"]", "\"countries\":[]")), "");
  EXPECT_NE(reason(bent("\"countries\":[\"US\"]", "\"countries\":[\"us\"]")), "");
}

struct Recorded {
  std::string file;  // of a connector's recorded cases
  std::string good;  // the lender's ids of the possible products
  std::size_t impossible;
};

TEST(ReadCatalogPage, ReadsWhatOurConnectorsWereRecordedToSay) {
  const std::vector<Recorded> recorded{
      {"plugins/mosaic/tests/cases/catalog-first-page", "MOS-15-599 MOS-20-699", 0},
      {"plugins/mosaic/tests/cases/catalog-impossible-products", "MOS-15-599", 9},
      {"plugin-api/examples/hello/tests/cases/catalog", "L20 L10", 0},
  };
  for (const Recorded& one : recorded) {
    std::ifstream file(LENDPORT_SOURCE_DIR "/" + one.file + "/expected.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto read = read_catalog_page(json::parse(text).at("result"));
    std::string good;
    std::size_t impossible = 0;
    for (const ReadProduct& product : std::get<CatalogPage>(read).products) {
      const auto* possible = std::get_if<LenderProduct>(&product);
      if (possible != nullptr) good += (good.empty() ? "" : " ") + possible->lender_product_id;
      if (possible == nullptr) ++impossible;
    }
    EXPECT_EQ(good, one.good) << one.file;
    EXPECT_EQ(impossible, one.impossible) << one.file;
  }
}

constexpr const char* kConfigured =
    R"({"lender":"Credit Union","kind":"loan","name":{"en":"CU 10"},"approved_locales":["en"],
        "countries":["US"],"currency":"USD","apr":"7.25","term_months":120})";

TEST(ReadConfigured, TakesAFamilyForItsPlainStructure) {
  const ProductDraft product = read_configured(kConfigured);
  EXPECT_EQ(product.lender, "Credit Union");
  EXPECT_EQ(product.terms.structure, Structure::loan_mortgage_style);
}

std::vector<std::string> wrong(const std::string& body) {
  std::vector<std::string> found;
  try {
    read_configured(body);
  } catch (const Error& error) {
    for (const Violation& violation : error.violations()) found.push_back(violation.pointer);
  }
  return found;
}

TEST(ReadConfigured, NamesEveryWrongField) {
  EXPECT_EQ(
      wrong(R"({"lender":"","structure":"lease","kind":"loan","name":"x","approved_locales":["en"],
                      "countries":["US"],"currency":"USD","apr":"x","term_months":0,"extra":1})"),
      (std::vector<std::string>{"/lender", "/kind", "/name", "/apr", "/term_months", "/extra"}));
  EXPECT_THROW(read_configured("{"), Error);
  EXPECT_EQ(wrong("[]"), std::vector<std::string>{""});
}

TEST(ReadChanges, LaysTheChangesOverWhatThereIs) {
  const ProductDraft before = read_configured(kConfigured);
  const ProductDraft after = read_changes(
      before, R"({"apr":"6","dealer_fee":{"percent":"5","basis":"net_cost"},"kind":"lease"})");
  EXPECT_EQ(format_rate(after.terms.apr), "6");
  EXPECT_EQ(after.terms.structure, Structure::lease);
  EXPECT_EQ(after.terms.term_months, 120);
  EXPECT_FALSE(read_changes(after, R"({"dealer_fee":null})").terms.dealer_fee);
  EXPECT_THROW(read_changes(before, "[]"), Error);
  EXPECT_THROW(read_changes(before, R"({"id":"x"})"), Error);
  EXPECT_THROW(read_changes(before, R"({"apr":null})"), Error);
}

TEST(ReadSelection, NeedsAFlag) {
  EXPECT_FALSE(read_selection(R"({"selected":false})"));
  EXPECT_THROW(read_selection(R"({"selected":"no"})"), Error);
  EXPECT_THROW(read_selection("{}"), Error);
}

TEST(ProductText, ShowsWhyItCannotBeQuoted) {
  auto product = std::make_shared<Product>();
  product->terms = level_loan();
  const auto quotable = json::parse(product_text({product, std::nullopt}, "en"));
  EXPECT_TRUE(quotable["quotable"].get<bool>());
  EXPECT_EQ(quotable["display_name"], "Solar 25");
  EXPECT_EQ(quotable["kind"], "loan");
  EXPECT_EQ(quotable["apr"], "5.99");
  const auto held = json::parse(product_text({product, NotQuotable::not_live}, "fr"));
  EXPECT_EQ(held["not_quotable"]["code"], "not_live");
  EXPECT_EQ(held["not_quotable"]["detail"], "Ce produit n'est pas en service.");
}

TEST(ListText, JoinsWhatIsTextAlready) {
  const std::string one = "1";
  const std::string two = "{}";
  EXPECT_EQ(list_text({&one, &two}), "[1,{}]");
  EXPECT_EQ(list_text({}), "[]");
}

}  // namespace
}  // namespace lendport

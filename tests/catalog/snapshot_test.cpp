// What is rendered from memory: filters, pages, languages, and each of it once.
#include "catalog/snapshot.hpp"

#include "catalog/sample_terms.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace lendport {
namespace {

using Change = std::function<void(Product&)>;

Quotable entry(int number, const Change& change) {
  auto product = std::make_shared<Product>();
  product->id.value = "prod_" + std::to_string(number);
  product->terms = test::level_loan();
  product->terms.approved_locales = {"en", "fr"};
  product->terms.name = {{"en", "Loan"}, {"fr", "Prêt"}};
  change(*product);
  return {product, std::nullopt};
}

void nothing(Product&) {}

OrgCatalog catalog(const std::vector<Change>& changes) {
  std::vector<Quotable> entries;
  int number = 0;
  for (const Change& change : changes) entries.push_back(entry(++number, change));
  return OrgCatalog(std::move(entries), 1, Time{});
}

// The digits of the ids on a page, in order.
std::string shown(const ProductPage& page) {
  std::string numbers;
  const std::string start = R"({"id":"prod_)";
  for (std::size_t at = page.body->find(start); at != std::string::npos;
       at = page.body->find(start, at + 1)) {
    numbers += (*page.body)[at + start.size()];
  }
  return numbers;
}

TEST(OrgCatalog, FindsByIdWhatItHolds) {
  const OrgCatalog three = catalog({nothing, nothing, nothing});
  EXPECT_EQ(three.find(ProductId{"prod_2"})->product->id.value, "prod_2");
  EXPECT_EQ(three.find(ProductId{"prod_9"}), nullptr);
  EXPECT_EQ(catalog({}).find(ProductId{"prod_1"}), nullptr);
}

TEST(OrgCatalog, ShowsWhatIsSelectedAndLiveUnlessAskedForMore) {
  const OrgCatalog some = catalog({nothing, [](Product& p) { p.selected = false; },
                                   [](Product& p) { p.status = ProductStatus::draft; }});
  EXPECT_EQ(shown(*some.page({})), "1");
  ProductQuery query;
  query.selected = false;
  EXPECT_EQ(shown(*some.page(query)), "2");
  query.selected.reset();
  EXPECT_EQ(shown(*some.page(query)), "12");
  query.status = ProductStatus::draft;
  EXPECT_EQ(shown(*some.page(query)), "3");
  query.status.reset();
  EXPECT_EQ(shown(*some.page(query)), "123");
}

TEST(OrgCatalog, GoesOnWhereThePageBeforeEnded) {
  const OrgCatalog five = catalog({nothing, nothing, nothing, nothing, nothing});
  ProductQuery query;
  query.limit = 2;
  const auto first = five.page(query);
  EXPECT_EQ(shown(*first), "12");
  ASSERT_EQ(first->next, "prod_2");
  query.after = *first->next;
  query.limit = 3;
  const auto last = five.page(query);
  EXPECT_EQ(shown(*last), "345");
  EXPECT_FALSE(last->next);
  EXPECT_TRUE(last->body->ends_with(R"(],"next_cursor":null,"has_more":false})"));
}

TEST(OrgCatalog, RendersEachPageOnceAndEachLanguageApart) {
  const OrgCatalog one = catalog({nothing});
  EXPECT_EQ(one.page({})->body.get(), one.page({})->body.get());
  ProductQuery french;
  french.language = "fr";
  EXPECT_NE(one.page({})->etag, one.page(french)->etag);
  EXPECT_NE(one.page(french)->body->find(R"("display_name":"Prêt")"), std::string::npos);
  EXPECT_NE(one.body_of(one.entries()[0], "en").find(R"("display_name":"Loan")"),
            std::string::npos);
}

TEST(OrgCatalog, KeepsOnlySoManyPagesRendered) {
  const OrgCatalog one = catalog({nothing});
  for (std::size_t i = 0; i <= kRenderedPagesMax; ++i) {
    ProductQuery query;
    query.limit = i + 1;
    EXPECT_EQ(shown(*one.page(query)), "1");
  }
  ProductQuery beyond;
  beyond.limit = kRenderedPagesMax + 1;
  EXPECT_NE(one.page(beyond)->body.get(), one.page(beyond)->body.get());
}

TEST(OrgCatalog, TagsTheSameBytesAlike) {
  EXPECT_EQ(catalog({nothing}).page({})->etag, catalog({nothing}).page({})->etag);
  EXPECT_NE(catalog({nothing}).page({})->etag, catalog({}).page({})->etag);
}

}  // namespace
}  // namespace lendport

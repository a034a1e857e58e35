// A lender's catalogue comes in: whole, in pages, broken, late, with junk, again and again.
#include "catalog/sync.hpp"

#include "catalog/fake_connectors.hpp"
#include "catalog/rows.hpp"
#include "support/run_task.hpp"

namespace lendport {
namespace {

namespace store = catalog_store;
using connectors::OutcomeKind;
using test::FakeConnectors;
using test::lender_product;

Fetched fetch(FakeConnectors& connectors, const CatalogSettings& settings = {}) {
  return support::run_task(fetch_catalog(connectors, connectors::Call{}, settings));
}

FetchFailed failed(FakeConnectors& connectors, const CatalogSettings& settings = {}) {
  const Fetched fetched = fetch(connectors, settings);
  const auto* failure = std::get_if<FetchFailed>(&fetched);
  return failure == nullptr ? FetchFailed{false, false, "did not fail"} : *failure;
}

std::string page(const std::string& products, const std::string& next) {
  return R"({"products":[)" + products + R"(],"next_page":")" + next + R"("})";
}

TEST(FetchCatalog, TakesPageAfterPage) {
  FakeConnectors connectors;
  connectors.pages = {{"", page(lender_product("a"), "2")},
                      {"2", page(lender_product("b"), "3")},
                      {"3", R"({"products":[]})"}};
  const auto fetched = std::get<FetchedCatalog>(fetch(connectors));
  EXPECT_EQ(fetched.products.size(), 2u);
  EXPECT_TRUE(fetched.complete);
  EXPECT_EQ(connectors.requests,
            (std::vector<std::string>{"{}", R"({"page":"2"})", R"({"page":"3"})"}));
}

TEST(FetchCatalog, RefusesPagesThatGoInALoop) {
  FakeConnectors connectors;
  connectors.pages = {{"", page("", "2")}, {"2", page("", "3")}, {"3", page("", "2")}};
  EXPECT_TRUE(failed(connectors).malformed);
  EXPECT_EQ(connectors.requests.size(), 3u);
}

TEST(FetchCatalog, RefusesMoreThanItsLimits) {
  FakeConnectors connectors;
  for (int i = 0; i < 9; ++i) {
    const std::string at = i == 0 ? "" : std::to_string(i);
    connectors.pages[at] = page(lender_product(std::to_string(i)), std::to_string(i + 1));
  }
  CatalogSettings few_pages;
  few_pages.pages_max = 3;
  EXPECT_TRUE(failed(connectors, few_pages).malformed);
  EXPECT_EQ(connectors.requests.size(), 3u);
  CatalogSettings few_products;
  few_products.products_max = 4;
  EXPECT_TRUE(failed(connectors, few_products).malformed);
}

TEST(FetchCatalog, RefusesAMalformedEnvelopeOnAnyPage) {
  FakeConnectors connectors;
  connectors.pages = {{"", page(lender_product("a"), "2")}, {"2", R"({"products":7})"}};
  EXPECT_TRUE(failed(connectors).malformed);
}

TEST(FetchCatalog, TellsAnOutageFromADefectAndFromRefusedCredentials) {
  FakeConnectors connectors;
  connectors.failure = OutcomeKind::retryable;
  EXPECT_FALSE(failed(connectors).malformed);
  EXPECT_EQ(failed(connectors).reason, "the lender did not answer");
  connectors.failure = OutcomeKind::internal;
  EXPECT_TRUE(failed(connectors).malformed);
  connectors.failure = OutcomeKind::auth_failed;
  EXPECT_TRUE(failed(connectors).auth_failed);
}

TEST(FetchCatalog, HoldsBackJunkAndContradictionsAndGoesOn) {
  FakeConnectors connectors;
  connectors.lists(lender_product("a") + "," + lender_product("a") + "," + lender_product("b") +
                   "," + lender_product("b", "7") + "," + lender_product("c", "x") + ",null");
  const auto fetched = std::get<FetchedCatalog>(fetch(connectors));
  ASSERT_EQ(fetched.products.size(), 1u);
  EXPECT_EQ(fetched.products[0].lender_product_id, "a");
  EXPECT_EQ(fetched.held_back.size(), 3u);
  EXPECT_FALSE(fetched.complete);
}

class ApplyCatalog : public test::StoreTest {
 protected:
  SyncCounts apply(const std::string& products) {
    connectors_.lists(products);
    const auto fetched = std::get<FetchedCatalog>(fetch(connectors_));
    return write([&](db::Transaction& tx) {
      record_success(tx, connection_, fetched, std::chrono::hours(24), now_);
      return apply_catalog(tx, ids_, connection_, "Fake Lender", fetched, now_);
    });
  }

  // The product by its lender's id; dies when it is not there.
  Product product(const std::string& lender_product_id) {
    auto found = write([&](db::Transaction& tx) {
      return store::named(tx, org_, connection_.id, {lender_product_id});
    });
    if (found.empty()) throw std::runtime_error("no product " + lender_product_id);
    return found.front();
  }

  // So many products like the one that is there, retired since.
  void have_retired(int count) {
    const auto story = [&](db::Transaction& tx) {
      tx.execute(
          "INSERT INTO products (id, org_id, connection_id, environment, origin, lender, plugin_id,"
          " lender_product_id, status, integration_status, version, revision, created_at_ms,"
          " changed_at_ms)"
          " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
          " SELECT 'prod_' || i, org_id, connection_id, environment, origin, lender, plugin_id,"
          " 'old ' || i, 'retired', integration_status, version, revision, created_at_ms,"
          " changed_at_ms FROM products, n",
          {count});
      tx.execute(
          "INSERT INTO product_versions (product_id, org_id, version, terms, made_at_ms, made_by)"
          " SELECT p.id, v.org_id, v.version, v.terms, v.made_at_ms, v.made_by"
          " FROM products p, product_versions v WHERE p.status = 'retired'");
    };
    write(story);
  }

  FakeConnectors connectors_;
  Connection connection_ = connection(org_);
};

TEST_P(ApplyCatalog, AddsNewProductsLive) {
  EXPECT_EQ(apply(lender_product("a") + "," + lender_product("b", "6", R"(,"supersedes":"a")")),
            (SyncCounts{2, 0, 0, 0}));
  const Product a = product("a");
  const Product b = product("b");
  EXPECT_EQ(a.status, ProductStatus::live);
  EXPECT_EQ(a.connection, connection_.id);
  EXPECT_EQ(a.environment, Environment::sandbox);
  EXPECT_EQ(a.lender, "Fake Lender");
  EXPECT_EQ(b.supersedes, a.id);
}

TEST_P(ApplyCatalog, ChangesNothingWhenTheLenderSaysTheSame) {
  apply(lender_product("a"));
  EXPECT_EQ(apply(lender_product("a")), SyncCounts{});
  EXPECT_EQ(product("a").revision, 1);
}

TEST_P(ApplyCatalog, GivesChangedTermsANewVersionOfTheSameProduct) {
  apply(lender_product("a"));
  const Product before = product("a");
  EXPECT_EQ(apply(lender_product("a", "6.5")), (SyncCounts{0, 1, 0, 0}));
  const Product after = product("a");
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.version, 2);
  const auto first =
      write([&](db::Transaction& tx) { return store::find_version(tx, org_, before.id, 1); });
  EXPECT_EQ(first->terms, before.terms);
}

TEST_P(ApplyCatalog, RetiresWhatIsGoneAndTakesItBack) {
  apply(lender_product("a") + "," + lender_product("b"));
  const ProductId id = product("b").id;
  EXPECT_EQ(apply(lender_product("a")), (SyncCounts{0, 0, 1, 0}));
  EXPECT_EQ(product("b").status, ProductStatus::retired);
  EXPECT_EQ(apply(lender_product("a")), SyncCounts{});
  EXPECT_EQ(apply(lender_product("a") + "," + lender_product("b")), (SyncCounts{0, 1, 0, 0}));
  EXPECT_EQ(product("b").status, ProductStatus::live);
  EXPECT_EQ(product("b").id, id);
}

TEST_P(ApplyCatalog, KnowsAProductBehindMoreRetiredOnesThanItReads) {
  apply(lender_product("a"));
  have_retired(store::kProductsPerOrgMax + 1);
  const ProductId old = product("old 7").id;
  EXPECT_EQ(apply(lender_product("a")), SyncCounts{});
  EXPECT_EQ(apply(lender_product("b", "6", R"(,"supersedes":"old 9")")), (SyncCounts{1, 0, 1, 0}));
  EXPECT_EQ(product("b").supersedes, product("old 9").id);
  EXPECT_EQ(apply(lender_product("a") + "," + lender_product("old 7")), (SyncCounts{0, 2, 1, 0}));
  EXPECT_EQ(product("old 7").id, old);
  EXPECT_EQ(product("old 7").status, ProductStatus::live);
}

TEST_P(ApplyCatalog, HoldsBackAKnownProductWithItsLastGoodTerms) {
  apply(lender_product("a"));
  EXPECT_EQ(apply(lender_product("a", "599")), (SyncCounts{0, 1, 0, 1}));
  EXPECT_TRUE(product("a").held_back);
  EXPECT_EQ(format_rate(product("a").terms.apr), "5.99");
  EXPECT_EQ(product("a").status, ProductStatus::live);
  EXPECT_EQ(apply(lender_product("a", "599")), (SyncCounts{0, 0, 0, 1}));
  EXPECT_EQ(apply(lender_product("a")), (SyncCounts{0, 1, 0, 0}));
  EXPECT_FALSE(product("a").held_back);
  EXPECT_EQ(product("a").version, 1);
}

TEST_P(ApplyCatalog, RetiresNothingWhileAnItemDoesNotSayWhichProductItIs) {
  apply(lender_product("a") + "," + lender_product("b"));
  EXPECT_EQ(apply(lender_product("a") + ",{}"), (SyncCounts{0, 0, 0, 1}));
  EXPECT_EQ(product("b").status, ProductStatus::live);
}

TEST_P(ApplyCatalog, TouchesNoOtherConnection) {
  apply(lender_product("a"));
  const Product first = product("a");
  connection_ = connection(other_);
  apply(lender_product("z"));
  connection_.org = org_;
  connection_.id = *first.connection;
  EXPECT_EQ(product("a").status, ProductStatus::live);
}

TEST_P(ApplyCatalog, MarksTheLastGoodCatalogueStaleOnceAndFreshOnce) {
  apply(lender_product("a"));
  const Time fetched_at = now_;
  const FetchFailed down{false, false, "the lender did not answer"};
  const auto fail = [&] {
    now_ += std::chrono::hours(1);
    return write([&](db::Transaction& tx) { return record_failure(tx, connection_, down, now_); });
  };
  EXPECT_TRUE(fail());
  EXPECT_FALSE(fail());
  const auto sync =
      write([&](db::Transaction& tx) { return store::find_sync(tx, org_, connection_.id); });
  EXPECT_TRUE(sync->stale);
  EXPECT_EQ(sync->fetched_at, fetched_at);
  EXPECT_EQ(sync->tried_at, now_);
  EXPECT_EQ(sync->problem, down.reason);
  const auto succeed = [&](db::Transaction& tx) {
    return record_success(tx, connection_, FetchedCatalog{}, std::chrono::hours(24), now_);
  };
  EXPECT_TRUE(write(succeed));
  EXPECT_FALSE(write(succeed));
}

INSTANTIATE_TEST_SUITE_P(Engines, ApplyCatalog, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport

// The catalogue's rows, on every engine: what is written is read, and only by its own org.
#include "catalog/store.hpp"

#include "catalog/rows.hpp"

namespace lendport {
namespace {

namespace store = catalog_store;

class CatalogStore : public test::StoreTest {};

TEST_P(CatalogStore, ReadsBackWhatWasWrittenForItsOwnOrgOnly) {
  Product product = configured();
  product.supersedes = ids_.next<ProductId>();
  product.lender_product_id = "cu-10";
  write([&](db::Transaction& tx) {
    store::insert(tx, product, now_, "user_1");
    const auto found = store::find(tx, org_, product.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->terms, product.terms);
    EXPECT_EQ(found->supersedes, product.supersedes);
    EXPECT_EQ(found->lender_product_id, "cu-10");
    EXPECT_FALSE(found->environment);
    EXPECT_FALSE(store::find(tx, other_, product.id));
    EXPECT_FALSE(store::find_version(tx, other_, product.id, 1));
    EXPECT_TRUE(store::of_org(tx, other_, Environment::production).empty());
    EXPECT_TRUE(store::revisions(tx, other_, product.id).empty());
  });
}

TEST_P(CatalogStore, KeepsEarlierVersions) {
  Product product = configured();
  write([&](db::Transaction& tx) {
    store::insert(tx, product, now_, "user_1");
    const Terms before = product.terms;
    product.version = 2;
    product.terms.dealer_fee->percent = parse_rate("20").value();
    store::insert_version(tx, product, now_, "user_2");
    store::update(tx, product, now_);
    EXPECT_EQ(store::find(tx, org_, product.id)->terms, product.terms);
    EXPECT_EQ(store::find_version(tx, org_, product.id, 1)->terms, before);
    EXPECT_FALSE(store::find_version(tx, org_, product.id, 3));
    const auto revisions = store::revisions(tx, org_, product.id);
    ASSERT_EQ(revisions.size(), 2u);
    EXPECT_EQ(revisions[0].made_by, "user_2");
    EXPECT_EQ(revisions[1].terms, before);
  });
}

TEST_P(CatalogStore, OverwritesTheTermsOfADraft) {
  Product product = configured();
  write([&](db::Transaction& tx) {
    store::insert(tx, product, now_, "user_1");
    product.terms.term_months = 120;
    store::replace_terms(tx, product, now_, "user_2");
    EXPECT_EQ(store::find(tx, org_, product.id)->terms.term_months, 120);
    EXPECT_EQ(store::revisions(tx, org_, product.id).size(), 1u);
  });
}

TEST_P(CatalogStore, ListsRetiredProductsApartAndByPage) {
  std::vector<Product> products{configured("A"), configured("B"), configured("C")};
  products[1].status = products[2].status = ProductStatus::retired;
  write([&](db::Transaction& tx) {
    for (const Product& product : products) store::insert(tx, product, now_, "user_1");
    const auto sandbox = Environment::sandbox;
    ASSERT_EQ(store::of_org(tx, org_, sandbox).size(), 1u);
    EXPECT_EQ(store::retired_of_org(tx, org_, sandbox, "", 10).size(), 2u);
    const auto second = store::retired_of_org(tx, org_, sandbox, products[1].id.value, 10);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].lender, "C");
  });
}

TEST_P(CatalogStore, SelectsByDefaultUntilTheOrgNarrows) {
  Product product = configured();
  Product later = configured();
  write([&](db::Transaction& tx) {
    store::insert(tx, product, now_, "user_1");
    store::insert(tx, later, now_, "user_1");
    const auto choices = [&](Environment environment) {
      return store::choices_of(tx, org_, environment);
    };
    EXPECT_TRUE(choices(Environment::sandbox).selects(product.id));
    store::set_narrowed(tx, org_, Environment::sandbox);
    store::set_narrowed(tx, org_, Environment::sandbox);
    EXPECT_FALSE(choices(Environment::sandbox).selects(later.id));
    EXPECT_TRUE(choices(Environment::production).selects(later.id));
    store::keep_selected(tx, org_, product.id);
    EXPECT_TRUE(choices(Environment::sandbox).selects(product.id));
    store::set_selected(tx, org_, product.id, false);
    store::keep_selected(tx, org_, product.id);
    EXPECT_FALSE(choices(Environment::sandbox).selects(product.id));
    EXPECT_EQ(choices(Environment::sandbox).version_of(product.id), 1);
    EXPECT_TRUE(store::choices_of(tx, other_, Environment::sandbox).selections.empty());
  });
}

TEST_P(CatalogStore, KeepsHowASyncEndedAndWhatItHeldBack) {
  store::Sync sync{
      ids_.next<ConnectionId>(), org_, Environment::sandbox, 1, now_, {}, true, "down"};
  write([&](db::Transaction& tx) {
    store::put_sync(tx, sync);
    EXPECT_EQ(store::find_sync(tx, org_, sync.connection)->problem, "down");
    EXPECT_FALSE(store::find_sync(tx, other_, sync.connection));
    sync.fetched_at = now_;
    sync.problem.clear();
    store::put_sync(tx, sync);
    ASSERT_EQ(store::syncs_of(tx, org_).size(), 1u);
    EXPECT_EQ(store::syncs_of(tx, org_)[0].fetched_at, now_);
    const std::vector<HeldBackProduct> held{{sync.connection, "a", "/apr is wrong"}};
    store::replace_held_back(tx, sync, held);
    store::replace_held_back(tx, sync, held);
    EXPECT_EQ(store::held_back_by(tx, org_, sync.connection), held);
    EXPECT_TRUE(store::held_back_by(tx, other_, sync.connection).empty());
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, CatalogStore, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport

// Who sees which products, from memory, and why some of them may not be quoted.
#include "catalog/catalog.hpp"

#include "catalog/market.hpp"
#include "connectors/switches.hpp"

namespace lendport {
namespace {

using namespace std::chrono_literals;
using test::lender_product;

class CatalogReads : public test::Market {
 protected:
  std::shared_ptr<const Product> find(const ProductId& id, std::optional<std::int64_t> version = {},
                                      Environment environment = Environment::sandbox) {
    return stage_.run(catalog_.find(org_.id, environment, id, version, orgs::Stage::soon()));
  }
  CatalogState state(const ConnectionId& id) {
    return stage_.run(catalog_.state(org_.id, Environment::sandbox, id, orgs::Stage::soon()));
  }
};

TEST_P(CatalogReads, ShowTheProductsOfAConnectionAllSelected) {
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  const SyncResult result = sync(connect(org_));
  EXPECT_EQ(result.end, SyncResult::End::done);
  EXPECT_EQ(result.added, 2);
  EXPECT_EQ(seen(), "a b");
  EXPECT_EQ(product("a").lender, "Fake Lender");
  EXPECT_EQ(product("a").fetched_at, stage_.clock.now());
}

TEST_P(CatalogReads, AskTheDatabaseOnlyOnce) {
  lender_.lists(lender_product("a"));
  sync(connect(org_));
  const auto page = [&] {
    const auto snapshot =
        stage_.run(catalog_.snapshot(org_.id, Environment::sandbox, orgs::Stage::soon()));
    return snapshot->page({})->body;
  };
  stage_.run(catalog_.refresh());
  const auto first = page();
  const int asked = counted_.asked();
  EXPECT_EQ(page().get(), first.get());
  EXPECT_TRUE(find(product("a").id));
  EXPECT_EQ(counted_.asked(), asked);
}

TEST_P(CatalogReads, SeeWhatAnotherNodeChangedAfterARefresh) {
  Catalog other(needs(), settings_);
  const auto seen_there = [&] {
    stage_.run(other.refresh());
    return stage_.run(other.quotable(org_.id, Environment::sandbox, orgs::Stage::soon())).size();
  };
  const Connection connection = connect(org_);
  EXPECT_EQ(seen_there(), 0u);
  lender_.lists(lender_product("a"));
  sync(connection);
  EXPECT_EQ(seen_there(), 1u);
}

TEST_P(CatalogReads, KeepTheEnvironmentsApart) {
  lender_.lists(lender_product("test"));
  sync(connect(org_, Environment::sandbox));
  lender_.lists(lender_product("real"));
  sync(connect(org_, Environment::production));
  EXPECT_EQ(seen(org_.id, Environment::sandbox), "test");
  EXPECT_EQ(seen(org_.id, Environment::production), "real");
  EXPECT_FALSE(find(product("test").id, {}, Environment::production));
  EXPECT_FALSE(find(product("test").id, 1, Environment::production));
}

TEST_P(CatalogReads, ShowNothingOfAnotherOrg) {
  lender_.lists(lender_product("a"));
  const Org other = stage_.org("Others");
  const Connection theirs = connect(other);
  sync(theirs);
  EXPECT_EQ(seen(), "");
  EXPECT_FALSE(find(product("a", other.id).id));
  EXPECT_EQ(db::failure_of([&] { state(theirs.id); }), ErrorCode::not_found);
}

TEST_P(CatalogReads, PassToSubOrgsWhatIsSharedWithThem) {
  const Org below = stage_.org("Below", org_.id);
  const Org beside = stage_.org("Beside");
  lender_.lists(lender_product("a"));
  sync(connect(org_, Environment::sandbox, true));
  EXPECT_EQ(seen(below.id), "a");
  EXPECT_TRUE(product("a", below.id).inherited);
  EXPECT_EQ(product("a", below.id).org, org_.id);
  EXPECT_EQ(seen(beside.id), "");
}

TEST_P(CatalogReads, KeepFromSubOrgsWhatIsNotShared) {
  const Org below = stage_.org("Below", org_.id);
  lender_.lists(lender_product("a"));
  sync(connect(org_));
  EXPECT_EQ(seen(below.id), "");
  const auto hidden = stage_.run(catalog_.find(below.id, Environment::sandbox, product("a").id,
                                               std::nullopt, orgs::Stage::soon()));
  EXPECT_FALSE(hidden);
}

TEST_P(CatalogReads, StopQuotingFromACatalogueThatIsTooOld) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  stage_.clock.advance(settings_.age_max);
  EXPECT_EQ(seen(), "a");
  EXPECT_TRUE(state(connection.id).quoting_allowed);
  stage_.clock.advance(1ms);
  EXPECT_EQ(seen(), "a:catalogue_too_old");
  EXPECT_FALSE(state(connection.id).quoting_allowed);
  sync(connection);
  EXPECT_EQ(seen(), "a");
}

TEST_P(CatalogReads, MarkTheLastGoodCatalogueStaleWhileTheLenderIsDown) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  const std::int64_t revision = product("a").revision;
  lender_.failure = connectors::OutcomeKind::retryable;
  EXPECT_EQ(sync(connection).end, SyncResult::End::failed);
  EXPECT_EQ(seen(), "a");
  EXPECT_TRUE(product("a").stale);
  EXPECT_GT(product("a").revision, revision);
  EXPECT_EQ(state(connection.id).problem, "the lender did not answer");
  lender_.failure.reset();
  sync(connection);
  EXPECT_FALSE(product("a").stale);
}

TEST_P(CatalogReads, KeepTheAgeThatTheConnectionSets) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect_with_age(3h);
  sync(connection);
  stage_.clock.advance(3h);
  EXPECT_EQ(seen(), "a");
  EXPECT_TRUE(state(connection.id).quoting_allowed);
  stage_.clock.advance(1ms);
  EXPECT_EQ(seen(), "a:catalogue_too_old");
  EXPECT_FALSE(state(connection.id).quoting_allowed);
  const Connection longer = change_age(connection, 3h + 1h);
  EXPECT_EQ(seen(), "a");
  change_age(longer, std::nullopt);
  stage_.clock.advance(settings_.age_max - 3h - 1ms);
  EXPECT_EQ(seen(), "a");
  stage_.clock.advance(1ms);
  EXPECT_EQ(seen(), "a:catalogue_too_old");
}

TEST_P(CatalogReads, SayWhyAHeldBackProductIsNotQuoted) {
  lender_.lists(lender_product("a") + "," + lender_product("b", "599"));
  const Connection connection = connect(org_);
  sync(connection);
  EXPECT_EQ(seen(), "a");
  ASSERT_EQ(state(connection.id).held_back.size(), 1u);
  EXPECT_EQ(state(connection.id).held_back[0].lender_product_id, "b");
  lender_.lists(lender_product("a", "599"));
  sync(connection);
  EXPECT_EQ(seen(), "a:held_back");
}

TEST_P(CatalogReads, JudgeValidityByTheDay) {
  const auto valid = [](const std::string& id, const std::string& from, const std::string& until) {
    return lender_product(id, "5",
                          R"(,"valid_from":")" + from + R"(","valid_until":")" + until + R"(")");
  };
  // The clock says 2026-05-28.
  lender_.lists(valid("a", "2026-05-28", "2026-05-28") + "," +
                valid("b", "2026-05-29", "2026-05-30") + "," +
                valid("c", "2026-05-01", "2026-05-27"));
  sync(connect(org_));
  EXPECT_EQ(seen(), "a b:not_yet_valid c:no_longer_valid");
  stage_.clock.advance(24h);
  EXPECT_EQ(seen(), "a:no_longer_valid b c:no_longer_valid");
}

// Nobody waits for a lender that could offer nothing anyhow.
TEST_P(CatalogReads, SayWhatHoldsWithoutTheLenderBeforeTheLenderIsAway) {
  lender_.lists(lender_product("a") + "," + lender_product("b") + "," +
                lender_product("c", "5", R"(,"valid_until":"2026-05-27")") + "," +
                lender_product("d", "5", R"(,"valid_from":"2026-07-01")"));
  const Connection connection = connect(org_);
  sync(connection);
  const Product left_out = product("b");
  stage_.run(catalog_.choose(act(), {left_out.id, left_out.revision}, false, orgs::Stage::soon()));
  const std::string rest = " b:not_selected c:no_longer_valid d:not_yet_valid";
  EXPECT_EQ(seen(), "a" + rest);
  stage_.clock.advance(settings_.age_max + 1ms);
  EXPECT_EQ(seen(), "a:catalogue_too_old" + rest);
  stage_.run(connections_.disable(admin_, org_.id, connection.id, connection.version,
                                  "contract ended", orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  EXPECT_EQ(seen(), "a:not_connected" + rest);
}

TEST_P(CatalogReads, FollowTheConnection) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  const Product before = product("a");
  const Connection off = stage_.run(connections_.disable(
      admin_, org_.id, connection.id, connection.version, "contract ended", orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  EXPECT_EQ(seen(), "a:not_connected");
  EXPECT_EQ(sync(connection).end, SyncResult::End::nothing);
  stage_.run(connections_.disconnect(admin_, org_.id, off.id, off.version, orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  EXPECT_EQ(seen(), "");
  EXPECT_TRUE(find(before.id));
  EXPECT_EQ(stage_.run(catalog_.why_not_quotable(org_.id, Environment::sandbox, before.id,
                                                 orgs::Stage::soon())),
            NotQuotable::not_connected);
}

TEST_P(CatalogReads, SayThatThePlatformPausedTheLender) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  EXPECT_EQ(seen(), "a");
  const auto turn = [&](bool stopped) {
    stage_.db->write_now([&](db::Transaction& tx) {
      connectors::Switch wanted = connectors::switch_of(tx, connection.plugin_id);
      wanted.stopped = stopped;
      ++wanted.version;
      connectors::store(tx, wanted);
    });
    stage_.run(catalog_.refresh());
  };
  turn(true);
  EXPECT_EQ(seen(), "a:lender_paused");
  EXPECT_NE(describe(NotQuotable::lender_paused, "en"), describe(NotQuotable::lender_paused, "fr"));
  // Put off, and no reason to call the catalogue stale.
  EXPECT_EQ(sync(connection).end, SyncResult::End::failed);
  EXPECT_EQ(events("catalog."), "catalog.synced");
  turn(false);
  EXPECT_EQ(seen(), "a");
}

TEST_P(CatalogReads, SayThatTheLenderStopsLendingAndWhoTakesItsPlace) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  stage_.db->write_now([&](db::Transaction& tx) {
    connectors::Switch wanted = connectors::switch_of(tx, connection.plugin_id);
    wanted.wind_down = {true, "it ends", {{"com.example.hello", "Hello"}, {"com.example.b", "B"}}};
    ++wanted.version;
    connectors::store(tx, wanted);
  });
  stage_.run(catalog_.refresh());
  EXPECT_EQ(seen(), "a:lender_winding_down");
  const Product shown = product("a");
  const auto why = [&](std::string_view language) {
    return describe(NotQuotable::lender_winding_down, shown, language);
  };
  EXPECT_NE(why("en").find(" Instead: Hello, B."), std::string::npos) << why("en");
  EXPECT_NE(why("fr").find(" À sa place : Hello, B."), std::string::npos) << why("fr");
  EXPECT_EQ(describe(NotQuotable::not_live, shown, "en"), describe(NotQuotable::not_live, "en"));
  EXPECT_EQ(sync(connection).end, SyncResult::End::done) << "its products are kept up to date";
}

TEST_P(CatalogReads, FindEarlierVersionsAndRetiredProducts) {
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  const Connection connection = connect(org_);
  sync(connection);
  const ProductId a = product("a").id;
  const ProductId b = product("b").id;
  lender_.lists(lender_product("a", "7"));
  sync(connection);
  EXPECT_EQ(format_rate(find(a)->terms.apr), "7");
  EXPECT_EQ(format_rate(find(a, 1)->terms.apr), "5.99");
  EXPECT_EQ(find(a, 2)->version, 2);
  EXPECT_FALSE(find(a, 3));
  EXPECT_EQ(seen(), "a");
  EXPECT_EQ(find(b)->status, ProductStatus::retired);
  const auto retired =
      stage_.run(catalog_.retired(org_.id, Environment::sandbox, "", 10, orgs::Stage::soon()));
  ASSERT_EQ(retired.size(), 1u);
  EXPECT_EQ(retired[0].product->id, b);
  const auto revisions =
      stage_.run(catalog_.revisions(org_.id, Environment::sandbox, a, orgs::Stage::soon()));
  EXPECT_EQ(revisions.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Engines, CatalogReads, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport

// The sync job: it comes back on schedule, sooner after a failure, and ends with its connection.
#include "catalog/jobs.hpp"

#include "catalog/market.hpp"
#include "connectors/switches.hpp"

namespace lendport {
namespace {

using namespace std::chrono_literals;
using test::lender_product;

class CatalogJobs : public test::Market {
 protected:
  CatalogJobs() { add_catalog_jobs(worker_, catalog_); }

  // How many jobs ran.
  int step() { return stage_.run(worker_.step(stage_.clock.now())); }
  int step_after(std::chrono::milliseconds time) {
    stage_.clock.advance(time);
    return step();
  }

  jobs::Worker worker_{*stage_.db, stage_.clock, jobs::WorkerSettings{.owner = "test"},
                       [](std::uint64_t) { return 0U; },
                       [](db::Transaction&, const jobs::Lease&, std::string_view) {}};
};

TEST_P(CatalogJobs, SyncANewConnectionAtOnceAndThenOnSchedule) {
  lender_.lists(lender_product("a"));
  connect(org_);
  stage_.run(catalog_.refresh());
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(seen(), "a");
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  EXPECT_EQ(step_after(settings_.sync_interval - 1ms), 0);
  EXPECT_EQ(step_after(1ms), 1);
  EXPECT_EQ(seen(), "a b");
  EXPECT_EQ(step_after(settings_.sync_interval), 1);
}

TEST_P(CatalogJobs, ComeTwiceInTheAgeThatTheConnectionSets) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect_with_age(1h);
  stage_.run(catalog_.refresh());
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(step_after(30min - 1ms), 0);
  EXPECT_EQ(step_after(1ms), 1);
  // A longer age than the hub's interval needs is fetched no less often.
  change_age(connection, 24h * 30);
  EXPECT_EQ(step_after(30min), 1);
  EXPECT_EQ(step_after(settings_.sync_interval - 1ms), 0);
  EXPECT_EQ(step_after(1ms), 1);
}

TEST_P(CatalogJobs, ComeBackSoonerAfterAFailureAndNeverGiveUp) {
  const Connection connection = connect(org_);
  stage_.run(catalog_.refresh());
  lender_.failure = connectors::OutcomeKind::retryable;
  EXPECT_EQ(step(), 1);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(step_after(kSyncAgainAfterFailure), 1);
  lender_.failure.reset();
  lender_.lists(lender_product("a"));
  EXPECT_EQ(step_after(kSyncAgainAfterFailure), 1);
  EXPECT_EQ(seen(), "a");
}

TEST_P(CatalogJobs, LeaveAPausedLenderAloneForAWhile) {
  const Connection connection = connect(org_);
  stage_.run(catalog_.refresh());
  stage_.db->write_now([&](db::Transaction& tx) {
    connectors::Switch wanted = connectors::switch_of(tx, connection.plugin_id);
    wanted.stopped = true;
    ++wanted.version;
    connectors::store(tx, wanted);
  });
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(step(), 0);
  EXPECT_EQ(step_after(kSyncAgainAfterFailure - 1ms), 0);
  EXPECT_EQ(step_after(1ms), 1);
}

TEST_P(CatalogJobs, RunAtOnceOnDemand) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  stage_.run(catalog_.refresh());
  step();
  EXPECT_EQ(step(), 0);
  stage_.run(catalog_.request_sync(act(), connection.id, orgs::Stage::soon()));
  EXPECT_EQ(step(), 1);
}

TEST_P(CatalogJobs, EndWithTheirConnectionAndComeBackWithIt) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  stage_.run(catalog_.refresh());
  step();
  const Connection off = stage_.run(connections_.disable(
      admin_, org_.id, connection.id, connection.version, "pause", orgs::Stage::soon()));
  EXPECT_EQ(step_after(settings_.sync_interval), 1);
  EXPECT_EQ(step_after(settings_.sync_interval), 0);
  stage_.run(
      connections_.enable(admin_, org_.id, connection.id, off.version, false, orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(seen(), "a");
}

INSTANTIATE_TEST_SUITE_P(Engines, CatalogJobs, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport

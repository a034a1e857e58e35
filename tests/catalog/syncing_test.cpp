// How a sync ends, what it leaves behind, and that every connection gets one.
#include "catalog/market.hpp"
#include "jobs/jobs.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using namespace std::chrono_literals;
using connectors::OutcomeKind;
using test::lender_product;
using End = SyncResult::End;

class Syncing : public test::Market {
 protected:
  // Takes the sync jobs that are due out of the queue; their connections.
  std::vector<std::string> take_jobs() {
    std::vector<std::string> connections;
    jobs::Claim claim{{"catalog.sync"}, "test", stage_.clock.now(), 60s, 10};
    stage_.db->write_now([&](db::Transaction& tx) {
      connections.clear();
      for (const jobs::Lease& lease : jobs::claim(tx, claim)) {
        connections.push_back(json::parse(lease.payload)["connection"].get<std::string>());
        jobs::complete(tx, lease);
      }
    });
    return connections;
  }

  std::optional<ErrorCode> refused_request(const ProductAct& act, const ConnectionId& connection) {
    return db::failure_of(
        [&] { stage_.run(catalog_.request_sync(act, connection, orgs::Stage::soon())); });
  }
};

TEST_P(Syncing, KeepsTheOldCatalogueWhenTheNewOneIsMalformed) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  lender_.pages = {{"", R"({"products":[)" + lender_product("b") + R"(],"next_page":"2"})"},
                   {"2", R"({"products":"oops"})"}};
  const SyncResult result = sync(connection);
  EXPECT_EQ(result.end, End::failed);
  EXPECT_NE(result.reason.find("/products"), std::string::npos);
  EXPECT_EQ(seen(), "a");
  EXPECT_TRUE(product("a").stale);
  EXPECT_EQ(events("catalog."), "catalog.synced catalog.refused");
}

TEST_P(Syncing, SaysOnceThatTheLenderIsDownAndOnceThatItIsUp) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  sync(connection);
  lender_.failure = OutcomeKind::retryable;
  sync(connection);
  sync(connection);
  lender_.failure.reset();
  sync(connection);
  EXPECT_EQ(events("catalog."), "catalog.synced catalog.stale catalog.synced");
}

TEST_P(Syncing, TellsTheConnectionThatItsCredentialsAreRefused) {
  const Connection connection = connect(org_);
  lender_.failure = OutcomeKind::auth_failed;
  lender_.failure_message.clear();
  EXPECT_EQ(sync(connection).end, End::failed);
  stage_.db->read_now([&](db::Snapshot& at) {
    const auto refused = connections_.find_by_id(at, connection.id);
    EXPECT_EQ(refused->status, ConnectionStatus::needs_attention);
    EXPECT_EQ(connections::status_reason_in(*refused, "en"), "the lender refuses the credentials");
    EXPECT_EQ(connections::status_reason_in(*refused, "fr"), "le prêteur refuse les identifiants");
  });
}

TEST_P(Syncing, FailsWhileTheConnectorIsNotReady) {
  const Connection connection = connect(org_);
  lender_.plugin->id = "com.example.another";
  EXPECT_EQ(sync(connection).end, End::failed);
}

TEST_P(Syncing, DoesNothingWhereThereIsNothingToSync) {
  const Connection connection = connect(org_);
  EXPECT_EQ(
      stage_.run(catalog_.sync(stage_.org("Others").id, connection.id, orgs::Stage::soon())).end,
      End::nothing);
  lender_.plugin->capabilities.clear();
  EXPECT_EQ(sync(connection).end, End::nothing);
  EXPECT_TRUE(lender_.requests.empty());
}

TEST_P(Syncing, QueuesAJobForEveryNewConnectionOnce) {
  const Connection connection = connect(org_);
  stage_.run(catalog_.refresh());
  stage_.run(catalog_.refresh());
  EXPECT_EQ(take_jobs(), std::vector<std::string>{connection.id.value});
  sync(connection);
  stage_.run(catalog_.refresh());
  EXPECT_TRUE(take_jobs().empty());
}

TEST_P(Syncing, QueuesNoJobForAConnectorWithoutProducts) {
  connect(org_);
  lender_.plugin->capabilities.clear();
  stage_.run(catalog_.refresh());
  EXPECT_TRUE(take_jobs().empty());
}

TEST_P(Syncing, IsQueuedOnDemandForTheOrgsOwnConnection) {
  const Connection connection = connect(org_, Environment::sandbox, true);
  EXPECT_FALSE(refused_request(act(), connection.id));
  EXPECT_FALSE(refused_request(act(), connection.id));
  EXPECT_EQ(take_jobs(), std::vector<std::string>{connection.id.value});
  EXPECT_EQ(refused_request(act(Environment::production), connection.id), ErrorCode::not_found);
  const Org below = stage_.org("Below", org_.id);
  EXPECT_EQ(refused_request({admin_of(below), below.id}, connection.id), ErrorCode::forbidden);
  const Org other = stage_.org("Others");
  EXPECT_EQ(refused_request({admin_of(other), other.id}, connection.id), ErrorCode::not_found);
  stage_.run(connections_.disable(admin_, org_.id, connection.id, connection.version, "pause",
                                  orgs::Stage::soon()));
  EXPECT_EQ(refused_request(act(), connection.id), ErrorCode::conflict);
}

INSTANTIATE_TEST_SUITE_P(Engines, Syncing, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport

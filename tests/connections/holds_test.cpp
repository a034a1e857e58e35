// A held connection stays: what holds it is rows, written and taken away by others.
#include "connections/stage.hpp"
#include "connections/store.hpp"
#include "db/beside.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

class ConnectionHolds : public testing::TestWithParam<db::Engine> {
 protected:
  void held(const Hold& by) {
    stage.db->write_now([&](db::Transaction& tx) { hold(tx, by, stage.clock.now()); });
  }
  void released(const Hold& by) {
    stage.db->write_now([&](db::Transaction& tx) { release(tx, by); });
  }
  void disconnected() {
    const Connection before = stage.stored(connection.id);
    stage.run(stage.connections.disconnect(stage.admin, before.org, before.id, before.version,
                                           orgs::Stage::soon()));
  }
  std::string refusal_of_delete() {
    try {
      disconnected();
      return "";
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + ": " + error.detail();
    }
  }
  std::int64_t holds() {
    return stage.read([&](db::Snapshot& at) { return holds_on(at, connection.id); });
  }

  ConnectionsStage stage{GetParam()};
  Connection connection = stage.connected();
  Hold application{stage.sunrise.id, connection.id, "application", "app_1"};
};
INSTANTIATE_TEST_SUITE_P(Engines, ConnectionHolds, db::kEngines, db::engine_name);

TEST_P(ConnectionHolds, RefuseADeleteUntilTheLastIsReleased) {
  Hold second = application;
  second.org = stage.org("Below", stage.sunrise.id).id;
  second.holder = "app_2";
  held(application);
  held(application);  // twice is once
  held(second);
  EXPECT_EQ(refusal_of_delete().substr(0, 36), "conflict: 2 applications are open at");
  released(application);
  EXPECT_EQ(refusal_of_delete().substr(0, 35), "conflict: 1 application is open at ");
  EXPECT_EQ(stage.stored(connection.id).secret_names, connection.secret_names);
  EXPECT_TRUE(stage.run(stage.connections.call_for(connection.id, orgs::Stage::soon()))
                  .secrets.contains("client_secret"));
  released(second);
  released(second);
  disconnected();
  EXPECT_EQ(stage.count(), 0U);
}

TEST_P(ConnectionHolds, LeaveTheOtherSwitchesAlone) {
  held(application);
  const Connection off =
      stage.run(stage.connections.disable(stage.admin, connection.org, connection.id,
                                          connection.version, "a pause", orgs::Stage::soon()));
  EXPECT_FALSE(off.enabled);
}

TEST_P(ConnectionHolds, OfAMissingOrDeletedConnectionAreNotFound) {
  Hold missing = application;
  missing.connection = stage.ids.next<ConnectionId>();
  EXPECT_EQ(db::failure_of([&] { held(missing); }), ErrorCode::not_found);
  disconnected();
  EXPECT_EQ(db::failure_of([&] { held(application); }), ErrorCode::not_found);
  EXPECT_EQ(holds(), 0);
}

TEST_P(ConnectionHolds, AreReleasedByTheirOwnOrgOnly) {
  held(application);
  Hold foreign = application;
  foreign.org = stage.org("Another").id;
  released(foreign);
  EXPECT_EQ(holds(), 1);
}

class HoldRace : public ConnectionHolds {};
INSTANTIATE_TEST_SUITE_P(Engines, HoldRace, testing::Values(db::Engine::postgres), db::engine_name);

TEST_P(HoldRace, ADeleteWaitsForAHoldAndMeetsIt) {
  const Connection before = stage.stored(connection.id);
  EXPECT_EQ(db::beside(
                *stage.db, [&](db::Transaction& tx) { hold(tx, application, stage.clock.now()); },
                [&] { disconnected(); }),
            ErrorCode::conflict);
  EXPECT_EQ(stage.stored(connection.id).version, before.version);
}

TEST_P(HoldRace, AHoldWaitsForADeleteAndMissesTheConnection) {
  EXPECT_EQ(db::beside(
                *stage.db,
                [&](db::Transaction& tx) {
                  tx.execute("UPDATE connections SET disconnected_at_ms = 1 WHERE id = $1",
                             {connection.id});
                },
                [&] { held(application); }),
            ErrorCode::not_found);
  EXPECT_EQ(holds(), 0);
}

}  // namespace
}  // namespace lendport::connections

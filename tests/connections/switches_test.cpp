// Disable, enable, disconnect.
#include "connections/stage.hpp"
#include "connections/store.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using connectors::OutcomeKind;

class Switches : public testing::TestWithParam<db::Engine> {
 protected:
  ConnectionsStage stage{GetParam()};
  Deadline soon = orgs::Stage::soon();

  Connection disabled(const Connection& before) {
    return stage.run(stage.connections.disable(stage.admin, before.org, before.id, before.version,
                                               "we pause Acme", soon));
  }
  Connection enabled(const Connection& before, bool with_sub_orgs = false) {
    return stage.run(stage.connections.enable(stage.admin, before.org, before.id, before.version,
                                              with_sub_orgs, soon));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Switches, db::kEngines, db::engine_name);

TEST_P(Switches, DisabledShowsItsReasonAndIsStillFollowed) {
  const Connection off = disabled(stage.connected());
  EXPECT_EQ(off.status, ConnectionStatus::disabled);
  EXPECT_EQ(off.status_reason, "we pause Acme");
  EXPECT_FALSE(off.usable());
  EXPECT_EQ(stage.run(stage.connections.call_for(off.id, soon)).plugin, kAcme);
}

TEST_P(Switches, EnableAsksTheLenderAgain) {
  const Connection off = disabled(stage.connected());
  const Connection on = enabled(off, true);
  EXPECT_TRUE(on.usable());
  EXPECT_TRUE(on.with_sub_orgs);
  EXPECT_EQ(stage.lender.calls.size(), 2U);
}

TEST_P(Switches, EnabledWithRefusedCredentialsNeedsAttention) {
  const Connection off = disabled(stage.connected());
  stage.lender.ends(OutcomeKind::auth_failed, "expired");
  const Connection on = enabled(off);
  EXPECT_EQ(on.status, ConnectionStatus::needs_attention);
  EXPECT_TRUE(on.enabled);
}

TEST_P(Switches, ALenderThatIsDownDoesNotKeepItOff) {
  const Connection off = disabled(stage.connected());
  stage.lender.ends(OutcomeKind::retryable);
  EXPECT_TRUE(enabled(off).usable());
}

TEST_P(Switches, EnableNeedsTheOffer) {
  const Connection off = disabled(stage.connected());
  const Offer offer = stage.offer(stage.sunrise);
  stage.run(stage.connections.withdraw_offer(stage.platform, stage.sunrise.id, offer.id,
                                             offer.version, soon));
  EXPECT_EQ(db::failure_of([&] { enabled(off); }), ErrorCode::invalid_input);
  EXPECT_FALSE(stage.stored(off.id).enabled);
}

TEST_P(Switches, RefusedCredentialsDoNotTurnADisabledOneOn) {
  const Connection off = disabled(stage.connected());
  stage.db->write_now([&](db::Transaction& tx) {
    stage.connections.auth_failed(tx, off.id, off.settings_revision, "expired");
  });
  EXPECT_EQ(stage.stored(off.id).status, ConnectionStatus::disabled);
}

TEST_P(Switches, DisconnectedIsGoneFromEveryListWithItsSecrets) {
  const Connection before = stage.connected();
  stage.run(stage.connections.disconnect(stage.admin, before.org, before.id, 1, soon));
  EXPECT_EQ(stage.count(), 0U);
  EXPECT_EQ(db::failure_of([&] { stage.stored(before.id); }), ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { stage.run(stage.connections.call_for(before.id, soon)); }),
            ErrorCode::not_found);
  EXPECT_EQ(stage.read([&](db::Snapshot& at) { return sealed_secrets(at, before.org, before.id); }),
            std::nullopt);
  EXPECT_EQ(stage.connected().status, ConnectionStatus::connected) << "may be connected anew";
}

TEST_P(Switches, EachNamesTheVersionItSaw) {
  Connection stale = stage.connected();
  stale.version = 5;
  EXPECT_EQ(db::failure_of([&] { disabled(stale); }), ErrorCode::precondition_failed);
  EXPECT_EQ(db::failure_of([&] { enabled(stale); }), ErrorCode::precondition_failed);
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.connections.disconnect(stage.admin, stale.org, stale.id, 5, soon));
            }),
            ErrorCode::precondition_failed);
}

}  // namespace
}  // namespace lendport::connections

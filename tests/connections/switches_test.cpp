// Disable, enable, disconnect.
#include "connections/stage.hpp"
#include "connections/store.hpp"
#include "connectors/texts.hpp"

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

TEST_P(Switches, WhyItNeedsAttentionIsKeptInEnglishAndReadInFrench) {
  const Wording& unusable = row_of(connectors_texts::kOutcomes, "settings_refused");
  Connection now = disabled(stage.connected());
  const auto refused = [&](std::string_view english, std::string_view french) {
    now = enabled(now);
    EXPECT_EQ(now.status, ConnectionStatus::needs_attention);
    EXPECT_EQ(stage.stored(now.id).status_reason, english);
    EXPECT_EQ(status_reason_in(now, "fr"), french);
    EXPECT_EQ(why_not_usable(now).fr, french);
  };
  stage.lender.ends(OutcomeKind::invalid);
  refused("the lender refuses these settings", "le prêteur refuse ces paramètres");
  stage.lender.ends(OutcomeKind::invalid, std::string(unusable.en));
  refused(unusable.en, unusable.fr);
  stage.lender.ends(OutcomeKind::auth_failed, "expired");
  refused("expired", "expired");
  stage.lender.answers(R"({"status":"ready","account":{"id":"B2"}})");
  refused("the connection is not valid", "la connexion n'est pas valable");
  json::Value updated = acme_manifest();
  updated["settings"]["schema"]["required"].push_back("certificate");
  stage.lender.add(updated);
  stage.lender.answers(R"({"status":"ready","account":{"id":"A1"}})");
  refused("the connection is not valid", "la connexion n'est pas valable");
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

// Connecting a lender: what is checked before anything is saved, and what saving leaves behind.
#include "connections/connections.hpp"

#include "connections/stage.hpp"
#include "db/versions.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::connections {
namespace {

using connectors::OutcomeKind;

class Connecting : public testing::TestWithParam<db::Engine> {
 protected:
  ConnectionsStage stage{GetParam()};
  Deadline soon = orgs::Stage::soon();

  ConnectionOutcome change(const Connection& before, ConnectionDraft draft) {
    return stage.run(stage.connections.change(stage.admin, before.org, before.id, before.version,
                                              std::move(draft), soon));
  }
  ConnectionOutcome reconnect(const Connection& before, ConnectionDraft draft) {
    return stage.run(stage.connections.reconnect(stage.admin, before.org, before.id, before.version,
                                                 std::move(draft), soon));
  }
  void refuse_credentials(const Connection& connection) {
    stage.db->write_now([&](db::Transaction& tx) {
      stage.connections.auth_failed(tx, connection.id, connection.settings_revision, "expired");
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Connecting, db::kEngines, db::engine_name);

TEST_P(Connecting, AsksTheLenderBeforeSavingAndIsConnected) {
  const Connection connection = stage.connected();
  EXPECT_EQ(connection.status, ConnectionStatus::connected);
  EXPECT_EQ(connection.label, "Acme");
  EXPECT_EQ(connection.account_name, "Sunrise LLC");
  ASSERT_EQ(stage.lender.calls.size(), 1U);
  const connectors::Call& call = stage.lender.calls[0];
  EXPECT_EQ(call.operation, "connection.check/1");
  EXPECT_TRUE(call.draft);
  EXPECT_EQ(call.connection, connection.id);
  EXPECT_EQ(call.settings, connection.settings);
  EXPECT_EQ(call.settings.find("hunter2"), std::string::npos);
  EXPECT_EQ(call.secrets.at("client_secret").expose(), "hunter2-secret");
}

TEST_P(Connecting, AsksTheLenderInTheNameOfTheRequest) {
  stage.admin.request_id = "req-7";
  stage.admin.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const Connection connection = stage.connected();
  reconnect(connection, ConnectionDraft());
  ASSERT_EQ(stage.lender.calls.size(), 2U);
  for (const connectors::Call& call : stage.lender.calls) {
    EXPECT_EQ(call.request_id, "req-7");
    EXPECT_EQ(call.traceparent, stage.admin.traceparent);
  }
}

TEST_P(Connecting, TakesTheIdOutOfAPastedAddress) {
  const Connection connection =
      stage.connected(draft_of(R"({"dealer_id":"https://portal.acme.example/dealers/D-99/home",)"
                               R"("client_secret":"s"})"));
  EXPECT_EQ(connection.settings, R"({"dealer_id":"D-99","region":"west"})");
}

TEST_P(Connecting, SavesNothingThatTheLenderRefuses) {
  stage.lender.answers(
      R"({"status":"misconfigured","field_errors":[{"pointer":"/dealer_id","code":"unknown"}],)"
      R"("become_partner_url":"https://acme.example/partners"})");
  const ConnectionOutcome outcome = stage.connect();
  EXPECT_EQ(refusals(refused(outcome).violations), Refusals{"/settings/dealer_id unknown"});
  EXPECT_EQ(refused(outcome).become_partner_url, "https://acme.example/partners");
  stage.lender.ends(OutcomeKind::retryable, "the lender is down");
  EXPECT_EQ(refused(stage.connect()).code, ErrorCode::lender_unavailable);
  EXPECT_EQ(stage.count(), 0U);
}

TEST_P(Connecting, RefusesAnOrgTheLenderDoesNotServeWithoutAskingIt) {
  OrgDraft draft = orgs::org_draft("Soleil");
  draft.country = "FR";
  draft.sales_mode = false;
  const Org soleil = stage.orgs.create_org_now(draft);
  const Principal admin = orgs::principal_of(stage.user(soleil, Role::org_admin, "soleil"));
  const auto outcome = stage.run(stage.connections.connect(admin, soleil.id, draft_of(), soon));
  EXPECT_EQ(refusals(refused(outcome).violations),
            (Refusals{"/plugin_id not_offered", "/plugin_id country_not_served",
                      "/plugin_id sales_mode_missing"}));
  EXPECT_TRUE(stage.lender.calls.empty());
}

TEST_P(Connecting, APluginThatIsNotThereIsAViolation) {
  ConnectionDraft draft = draft_of();
  draft.plugin_id = "com.example.nobody";
  EXPECT_EQ(refusals(refused(stage.connect(draft)).violations), Refusals{"/plugin_id unknown"});
}

TEST_P(Connecting, ConnectsOncePerEnvironment) {
  stage.connected();
  EXPECT_EQ(db::failure_of([&] { stage.connect(); }), ErrorCode::conflict);
  EXPECT_EQ(stage.lender.calls.size(), 1U) << "the lender is not asked for nothing";
}

TEST_P(Connecting, AKeyReachesItsOwnEnvironmentAlone) {
  ConnectionDraft production = draft_of();
  production.environment = Environment::production;
  EXPECT_EQ(refusals(refused(stage.connect(production)).violations),
            Refusals{"/environment other_environment"});
  const Connection sandbox = stage.connected();
  Principal live = stage.admin;
  live.environment = Environment::production;
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.connections.get(live, stage.sunrise.id, sandbox.id, soon));
            }),
            ErrorCode::not_found);
  EXPECT_TRUE(
      stage.run(stage.connections.list(live, stage.sunrise.id, std::nullopt, 10, soon)).empty());
}

TEST_P(Connecting, AConnectorWithoutACheckIsTakenAtItsWord) {
  json::Value manifest = acme_manifest();
  manifest["capabilities"].erase(0);
  stage.lender.add(manifest);
  EXPECT_EQ(stage.connected().status, ConnectionStatus::connected);
  EXPECT_TRUE(stage.lender.calls.empty());
}

TEST_P(Connecting, LeavesAnEventAnAuditEntryAndAVersion) {
  const Connection connection = stage.connected();
  stage.db->read_now([&](db::Snapshot& at) {
    const auto happened = events::list(at, stage.sunrise.id, 0, 100);
    EXPECT_EQ(happened.back().type, "connection.connected");
    EXPECT_EQ(happened.back().subject.id, connection.id.value);
    const auto audited = events::list_audit(at, stage.sunrise.id, 0, 100);
    EXPECT_EQ(audited.back().action, "connection.connected");
    EXPECT_NE(audited.back().after->find(R"("client_secret":"changed")"), std::string::npos);
    EXPECT_GT(db::version_of(at, "connections"), 0);
  });
}

TEST_P(Connecting, ATestSavesNothing) {
  const auto outcome = stage.run(
      stage.connections.test(stage.admin, stage.sunrise.id, draft_of(), std::nullopt, soon));
  EXPECT_EQ(std::get<ConnectionTested>(outcome).account_id, "A1");
  EXPECT_EQ(stage.count(), 0U);
  EXPECT_EQ(stage.lender.calls.size(), 1U);
}

TEST_P(Connecting, ATestMayLeanOnStoredSecretsButNotOnAnotherOrgs) {
  const Connection connection = stage.connected();
  const auto masked = draft_of(R"({"dealer_id":"D-18","tenant":"t1","client_secret":"***"})");
  stage.run(stage.connections.test(stage.admin, stage.sunrise.id, masked, connection.id, soon));
  EXPECT_EQ(stage.lender.calls.back().secrets.at("client_secret").expose(), "hunter2-secret");
  EXPECT_EQ(stage.stored(connection.id).settings, connection.settings) << "nothing was saved";
  const Org other = stage.org("Other");
  const Principal thief = orgs::principal_of(stage.user(other, Role::org_admin, "thief"));
  for (const ConnectionId& id : {connection.id, ConnectionId{"conn_never"}}) {
    EXPECT_EQ(db::failure_of(
                  [&] { stage.run(stage.connections.test(thief, other.id, masked, id, soon)); }),
              ErrorCode::not_found);
  }
}

TEST_P(Connecting, NewSettingsAreCheckedAndGetTheNextRevision) {
  const Connection before = stage.connected();
  const auto after = std::get<Connection>(
      change(before, draft_of(R"({"dealer_id":"D-18","tenant":"t1","client_secret":"***"})")));
  EXPECT_EQ(after.settings_revision, 2);
  EXPECT_EQ(after.version, 2);
  EXPECT_EQ(stage.lender.calls.size(), 2U);
  const connectors::Call call = stage.run(stage.connections.call_for(before.id, soon));
  EXPECT_EQ(call.settings_revision, 2);
  EXPECT_EQ(call.settings, R"({"dealer_id":"D-18","region":"west","tenant":"t1"})");
  EXPECT_EQ(call.secrets.at("client_secret").expose(), "hunter2-secret");
}

TEST_P(Connecting, PoliciesChangeWithoutTheLender) {
  const Connection before = stage.connected();
  ConnectionDraft draft = draft_of(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"***"})");
  draft.dealer_fee.include_in_amount_sent = false;
  const auto after = std::get<Connection>(change(before, draft));
  EXPECT_FALSE(after.dealer_fee.include_in_amount_sent);
  EXPECT_EQ(after.settings_revision, 1);
  EXPECT_EQ(after.settings, before.settings);
  EXPECT_EQ(stage.lender.calls.size(), 1U);
}

TEST_P(Connecting, ARefusedChangeKeepsWhatIsStored) {
  const Connection before = stage.connected();
  stage.lender.ends(OutcomeKind::auth_failed, "wrong secret");
  const auto outcome =
      change(before, draft_of(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"bad"})"));
  EXPECT_EQ(refused(outcome).detail, "wrong secret");
  const Connection after = stage.stored(before.id);
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.status, ConnectionStatus::connected);
  EXPECT_EQ(
      stage.run(stage.connections.call_for(before.id, soon)).secrets.at("client_secret").expose(),
      "hunter2-secret");
}

TEST_P(Connecting, AChangeOfAnOlderVersionIsRefused) {
  Connection before = stage.connected();
  before.version = 7;
  EXPECT_EQ(db::failure_of([&] { change(before, draft_of()); }), ErrorCode::precondition_failed);
}

TEST_P(Connecting, PluginAndEnvironmentStay) {
  const Connection before = stage.connected();
  ConnectionDraft draft = draft_of();
  draft.environment = Environment::production;
  EXPECT_EQ(refusals(refused(change(before, draft)).violations), Refusals{"/environment fixed"});
}

TEST_P(Connecting, RefusedCredentialsNeedAttentionOnce) {
  const Connection connection = stage.connected();
  refuse_credentials(connection);
  refuse_credentials(connection);
  const Connection found = stage.stored(connection.id);
  EXPECT_EQ(found.status, ConnectionStatus::needs_attention);
  EXPECT_EQ(found.status_reason, "expired");
  EXPECT_FALSE(found.usable());
  EXPECT_EQ(found.version, 2) << "the second refusal changed nothing";
}

TEST_P(Connecting, ARefusalOfOlderSettingsSaysNothing) {
  const Connection before = stage.connected();
  change(before, draft_of(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"new"})"));
  refuse_credentials(before);
  EXPECT_EQ(stage.stored(before.id).status, ConnectionStatus::connected);
}

TEST_P(Connecting, ReconnectMakesTheSameConnectionGoodAgain) {
  const Connection before = stage.connected();
  refuse_credentials(before);
  const Connection broken = stage.stored(before.id);
  ConnectionDraft draft;
  draft.settings = form(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"fresh"})");
  const auto after = std::get<Connection>(reconnect(broken, draft));
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.status, ConnectionStatus::connected);
  EXPECT_EQ(after.status_reason, "");
  EXPECT_EQ(after.settings_revision, 2);
}

TEST_P(Connecting, ReconnectWithTheStoredSettingsAsksAgain) {
  const Connection before = stage.connected();
  refuse_credentials(before);
  const auto after = std::get<Connection>(reconnect(stage.stored(before.id), ConnectionDraft()));
  EXPECT_EQ(after.status, ConnectionStatus::connected);
  EXPECT_EQ(after.settings_revision, 1);
  EXPECT_EQ(stage.lender.calls.back().secrets.at("client_secret").expose(), "hunter2-secret");
}

TEST_P(Connecting, AnotherAccountAtTheLenderIsRefused) {
  const Connection before = stage.connected();
  stage.lender.answers(R"({"status":"ready","account":{"id":"B2"}})");
  ConnectionDraft draft;
  draft.settings = form(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"theirs"})");
  EXPECT_EQ(refusals(refused(reconnect(before, draft)).violations),
            Refusals{"/settings other_account"});
  const auto changed =
      change(before, draft_of(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"theirs"})"));
  EXPECT_EQ(refusals(refused(changed).violations), Refusals{"/settings other_account"});
  EXPECT_EQ(stage.stored(before.id).account_id, "A1");
}

}  // namespace
}  // namespace lendport::connections

// How a lender does: counted from its calls, told once when it goes down and once when it is back.
#include "connections/health.hpp"

#include "connections/json.hpp"
#include "connections/routes.hpp"
#include "connections/stage.hpp"
#include "events/events.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using orgs::Stage;
using std::chrono::hours;
using std::chrono::minutes;

class Health : public testing::TestWithParam<db::Engine> {
 protected:
  struct LenderCall {
    std::chrono::minutes ago{1};
    std::string fault = "none";
    int status = 200;
    std::string operation = "catalog.list/1";
    std::string state = "ended";
  };
  void called(const ConnectionId& connection, const LenderCall& call) {
    stage.db->write_now([&](db::Transaction& tx) {
      tx.execute(
          "INSERT INTO lender_calls (id, org, connection, plugin, operation, subject, "
          "idempotency_key, attempt, request_id, effect, method, url, state, phase, fault, "
          "http_status, bytes_sent, duration_ms, started_at_ms) VALUES ($1, $2, $3, 'p', $4, '', "
          "'', 1, '', 'read', 'GET', 'https://a', $5, 'response', $6, $7, 0, 1, $8)",
          {stage.ids.next<CallId>(), stage.sunrise.id, connection, call.operation, call.state,
           call.fault, call.status, stage.clock.now() - call.ago});
    });
  }
  LenderHealth health(const ConnectionId& id) {
    return stage.run(stage.connections.health(stage.admin, stage.sunrise.id, id, Stage::soon()));
  }
  json::Value shown(const ConnectionId& id, std::string_view language = "en") {
    return *write(health(id), language);
  }
  void heed(Connections& connections) { stage.run(connections.heed_circuits()); }
  void heed() { heed(stage.connections); }
  void fail(const ConnectionId& id) {
    for (int i = 0; i < 2; ++i) stage.lender.breakers.note(id, false);
  }
  // "connection.down connection.up": what the org was told of its lender.
  std::string told() {
    std::string types;
    const auto events = stage.read(
        [&](db::Snapshot& at) { return lendport::events::list(at, stage.sunrise.id, 0, 200); });
    for (const auto& event : events) {
      if (event.type != "connection.down" && event.type != "connection.up") continue;
      types += (types.empty() ? "" : " ") + event.type;
    }
    return types;
  }

  ConnectionsStage stage{GetParam()};
  Connection made = stage.connected();
};
INSTANTIATE_TEST_SUITE_P(Engines, Health, db::kEngines, db::engine_name);

TEST_P(Health, OfALenderThatIsDownIsKnownToEveryProcess) {
  const auto is_down = [&](Connections& connections) {
    return stage.read([&](db::Snapshot& at) { return connections.is_down(at, made.id); });
  };
  EXPECT_FALSE(is_down(stage.connections));
  fail(made.id);
  EXPECT_TRUE(is_down(stage.connections)) << "by its own breaker, before it is told";
  heed();
  ScriptedConnectors fresh;
  Connections other({*stage.db, stage.clock, stage.ids, stage.sealing, stage.orgs, fresh});
  ASSERT_EQ(fresh.health(made.id).circuit, connectors::Circuit::closed);
  EXPECT_TRUE(is_down(other));
}

TEST_P(Health, OfALenderThatWasNeverCalledSaysNothing) {
  const json::Value said = shown(made.id);
  EXPECT_EQ(said["status"], "connected");
  EXPECT_EQ(said["circuit"].dump(), R"({"state":"closed","next_probe_at":null,"down_since":null})");
  EXPECT_EQ(said["last_24_hours"].dump(), R"({"calls":0,"failed":0,"success_percent":null})");
  EXPECT_TRUE(said["last_success_at"].is_null());
  EXPECT_TRUE(said["last_error"].is_null());
  EXPECT_TRUE(said["credentials_expire_at"].is_null());
}

TEST_P(Health, CountsADayAndKeepsTheLatestOfEachKind) {
  called(made.id, {minutes{2}});
  called(made.id, {minutes{10}, "none", 422});  // it says no: that is an answer
  called(made.id, {minutes{4}, "timeout", 0, "application.submit/1"});
  called(made.id, {minutes{8}, "none", 503});
  called(made.id, {hours{25}, "none", 401});                               // another day's
  called(made.id, {minutes{1}, "none", 500, "connection.check/1"});        // of a draft
  called(made.id, {minutes{1}, "none", 0, "catalog.list/1", "intended"});  // under way
  called(ConnectionId{"conn_other"}, {minutes{1}, "none", 500});
  const LenderHealth found = health(made.id);
  EXPECT_EQ(found.calls, 4);
  EXPECT_EQ(found.failed, 2);
  EXPECT_EQ(found.last_success, stage.clock.now() - minutes{2});
  const json::Value said = shown(made.id);
  EXPECT_EQ(said["last_24_hours"]["success_percent"], 50);
  EXPECT_EQ(said["last_error"]["operation"], "application.submit/1");
  EXPECT_EQ(said["last_error"]["message"], "the lender did not answer in time");
  EXPECT_EQ(shown(made.id, "fr")["last_error"]["message"], "le prêteur n'a pas répondu à temps");
}

TEST_P(Health, SaysInWordsWhatWentWrong) {
  for (const char* fault : {"resolve", "connect", "tls", "timeout", "reset", "protocol", "internal",
                            "too_large", "denied", "busy", "invalid"}) {
    const CallFailure failure{{}, "", fault, 0};
    EXPECT_NE(describe(failure, "en"), describe(failure, "fr")) << fault;
  }
  EXPECT_EQ(describe({{}, "", "none", 403}, "en"), "the lender refused the credentials (HTTP 403)");
  EXPECT_EQ(describe({{}, "", "none", 502}, "en"),
            "the lender reported an error of its own (HTTP 502)");
}

TEST_P(Health, ShowsWhenTheCredentialsEnd) {
  stage.lender.answers(
      R"({"status":"ready","account":{"id":"A1"},"credentials_expire_at":"2027-01-31T00:00:00Z"})");
  stage.run(stage.connections.reconnect(stage.admin, made.org, made.id, made.version,
                                        ConnectionDraft(), Stage::soon()));
  EXPECT_EQ(shown(made.id)["credentials_expire_at"], "2027-01-31T00:00:00.000Z");
}

TEST_P(Health, IsTheOrgsOwnToSee) {
  const Org other = stage.org("Other");
  const Principal stranger = orgs::principal_of(stage.user(other, Role::org_admin, "stranger"));
  const auto refused = db::failure_of(
      [&] { stage.run(stage.connections.health(stranger, other.id, made.id, Stage::soon())); });
  EXPECT_EQ(refused, ErrorCode::not_found);
}

TEST_P(Health, ALenderThatIsDownIsToldOnceAndOnceMoreWhenItIsBack) {
  heed();
  EXPECT_EQ(told(), "");
  fail(made.id);
  for (int i = 0; i < 3; ++i) heed();
  EXPECT_EQ(told(), "connection.down");
  const json::Value said = shown(made.id);
  EXPECT_EQ(said["circuit"]["state"], "open");
  EXPECT_FALSE(said["circuit"]["next_probe_at"].is_null());
  EXPECT_FALSE(said["circuit"]["down_since"].is_null());
  fail(made.id);
  heed();
  stage.lender.breakers.note(made.id, true);
  for (int i = 0; i < 3; ++i) heed();
  EXPECT_EQ(told(), "connection.down connection.up");
  EXPECT_TRUE(shown(made.id)["circuit"]["down_since"].is_null());
}

// Two hubs, one of which ends: whoever hears the lender again tells of it, once.
TEST_P(Health, IsToldByWhicheverHubNotices) {
  ScriptedConnectors other_lender;
  other_lender.answers("{}");
  Connections other({*stage.db, stage.clock, stage.ids, stage.sealing, stage.orgs, other_lender});
  heed(other);
  fail(made.id);
  heed();
  for (int i = 0; i < 2; ++i) other_lender.breakers.note(made.id, false);
  heed(other);
  EXPECT_EQ(told(), "connection.down");
  EXPECT_EQ(stage.lender.breakers.health(made.id).circuit, connectors::Circuit::open);

  // One that starts now knows nothing of it but what the store says, and calls all the same.
  ScriptedConnectors third_lender;
  third_lender.answers("{}");
  Connections third({*stage.db, stage.clock, stage.ids, stage.sealing, stage.orgs, third_lender});
  heed(third);
  EXPECT_EQ(third_lender.breakers.health(made.id).circuit, connectors::Circuit::closed);
  third_lender.breakers.note(made.id, true);
  heed(third);
  EXPECT_EQ(told(), "connection.down connection.up");
  stage.lender.breakers.note(made.id, true);
  other_lender.breakers.note(made.id, true);
  heed();
  heed(other);
  EXPECT_EQ(told(), "connection.down connection.up");
}

// One hub told of an outage from end to end; the other, idle then, finds the next one.
TEST_P(Health, TheNextOutageIsToldByAHubThatSleptThroughTheLast) {
  ScriptedConnectors other_lender;
  Connections other({*stage.db, stage.clock, stage.ids, stage.sealing, stage.orgs, other_lender});
  fail(made.id);
  heed();
  heed(other);
  stage.lender.breakers.note(made.id, true);
  heed();
  heed(other);
  EXPECT_EQ(told(), "connection.down connection.up");
  for (int i = 0; i < 2; ++i) other_lender.breakers.note(made.id, false);
  heed(other);
  EXPECT_EQ(told(), "connection.down connection.up connection.down");
  EXPECT_FALSE(shown(made.id)["circuit"]["down_since"].is_null());
}

TEST_P(Health, OfManyLendersIsToldInSeveralTurns) {
  const int many = static_cast<int>(kToldAtOnce) + 1;
  for (int i = 0; i < many; ++i) fail(ConnectionId{"conn_" + std::to_string(i)});
  EXPECT_EQ(stage.lender.breakers.changes().size(), kToldAtOnce + 1);
  heed();
  EXPECT_EQ(stage.lender.breakers.changes().size(), 1U);
  heed();
  EXPECT_TRUE(stage.lender.breakers.changes().empty());
}

TEST_P(Health, ATestOfUnsavedSettingsOpensNothing) {
  stage.lender.ends(connectors::OutcomeKind::retryable, "no");
  for (int i = 0; i < 5; ++i) {
    stage.run(stage.connections.test(stage.admin, made.org, draft_of(), made.id, Stage::soon()));
  }
  EXPECT_TRUE(stage.lender.calls.back().draft) << "the breaker lets a draft pass and counts it not";
}

TEST_P(Health, NobodyIsToldOfAConnectionThatIsGone) {
  fail(made.id);
  stage.run(stage.connections.disconnect(stage.admin, made.org, made.id, 1, Stage::soon()));
  heed();
  EXPECT_EQ(told(), "");
  EXPECT_TRUE(stage.read([](db::Snapshot& at) { return outages(at); }).empty());
}

}  // namespace
}  // namespace lendport::connections

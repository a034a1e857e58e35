// The platform's switch: who turned it, why, and that every request about it counts once.
#include "connections/plugins.hpp"

#include "connections/stage.hpp"
#include "events/audit.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

class PluginSwitch : public testing::TestWithParam<db::Engine> {
 protected:
  http::Request request(const std::string& if_match, const std::string& key = "") {
    http::Request request;
    request.principal = stage_.platform;
    request.principal.request_id = "req-1";
    request.if_match = if_match;
    request.deadline = orgs::Stage::soon();
    if (key.empty()) return request;
    request.idempotency_key = key;
    request.keep = [this](db::Transaction&, const http::Response& answer, const auto&) {
      kept_ = answer;
    };
    return request;
  }
  std::optional<ErrorCode> stop(const std::string& if_match, const std::string& plugin = kAcme) {
    const http::Request asked = request(if_match);
    return db::failure_of([&] { stage_.run(plugins_.stop(asked, plugin, "the lender moves")); });
  }
  connectors::Switch now() { return stage_.run(plugins_.find(kAcme, orgs::Stage::soon())); }
  std::vector<events::AuditedEntry> audit() {
    auto entries = stage_.read(
        [&](db::Snapshot& at) { return events::list_audit(at, stage_.platform.org, 0, 1000); });
    std::erase_if(entries, [](const auto& one) { return one.subject.kind != "plugin"; });
    return entries;
  }

  ConnectionsStage stage_{GetParam()};
  std::optional<http::Response> kept_;
  Plugins plugins_{{*stage_.db, stage_.clock, stage_.ids, stage_.lender}};
};
INSTANTIATE_TEST_SUITE_P(Stores, PluginSwitch, db::kEngines, db::engine_name);

TEST_P(PluginSwitch, IsTurnedByWhoKnowsHowItStands) {
  EXPECT_EQ(stop(""), ErrorCode::precondition_required);
  EXPECT_EQ(stop("\"v2\""), ErrorCode::precondition_failed);
  EXPECT_EQ(stop("\"v1\"", "com.example.nobody"), ErrorCode::not_found);
  EXPECT_FALSE(now().stopped);
  EXPECT_EQ(stop("\"v1\""), std::nullopt);
  EXPECT_TRUE(now().stopped);
  EXPECT_EQ(now().version, 2);
  EXPECT_EQ(stop("\"v1\""), ErrorCode::precondition_failed);
  const http::Request on = request("\"v2\"");
  const http::Response started = stage_.run(plugins_.start(on, kAcme));
  EXPECT_EQ(started.etag, "\"v3\"");
  EXPECT_EQ(json::parse(started.body)["wanted"], "running");
  EXPECT_FALSE(now().stopped);
}

TEST_P(PluginSwitch, LeavesOneRecordOfEachTurn) {
  EXPECT_EQ(stop("\"v1\""), std::nullopt);
  EXPECT_EQ(stop("\"v2\""), std::nullopt);  // stopped for the same reason already
  EXPECT_EQ(now().version, 2);
  const auto entries = audit();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].action, "plugin.stopped");
  EXPECT_EQ(entries[0].subject.id, kAcme);
  EXPECT_EQ(entries[0].actor, stage_.platform.user.value);
  EXPECT_EQ(entries[0].request_id, "req-1");
  EXPECT_EQ(json::parse(entries[0].before.value())["wanted"], "running");
  EXPECT_EQ(json::parse(entries[0].after.value())["reason"], "the lender moves");
}

TEST_P(PluginSwitch, WaitsForAStartAsLongAsTheRequestMayAndForAStopNotAtAll) {
  EXPECT_EQ(stop("\"v1\""), std::nullopt);
  ASSERT_TRUE(stage_.lender.heeded_until);
  EXPECT_LT(*stage_.lender.heeded_until, std::chrono::steady_clock::now());
  const http::Request on = request("\"v2\"");
  stage_.run(plugins_.start(on, kAcme));
  EXPECT_EQ(stage_.lender.heeded_until, on.deadline);
}

// A second plugin, to take the place of the first.
json::Value hello() {
  json::Value manifest = acme_manifest();
  manifest["id"] = "com.example.hello";
  manifest["name"] = "Hello";
  return manifest;
}

TEST_P(PluginSwitch, WindsALenderDownAndNamesWhoTakesItsPlace) {
  stage_.lender.add(hello());
  const Connection made = stage_.connected();
  const http::Request asked = request("\"v1\"");
  const WindDownRequest wanted{"Acme leaves the market", {"com.example.hello"}};
  const http::Response answered = stage_.run(plugins_.wind_down(asked, kAcme, wanted));
  EXPECT_EQ(answered.etag, "\"v2\"");
  EXPECT_EQ(json::parse(answered.body)["winding_down"].dump(),
            R"({"reason":"Acme leaves the market","successors":[{"plugin_id":"com.example.hello",)"
            R"("name":"Hello"}]})");
  EXPECT_FALSE(now().stopped);

  const Connection found = stage_.stored(made.id);
  EXPECT_EQ(found.status, ConnectionStatus::winding_down);
  EXPECT_EQ(found.status_reason, "Acme leaves the market");
  EXPECT_EQ(found.successors, (std::vector<connectors::Successor>{{"com.example.hello", "Hello"}}));
  EXPECT_FALSE(found.usable());
  EXPECT_TRUE(found.answers());
  EXPECT_TRUE(found.followable());

  // Nobody connects it anew, and who has it keeps it.
  const Org other = stage_.org("Other");
  stage_.offer(other);
  const Principal theirs = orgs::principal_of(stage_.user(other, Role::org_admin, "theirs"));
  const auto refusal =
      stage_.run(stage_.connections.connect(theirs, other.id, draft_of(), orgs::Stage::soon()));
  EXPECT_EQ(refusals(refused(refusal).violations), Refusals{"/plugin_id winding_down"});
  EXPECT_NE(refused(refusal).violations[0].detail.find("Instead: Hello."), std::string::npos);
  ConnectionDraft renamed = draft_of();
  renamed.label = "Acme, until spring";
  stage_.run(
      stage_.connections.change(stage_.admin, made.org, made.id, 1, renamed, orgs::Stage::soon()));
  EXPECT_EQ(stage_.stored(made.id).status, ConnectionStatus::winding_down);

  const http::Request again = request("\"v2\"");
  stage_.run(plugins_.resume_lending(again, kAcme));
  EXPECT_EQ(stage_.stored(made.id).status, ConnectionStatus::connected);
  EXPECT_EQ(stage_.stored(made.id).status_reason, "");
  const auto entries = audit();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].action, "plugin.winding_down");
  EXPECT_EQ(entries[1].action, "plugin.lending_resumed");
}

TEST_P(PluginSwitch, NamesOnlyWhoIsThereAsASuccessor) {
  for (const char* id : {"com.example.nobody", kAcme}) {
    const http::Request asked = request("\"v1\"");
    const WindDownRequest wanted{"it ends", {id}};
    try {
      stage_.run(plugins_.wind_down(asked, kAcme, wanted));
      ADD_FAILURE() << id;
    } catch (const Error& error) {
      EXPECT_EQ(refusals(error.violations()), Refusals{"/successors/0 unknown"});
    }
  }
  EXPECT_FALSE(now().wind_down.on);
}

TEST_P(PluginSwitch, AWindDownOutlivesAStopAndARefusalOfCredentials) {
  const Connection made = stage_.connected();
  const http::Request asked = request("\"v1\"");
  const WindDownRequest wanted{"it ends", {}};
  stage_.run(plugins_.wind_down(asked, kAcme, wanted));
  EXPECT_EQ(stop("\"v2\""), std::nullopt);
  EXPECT_TRUE(now().wind_down.on);
  const http::Request on = request("\"v3\"");
  stage_.run(plugins_.start(on, kAcme));
  EXPECT_TRUE(now().wind_down.on);
  stage_.db->write_now(
      [&](db::Transaction& tx) { stage_.connections.auth_failed(tx, made.id, 1, "wrong key"); });
  EXPECT_EQ(stage_.stored(made.id).status, ConnectionStatus::needs_attention);
  EXPECT_EQ(stage_.stored(made.id).status_reason, "wrong key");
}

// The database refuses the audit's row: neither the switch nor its event is there.
TEST_P(PluginSwitch, ThatCannotBeAuditedIsNotTurned) {
  EXPECT_EQ(stop("\"v1\""), std::nullopt);
  stage_.db->write_now([](db::Transaction& tx) {
    tx.execute(
        "CREATE UNIQUE INDEX no_more ON audit (org, subject_id) WHERE subject_kind = 'plugin'");
  });
  const auto events = [&] {
    return stage_.read(
        [&](db::Snapshot& at) { return lendport::events::last_sequence(at, stage_.platform.org); });
  };
  const auto before = events();
  const http::Request on = request("\"v2\"");
  EXPECT_TRUE(db::failure_of([&] { stage_.run(plugins_.start(on, kAcme)); }));
  EXPECT_TRUE(now().stopped);
  EXPECT_EQ(now().version, 2);
  EXPECT_EQ(events(), before);
}

TEST_P(PluginSwitch, KeepsItsAnswerForARepeatedRequest) {
  const http::Request asked = request("\"v1\"", "key-1");
  const http::Response answered = stage_.run(plugins_.stop(asked, kAcme, "the lender moves"));
  ASSERT_TRUE(kept_);
  EXPECT_EQ(kept_->status, 200U);
  EXPECT_EQ(kept_->body, answered.body);
  EXPECT_EQ(kept_->etag, answered.etag);
}

}  // namespace
}  // namespace lendport::connections

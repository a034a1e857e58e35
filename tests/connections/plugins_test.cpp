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

// Plugins over HTTP: their own form, texts and icon; the operator sees why others are refused.
#include "connections/plugin_routes.hpp"

#include "connections/stage.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using orgs::answer;
using orgs::Call;

class PluginRoutes : public testing::Test {
 protected:
  PluginRoutes() {
    lender.answers("{}");
    connectors::PluginView broken;
    broken.folder = "broken";
    broken.state = connectors::PluginState::refused;
    broken.refusal = {"LP-E-ELF", "is no ELF file"};
    lender.views.push_back(broken);
  }

  Principal caller(Role role) const {
    Principal caller = stage.platform;
    caller.role = role;
    caller.permissions = permissions_of(role);
    return caller;
  }

  ConnectionsStage stage{db::Engine::sqlite};
  ScriptedConnectors& lender = stage.lender;
  Plugins plugins{{*stage.db, stage.clock, stage.ids, lender}};
  http::Cursors cursors{[](std::string_view) { return std::string(16, 'm'); }};
  http::Routes routes = plugin_routes(plugins, lender, cursors);
};

TEST_F(PluginRoutes, ListsWhatMayBeConnected) {
  const auto listed = answer(routes, caller(Role::viewer), {"GET /v1/plugins"}).body();
  ASSERT_EQ(listed["data"].size(), 1U);
  EXPECT_EQ(listed["data"][0]["id"], kAcme);
  EXPECT_EQ(listed["data"][0]["texts"]["fr"]["summary"], "Prêts");
  EXPECT_FALSE(listed["data"][0].contains("sha256"));
  const auto all = answer(routes, caller(Role::platform_admin), {"GET /v1/plugins"}).body();
  ASSERT_EQ(all["data"].size(), 2U);
  EXPECT_EQ(all["data"][1]["refused"]["sentence"], "is no ELF file");
}

TEST_F(PluginRoutes, ShowsThePluginsOwnForm) {
  const auto shown =
      answer(routes, caller(Role::viewer), {"GET /v1/plugins/{plugin}", {{"plugin", kAcme}}})
          .body();
  EXPECT_EQ(shown["settings"]["schema"], acme_manifest()["settings"]["schema"]);
  EXPECT_EQ(shown["icon"], "<svg/>");
  EXPECT_EQ(shown["environments"].dump(), R"(["production","sandbox"])");
  EXPECT_EQ(answer(routes, caller(Role::viewer),
                   {"GET /v1/plugins/{plugin}", {{"plugin", "com.example.nobody"}}})
                .error,
            ErrorCode::not_found);
}

TEST_F(PluginRoutes, RescansForTheOperator) {
  const auto found = answer(routes, caller(Role::platform_admin), {"POST /v1/plugins:rescan"});
  EXPECT_EQ(found.response.status, 200U);
  EXPECT_EQ(lender.rescans, 1);
  for (const http::Route& route : routes) {
    EXPECT_EQ(route.permission, route.method == http::Method::post ? Permission::plugins_operate
                                                                   : Permission::plugins_read);
  }
}

TEST_F(PluginRoutes, StopsAndStartsForTheOperator) {
  const Principal operates = caller(Role::platform_admin);
  const std::map<std::string, std::string> acme = {{"plugin", kAcme}};
  const auto tag = [&] {
    for (const auto& [name, value] :
         answer(routes, operates, {"GET /v1/plugins/{plugin}", acme}).response.headers) {
      if (name == "ETag") return value;
    }
    return std::string();
  };
  Call stop{"POST /v1/plugins/{plugin}:stop", acme, R"({"reason":"moving"})"};
  stop.if_match = tag();
  EXPECT_EQ(answer(routes, operates, stop).body()["wanted"], "stopped");
  auto& view = lender.views.back().id == kAcme ? lender.views.back() : lender.views.front();
  view.state = connectors::PluginState::stopped;
  view.switched_off = true;

  const Call look{"GET /v1/plugins/{plugin}", acme};
  const auto shown = answer(routes, operates, look).body();
  EXPECT_EQ(shown["state"], "stopped");
  EXPECT_EQ(shown["switch"]["reason"], "moving");
  // An org that is connected sees that it is stopped, and not why.
  const auto seen = answer(routes, caller(Role::viewer), look).body();
  EXPECT_EQ(seen["state"], "stopped");
  EXPECT_FALSE(seen.contains("switch"));
  EXPECT_EQ(answer(routes, caller(Role::viewer), {"GET /v1/plugins"}).body()["data"].size(), 0U);

  Call start{"POST /v1/plugins/{plugin}:start", acme};
  EXPECT_EQ(answer(routes, operates, start).error, ErrorCode::precondition_required);
  start.if_match = tag();
  EXPECT_EQ(answer(routes, operates, start).body()["wanted"], "running");
  EXPECT_EQ(answer(routes, operates, {"POST /v1/plugins/{plugin}:stop", acme, "{}"}).error,
            ErrorCode::invalid_input);
}

}  // namespace
}  // namespace lendport::connections

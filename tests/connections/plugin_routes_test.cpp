// Plugins over HTTP: their own form, texts and icon; the operator sees why others are refused.
#include "connections/plugin_routes.hpp"

#include "connections/stage.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using orgs::answer;
using orgs::Call;

Principal caller(Role role) {
  Principal caller;
  caller.role = role;
  caller.permissions = permissions_of(role);
  return caller;
}

class PluginRoutes : public testing::Test {
 protected:
  PluginRoutes() {
    connectors::PluginView broken;
    broken.folder = "broken";
    broken.state = connectors::PluginState::refused;
    broken.refusal = {"LP-E-ELF", "is no ELF file"};
    lender.views.push_back(broken);
  }

  ScriptedConnectors lender;
  http::Cursors cursors{[](std::string_view) { return std::string(16, 'm'); }};
  http::Routes routes = plugin_routes(lender, cursors);
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
    EXPECT_EQ(route.permission, route.path.ends_with(":rescan") ? Permission::plugins_operate
                                                                : Permission::plugins_read);
  }
}

}  // namespace
}  // namespace lendport::connections

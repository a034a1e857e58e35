// The address lenders call, and the log, through their handlers.
#include "connections/inbound_routes.hpp"

#include "connections/inbound.hpp"
#include "connections/routes.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using orgs::Call;

class InboundRoutes : public testing::Test {
 protected:
  InboundStage stage{db::Engine::sqlite};
  http::Cursors cursors{[](std::string_view bytes) {
    return std::string(16, 'm') + std::to_string(std::hash<std::string_view>{}(bytes));
  }};
  Plugins plugins{{*stage.db, stage.clock, stage.ids, stage.lender}};
  http::Routes routes = inbound_webhook_routes(stage.webhooks, cursors);
  http::Routes others = connections_routes(stage.connections, plugins, stage.lender, cursors);

  orgs::Answered listed(const Principal& caller, std::map<std::string, std::string> query = {}) {
    Call call{"GET /v1/orgs/{org}/connections/{connection}/webhooks",
              {{"org", stage.sunrise.id.value}, {"connection", stage.connection.id.value}}};
    call.query = std::move(query);
    return orgs::answer(routes, caller, call);
  }
  orgs::Answered connection(const Principal& caller, const std::string& verb = "",
                            const std::string& if_match = "") {
    return orgs::answer(
        others, caller,
        {(verb.empty() ? "GET " : "POST ") +
             std::string("/v1/orgs/{org}/connections/{connection}") + verb,
         {{"org", stage.sunrise.id.value}, {"connection", stage.connection.id.value}},
         "",
         if_match});
  }
};

TEST_F(InboundRoutes, NameWhatTheyNeed) {
  EXPECT_TRUE(routes[0].is_public);
  EXPECT_TRUE(routes[0].keeps_headers);
  EXPECT_TRUE(routes[0].request_schema.empty()) << "any content type";
  EXPECT_EQ(http::body_bytes_max(routes[0]), kWebhookBodyBytesMax);
  EXPECT_EQ(routes[1].permission, Permission::connections_read);
  for (const auto& schema : inbound_webhook_schemas()) {
    EXPECT_TRUE(json::parse(schema.json).is_object());
  }
}

TEST_F(InboundRoutes, TakeAWebhookAndListIt) {
  const auto sent = orgs::answer(
      routes, {}, {"POST /v1/hooks/{token}", {{"token", stage.token()}}, "two\r\nlines"});
  EXPECT_EQ(sent.response.status, 202U);
  EXPECT_EQ(orgs::answer(routes, {}, {"POST /v1/hooks/{token}", {{"token", "x"}}, "{}"}).error,
            ErrorCode::not_found);
  for (int i = 0; i < 2; ++i) stage.received(InboundStage::saying("e" + std::to_string(i)));
  const auto first = listed(stage.admin, {{"limit", "2"}}).body();
  ASSERT_EQ(first["data"].size(), 2U);
  EXPECT_EQ(first["data"][0]["event_id"], "e1");
  EXPECT_EQ(first["data"][0]["state"], "verified");
  EXPECT_EQ(first.dump().find("lines"), std::string::npos);
  const auto next =
      listed(stage.admin, {{"limit", "2"}, {"cursor", first["next_cursor"].get<std::string>()}})
          .body();
  ASSERT_EQ(next["data"].size(), 1U);
  EXPECT_EQ(next["data"][0]["bytes"], 10);
}

TEST_F(InboundRoutes, ShowTheAddressToThoseWhoMayWrite) {
  const auto whole = connection(stage.admin);
  const std::string path = whole.body()["webhook"]["path"];
  EXPECT_EQ(path, "/v1/hooks/" + stage.token());
  const Principal rep = orgs::principal_of(stage.user(stage.sunrise, Role::rep, "rep"));
  EXPECT_FALSE(connection(rep).body().contains("webhook"));
  EXPECT_EQ(connection(stage.admin, ":rotate-webhook").error, ErrorCode::precondition_required);
  const auto rotated = connection(stage.admin, ":rotate-webhook", whole.response.etag);
  EXPECT_NE(rotated.body()["webhook"]["path"], path);
  EXPECT_TRUE(rotated.body()["webhook"]["previous_until"].is_string());
}

TEST_F(InboundRoutes, ForeignAndOtherEnvironmentIsMissing) {
  Principal live = stage.admin;
  live.environment = Environment::production;
  EXPECT_EQ(listed(live).error, ErrorCode::not_found);
}

}  // namespace
}  // namespace lendport::connections

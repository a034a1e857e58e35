// Offers and connections through their handlers.
#include "connections/routes.hpp"

#include "connections/stage.hpp"
#include "connectors/texts.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lendport::connections {
namespace {

using orgs::Answered;
using orgs::Call;

class ConnectionsRoutes : public testing::Test {
 protected:
  ConnectionsStage stage{db::Engine::sqlite};
  http::Cursors cursors{[](std::string_view bytes) {
    return std::string(16, 'm') + std::to_string(std::hash<std::string_view>{}(bytes));
  }};
  Plugins plugins{{*stage.db, stage.clock, stage.ids, stage.lender}};
  http::Routes routes = connections_routes(stage.connections, plugins, stage.lender, cursors);

  Answered ask(const Principal& caller, Call call) {
    call.parameters.try_emplace("org", stage.sunrise.id.value);
    return orgs::answer(routes, caller, call);
  }
  Answered ask(Call call) { return ask(stage.admin, std::move(call)); }

  static std::string body(const std::string& settings = kForm) {
    return R"({"plugin_id":"com.example.acme","environment":"sandbox","settings":)" + settings +
           "}";
  }
  Answered connect() { return ask({"POST /v1/orgs/{org}/connections", {}, body()}); }
};

constexpr const char* kOne = "/v1/orgs/{org}/connections/{connection}";

TEST_F(ConnectionsRoutes, EveryRowHasAPermissionAndItsSchemas) {
  std::set<std::string> schemas;
  for (const auto& schema : connections_schemas()) {
    EXPECT_TRUE(json::parse(schema.json).is_object());
    EXPECT_TRUE(schemas.insert(schema.name).second);
  }
  for (const http::Route& route : routes) {
    EXPECT_TRUE(route.permission) << route.path;
    EXPECT_TRUE(route.request_schema.empty() || schemas.contains(route.request_schema));
    EXPECT_TRUE(route.response_schema.empty() || schemas.contains(route.response_schema));
    const bool changes =
        route.path.find("/connections") != std::string::npos && route.method != http::Method::get;
    if (changes) {
      EXPECT_EQ(route.permission, Permission::connections_write) << route.path;
    }
  }
}

TEST_F(ConnectionsRoutes, OffersConnectsShowsAndLists) {
  const Org fresh = stage.org("Fresh");
  const Principal admin = orgs::principal_of(stage.user(fresh, Role::org_admin, "fresh"));
  const auto offered = ask(stage.platform, {"POST /v1/orgs/{org}/offers",
                                            {{"org", fresh.id.value}},
                                            R"({"plugin_id":"com.example.acme","scope":"org"})"});
  ASSERT_EQ(offered.response.status, 201U);
  const auto made =
      ask(admin, {"POST /v1/orgs/{org}/connections", {{"org", fresh.id.value}}, body()});
  ASSERT_EQ(made.response.status, 201U);
  EXPECT_EQ(made.body()["status"], "connected");
  const std::string id = made.body()["id"];
  const auto shown =
      ask(admin, {std::string("GET ") + kOne, {{"org", fresh.id.value}, {"connection", id}}});
  EXPECT_EQ(shown.body(), made.body());
  EXPECT_EQ(shown.response.etag, made.response.etag);
  EXPECT_TRUE(shown.response.etag.starts_with("\"v" + made.body()["version"].dump() + '-'))
      << shown.response.etag;
  const auto listed =
      ask(admin, {"GET /v1/orgs/{org}/connections", {{"org", fresh.id.value}}}).body();
  EXPECT_EQ(listed["data"].size(), 1U);
  EXPECT_EQ(
      ask(admin, {"GET /v1/orgs/{org}/offers", {{"org", fresh.id.value}}}).body()["data"].size(),
      1U);
}

TEST_F(ConnectionsRoutes, WithdrawsAnOffer) {
  const Offer offer = stage.offer(stage.sunrise);
  Call call{"DELETE /v1/orgs/{org}/offers/{offer}", {{"offer", offer.id.value}}};
  EXPECT_EQ(ask(stage.platform, call).error, ErrorCode::precondition_required);
  call.if_match = "\"v1\"";
  EXPECT_EQ(ask(stage.platform, call).response.status, 204U);
  EXPECT_EQ(ask(stage.platform, call).error, ErrorCode::not_found);
}

TEST_F(ConnectionsRoutes, AChangeNeedsTheVersionItSaw) {
  const auto made = connect();
  const std::string id = made.body()["id"];
  for (const char* verb : {"PUT ", "DELETE "}) {
    EXPECT_EQ(ask({verb + std::string(kOne), {{"connection", id}}, body()}).error,
              ErrorCode::precondition_required);
  }
  for (const char* verb : {":reconnect", ":enable", ":disable"}) {
    EXPECT_EQ(ask({"POST " + std::string(kOne) + verb, {{"connection", id}}, "{}", "\"v9\""}).error,
              ErrorCode::precondition_failed);
  }
}

TEST_F(ConnectionsRoutes, DisablesEnablesAndDisconnects) {
  const auto made = connect();
  const std::string id = made.body()["id"];
  const std::string one = kOne;
  const auto off = ask({"POST " + one + ":disable",
                        {{"connection", id}},
                        R"({"reason":"pause"})",
                        made.response.etag});
  EXPECT_EQ(off.body()["status"], "disabled");
  EXPECT_EQ(off.body()["status_reason"], "pause");
  const auto on = ask({"POST " + one + ":enable",
                       {{"connection", id}},
                       R"({"with_sub_orgs":true})",
                       off.response.etag});
  EXPECT_EQ(on.body()["status"], "connected");
  EXPECT_EQ(on.body()["with_sub_orgs"], true);
  EXPECT_EQ(ask({"DELETE " + one, {{"connection", id}}, {}, on.response.etag}).response.status,
            204U);
  EXPECT_EQ(ask({"GET " + one, {{"connection", id}}}).error, ErrorCode::not_found);
}

TEST_F(ConnectionsRoutes, SaysInFrenchWhatTheHubSaysInAConnectorsPlace) {
  const Wording& mistake = row_of(connectors_texts::kOutcomes, "mistake");
  const Wording& unusable = row_of(connectors_texts::kOutcomes, "settings_refused");
  const auto detail = [&](const std::string& verb, const std::string& language) {
    Call call{"POST /v1/orgs/{org}/connections" + verb, {}, body()};
    call.language = language;
    return ask(call).body();
  };
  for (const char* verb : {"", ":test"}) {
    stage.lender.ends(connectors::OutcomeKind::internal, std::string(mistake.en));
    EXPECT_EQ(detail(verb, "fr")["detail"], mistake.fr);
    EXPECT_EQ(detail(verb, "en")["detail"], mistake.en);
    stage.lender.ends(connectors::OutcomeKind::invalid, std::string(unusable.en));
    EXPECT_EQ(detail(verb, "fr")["detail"], unusable.fr);
    EXPECT_EQ(detail(verb, "fr")["errors"][0]["detail"], unusable.fr);
    EXPECT_EQ(detail(verb, "en")["errors"][0]["detail"], unusable.en);
    stage.lender.ends(connectors::OutcomeKind::internal, "dealer 7 is closed");
    EXPECT_EQ(detail(verb, "fr")["detail"], "dealer 7 is closed") << "the lender's own";
  }
}

TEST_F(ConnectionsRoutes, ForeignMissingAndOtherEnvironmentAreOneAnswer) {
  const std::string id = connect().body()["id"];
  const Org other = stage.org("Other");
  const Principal thief = orgs::principal_of(stage.user(other, Role::org_admin, "thief"));
  Principal live = stage.admin;
  live.environment = Environment::production;
  for (const http::Route& route : routes) {
    if (route.path.find("{connection}") == std::string::npos) continue;
    const std::string row = std::string(to_string(route.method)) + " " + route.path;
    for (const std::string& tried :
         {id, std::string("conn_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"), std::string("x")}) {
      const Call call{row, {{"org", other.id.value}, {"connection", tried}}, body(), "\"v1\""};
      EXPECT_EQ(orgs::answer(routes, thief, call).error, ErrorCode::not_found) << row;
    }
    EXPECT_EQ(ask(live, {row, {{"connection", id}}, body(), "\"v1\""}).error, ErrorCode::not_found)
        << row;
  }
}

TEST_F(ConnectionsRoutes, ARefusalIsAProblemThatGivesTheFormBack) {
  stage.lender.answers(R"({"status":"misconfigured","message":"not a partner",)"
                       R"("field_errors":[{"pointer":"/dealer_id","code":"unknown"}],)"
                       R"("become_partner_url":"https://acme.example/partners"})");
  for (const char* row :
       {"POST /v1/orgs/{org}/connections", "POST /v1/orgs/{org}/connections:test"}) {
    const auto refused = ask({row, {}, body()});
    EXPECT_EQ(refused.response.status, 422U);
    EXPECT_EQ(refused.response.content_type, "application/problem+json");
    const json::Value problem = refused.body();
    EXPECT_EQ(problem["errors"][0]["pointer"], "/settings/dealer_id");
    EXPECT_EQ(problem["become_partner_url"], "https://acme.example/partners");
    EXPECT_EQ(problem["submitted"]["dealer_id"], "D-17");
    EXPECT_EQ(problem["submitted"]["client_secret"], "***");
    EXPECT_EQ(refused.response.body.find("hunter2"), std::string::npos);
  }
}

TEST_F(ConnectionsRoutes, ALenderThatIsDownIs502AndLosesNothing) {
  stage.lender.ends(connectors::OutcomeKind::retryable, "the lender is down");
  const auto refused = connect();
  EXPECT_EQ(refused.response.status, 502U);
  EXPECT_EQ(refused.body()["submitted"]["dealer_id"], "D-17");
  EXPECT_EQ(stage.count(), 0U);
}

TEST_F(ConnectionsRoutes, ReconnectsUnderTheSameId) {
  const auto made = connect();
  const std::string id = made.body()["id"];
  const auto again = ask({"POST " + std::string(kOne) + ":reconnect",
                          {{"connection", id}},
                          R"({"settings":{"dealer_id":"D-17","tenant":"t1","client_secret":"n"}})",
                          made.response.etag});
  EXPECT_EQ(again.response.status, 200U);
  EXPECT_EQ(again.body()["id"], id);
  EXPECT_EQ(again.body()["settings_revision"], 2);
}

}  // namespace
}  // namespace lendport::connections

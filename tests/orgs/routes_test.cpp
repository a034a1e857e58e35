// Orgs, users and keys through their handlers.
#include "orgs/routes.hpp"

#include "core/permission.hpp"
#include "orgs/stage.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace lendport::orgs {
namespace {

class OrgsRoutes : public testing::Test {
 protected:
  Stage stage{db::Engine::sqlite};
  http::Cursors cursors{[](std::string_view bytes) {
    return std::string(16, 'm') + std::to_string(std::hash<std::string_view>{}(bytes));
  }};
  http::Routes routes = orgs_routes(stage.orgs, cursors);
  Org sunrise = stage.org("Sunrise");
  Principal admin = principal_of(stage.user(sunrise, Role::org_admin, "admin"));
  Principal platform = stage.platform_admin();

  Answered ask(const Principal& caller, Call call) {
    call.parameters.try_emplace("org", sunrise.id.value);
    return answer(routes, caller, call);
  }
};

TEST_F(OrgsRoutes, EveryRowHasAPermissionAndItsSchemas) {
  json::Value schemas = json::Value::object();
  for (const auto& schema : orgs_schemas()) schemas[schema.name] = json::parse(schema.json);
  std::set<std::string> paths;
  for (const http::Route& route : routes) {
    EXPECT_TRUE(route.permission) << route.path;
    EXPECT_FALSE(route.summary.empty()) << route.path;
    EXPECT_TRUE(paths.insert(std::string(to_string(route.method)) + route.path).second);
    for (const std::string& name : {route.request_schema, route.response_schema}) {
      EXPECT_TRUE(name.empty() || schemas.contains(name)) << name;
    }
  }
}

TEST_F(OrgsRoutes, MakesShowsAndChangesAnOrg) {
  const auto made = ask(platform, {"POST /v1/orgs",
                                   {},
                                   R"({"name":"New","country":"US",)"
                                   R"("segments":["residential"]})"});
  ASSERT_EQ(made.response.status, 201U);
  const std::string id = made.body()["id"];
  EXPECT_EQ(made.response.headers.at(0).second, "/v1/orgs/" + id);
  const Call show{"GET /v1/orgs/{org}", {{"org", id}}};
  const auto shown = ask(platform, show);
  EXPECT_EQ(shown.body(), made.body());
  const Call patch{
      "PATCH /v1/orgs/{org}", {{"org", id}}, R"({"sales_mode":true})", shown.response.etag};
  const auto changed = ask(platform, patch);
  EXPECT_EQ(changed.body()["sales_mode"], true);
  EXPECT_NE(changed.response.etag, shown.response.etag);
  EXPECT_EQ(ask(platform, patch).error, ErrorCode::precondition_failed);
}

TEST_F(OrgsRoutes, AChangeNeedsIfMatch) {
  const Call patch{"PATCH /v1/orgs/{org}", {}, R"({"sales_mode":true})"};
  EXPECT_EQ(ask(platform, patch).error, ErrorCode::precondition_required);
}

TEST_F(OrgsRoutes, ListsUsersInPages) {
  for (int i = 0; i < 4; ++i) stage.user(sunrise, Role::rep, "rep" + std::to_string(i));
  std::set<std::string> seen;
  Call list{"GET /v1/orgs/{org}/users"};
  list.query["limit"] = "2";
  for (int page = 0; page < 3; ++page) {
    const json::Value body = ask(admin, list).body();
    for (const auto& user : body["data"]) seen.insert(user["email"]);
    EXPECT_EQ(body["has_more"], page < 2);
    if (page < 2) list.query["cursor"] = body["next_cursor"];
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST_F(OrgsRoutes, MakesAndDeactivatesAUser) {
  const auto made = ask(admin, {"POST /v1/orgs/{org}/users",
                                {},
                                R"({"email":"Ada@Example.com","name":"Ada","role":"rep"})"});
  ASSERT_EQ(made.response.status, 201U);
  EXPECT_EQ(made.body()["email"], "ada@example.com");
  const std::string id = made.body()["id"];
  const auto gone = ask(admin, {"PATCH /v1/orgs/{org}/users/{user}",
                                {{"user", id}},
                                R"({"status":"deactivated"})",
                                made.response.etag});
  EXPECT_EQ(gone.body()["status"], "deactivated");
  EXPECT_EQ(ask(admin, {"GET /v1/orgs/{org}/users/{user}", {{"user", id}}}).body(), gone.body());
}

TEST_F(OrgsRoutes, ShowsAKeyOnceAndRevokesIt) {
  const auto made =
      ask(admin, {"POST /v1/orgs/{org}/keys", {}, R"({"label":"ci","environment":"sandbox"})"});
  ASSERT_EQ(made.response.status, 201U);
  const std::string token = made.body()["token"];
  EXPECT_EQ(stage.orgs.identify(token).standing, http::Standing::known);
  const std::string id = made.body()["id"];
  const auto listed = ask(admin, {"GET /v1/orgs/{org}/keys"});
  EXPECT_EQ(listed.response.body.find(token), std::string::npos);
  EXPECT_EQ(listed.body()["data"].size(), 1U);
  const Call revoke{"DELETE /v1/orgs/{org}/keys/{key}", {{"key", id}}, {}, made.response.etag};
  EXPECT_EQ(ask(admin, revoke).response.status, 204U);
  EXPECT_NE(stage.orgs.identify(token).standing, http::Standing::known);
  EXPECT_EQ(ask(admin, revoke).error, ErrorCode::precondition_failed);
}

TEST_F(OrgsRoutes, ForeignAndMissingAreOneAnswer) {
  const Org other = stage.org("Other");
  const User foreign = stage.user(other, Role::rep, "foreign");
  const NewKey key = stage.orgs.create_key_now(other.id, key_draft(foreign.id));
  for (const std::string& id : {foreign.id.value,
                                std::string("user_0190b6f1-6f0e-7cc3-98c4-"
                                            "dc0c0c07398f"),
                                std::string("nonsense")}) {
    for (const char* row :
         {"GET /v1/orgs/{org}/users/{user}", "PATCH /v1/orgs/{org}/users/{user}"}) {
      EXPECT_EQ(ask(admin, {row, {{"user", id}}, "{}"}).error, ErrorCode::not_found) << row << id;
    }
  }
  for (const char* row : {"GET /v1/orgs/{org}/keys/{key}", "DELETE /v1/orgs/{org}/keys/{key}"}) {
    EXPECT_EQ(ask(admin, {row, {{"key", key.key.id.value}}}).error, ErrorCode::not_found) << row;
  }
}

TEST_F(OrgsRoutes, AWrongBodyNamesItsFields) {
  const auto wrong = ask(admin, {"POST /v1/orgs/{org}/users", {}, R"({"email":"x","role":"rep"})"});
  EXPECT_EQ(wrong.error, ErrorCode::invalid_input);
  ASSERT_FALSE(wrong.violations.empty());
  EXPECT_EQ(wrong.violations[0].pointer, "/name");
  EXPECT_EQ(ask(admin, {"POST /v1/orgs/{org}/users", {}, "not json"}).error,
            ErrorCode::malformed_request);
}

}  // namespace
}  // namespace lendport::orgs

// Webhooks through their handlers.
#include "webhooks/routes.hpp"

#include "webhooks/json.hpp"
#include "webhooks/stage.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace lendport::webhooks {
namespace {

using orgs::Answered;
using orgs::Call;

const std::string kAll = "/v1/orgs/{org}/webhook-endpoints";
const std::string kOne = kAll + "/{endpoint}";
const std::string kLog = kOne + "/deliveries";

class WebhookRoutes : public testing::Test {
 protected:
  WebhooksStage stage{db::Engine::sqlite};
  http::Cursors cursors{[](std::string_view bytes) {
    return std::string(16, 'm') + std::to_string(std::hash<std::string_view>{}(bytes));
  }};
  http::Routes routes = webhook_routes(*stage.webhooks, stage.clock, cursors);

  Answered ask(Call call) {
    call.parameters.try_emplace("org", stage.sunrise.id.value);
    return answer(routes, stage.admin, call);
  }
  Answered made() { return ask({"POST " + kAll, {}, R"({"url":"https://hooks.example/in"})"}); }
  Answered on(const std::string& row, const std::string& id, const std::string& body = "",
              const std::string& if_match = "") {
    return ask({row, {{"endpoint", id}}, body, if_match});
  }
};

TEST_F(WebhookRoutes, EveryRowHasAPermissionAndItsSchemas) {
  json::Value schemas = json::Value::object();
  for (const auto& schema : webhook_schemas()) schemas[schema.name] = json::parse(schema.json);
  std::set<std::string> paths;
  for (const http::Route& route : routes) {
    EXPECT_TRUE(route.permission) << route.path;
    EXPECT_EQ(*route.permission, route.method == http::Method::get ? Permission::webhooks_read
                                                                   : Permission::webhooks_write);
    EXPECT_FALSE(route.summary.empty()) << route.path;
    EXPECT_TRUE(paths.insert(std::string(to_string(route.method)) + route.path).second);
    for (const std::string& name : {route.request_schema, route.response_schema}) {
      EXPECT_TRUE(name.empty() || schemas.contains(name)) << name;
    }
  }
  EXPECT_EQ(paths.size(), 12U);
}

TEST_F(WebhookRoutes, ShowTheSecretOnce) {
  const auto answer = made();
  ASSERT_EQ(answer.response.status, 201U);
  const std::string secret = answer.body()["secret"];
  EXPECT_TRUE(secret.starts_with("whsec_"));
  const std::string id = answer.body()["id"];
  const auto shown = on("GET " + kOne, id);
  EXPECT_FALSE(shown.body().contains("secret"));
  EXPECT_FALSE(ask({"GET " + kAll}).response.body.find(secret) != std::string::npos);
  const auto rotated = on("POST " + kOne + ":rotate-secret", id, "", answer.response.etag);
  EXPECT_EQ(rotated.response.status, 200U);
  EXPECT_NE(rotated.body()["secret"], secret);
  EXPECT_FALSE(rotated.body()["old_secret_until"].is_null());
}

TEST_F(WebhookRoutes, WantIfMatchForWhatChangesAnEndpoint) {
  const std::string id = made().body()["id"];
  for (const std::string& row : {"PATCH " + kOne, "DELETE " + kOne, "POST " + kOne + ":enable",
                                 "POST " + kOne + ":rotate-secret"}) {
    EXPECT_EQ(on(row, id, "{}").error, ErrorCode::precondition_required) << row;
    EXPECT_EQ(on(row, id, "{}", "\"v9\"").error, ErrorCode::precondition_failed) << row;
  }
  const auto shown = on("GET " + kOne, id);
  const auto off = on("PATCH " + kOne, id, R"({"enabled":false})", shown.response.etag);
  EXPECT_EQ(off.body()["enabled"], false);
  EXPECT_EQ(off.body()["disabled_because"], "by_hand");
  const auto back = on("POST " + kOne + ":enable", id, "", off.response.etag);
  EXPECT_EQ(back.body()["enabled"], true);
  EXPECT_EQ(on("DELETE " + kOne, id, "", back.response.etag).response.status, 204U);
  EXPECT_EQ(on("GET " + kOne, id).error, ErrorCode::not_found);
}

// The environments are a border: on every route the other's endpoint is one that is not there.
TEST_F(WebhookRoutes, TheOtherEnvironmentsIsMissing) {
  const Principal sandbox = stage.admin;
  Principal production = sandbox;
  production.environment = Environment::production;
  for (const auto& [owner, other] :
       {std::pair(production, sandbox), std::pair(sandbox, production)}) {
    stage.admin = owner;
    const auto endpoint = made();
    const std::string id = endpoint.body()["id"];
    const std::string ping = on("POST " + kOne + ":test", id).body()["id"];
    const std::string tag = on("GET " + kOne, id).response.etag;
    const std::string before = on("GET " + kOne, id).response.body;
    stage.admin = other;
    for (const http::Route& route : routes) {
      if (route.path == kAll) continue;
      Call call{std::string(to_string(route.method)) + " " + route.path,
                {{"endpoint", id}, {"delivery", ping}},
                R"({"url":"https://other.example/in"})",
                route.if_match ? tag : ""};
      if (route.path.ends_with(":recover")) call.body = R"({"since":"2026-01-01T00:00:00Z"})";
      EXPECT_EQ(ask(call).error, ErrorCode::not_found) << call.row;
    }
    EXPECT_EQ(ask({"GET " + kAll}).response.body.find(id), std::string::npos);
    stage.admin = owner;
    EXPECT_EQ(on("GET " + kOne, id).response.body, before);
    EXPECT_NE(ask({"GET " + kAll}).response.body.find(id), std::string::npos);
  }
}

TEST_F(WebhookRoutes, ShowAndRepeatDeliveries) {
  const std::string id = made().body()["id"];
  const auto ping = on("POST " + kOne + ":test", id);
  ASSERT_EQ(ping.response.status, 202U);
  stage.work();
  const auto log = on("GET " + kLog, id).body();
  ASSERT_EQ(log["data"].size(), 1U);
  EXPECT_EQ(log["data"][0]["state"], "delivered");
  const Call one{"GET " + kLog + "/{delivery}",
                 {{"endpoint", id}, {"delivery", ping.body()["id"].get<std::string>()}}};
  const auto detail = ask(one).body();
  EXPECT_EQ(detail["message"]["type"], "webhook.ping");
  EXPECT_EQ(detail["attempt_log"][0]["status"], 204);
  Call again = one;
  again.row = "POST " + kLog + "/{delivery}:resend";
  EXPECT_EQ(ask(again).body()["state"], "pending");
  const auto recovered = on("POST " + kOne + ":recover", id, R"({"since":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(recovered.body()["queued"], 0);
}

TEST_F(WebhookRoutes, PageTheLog) {
  const std::string id = made().body()["id"];
  for (int i = 0; i < 5; ++i) on("POST " + kOne + ":test", id);
  std::set<std::string> seen;
  Call list{"GET " + kLog, {{"endpoint", id}}};
  list.query["limit"] = "2";
  for (int page = 0; page < 3; ++page) {
    const json::Value body = ask(list).body();
    for (const auto& one : body["data"]) seen.insert(one["id"]);
    EXPECT_EQ(body["has_more"], page < 2);
    if (page < 2) list.query["cursor"] = body["next_cursor"];
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST_F(WebhookRoutes, RefuseFiltersThatMeanNothing) {
  const std::string id = made().body()["id"];
  const std::pair<const char*, const char*> wrong[] = {
      {"state", "lost"}, {"type", "case.opened"}, {"since", "yesterday"}, {"until", "1"}};
  for (const auto& [name, value] : wrong) {
    Call list{"GET " + kLog, {{"endpoint", id}}};
    list.query[name] = value;
    const auto refused = ask(list);
    EXPECT_EQ(refused.error, ErrorCode::invalid_input) << name;
    ASSERT_FALSE(refused.violations.empty());
    EXPECT_EQ(refused.violations[0].pointer, "/" + std::string(name));
  }
}

}  // namespace
}  // namespace lendport::webhooks

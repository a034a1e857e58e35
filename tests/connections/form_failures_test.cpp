// The seven failures that schema-driven plugin forms repeat elsewhere, each over the API.
#include "connections/routes.hpp"
#include "connections/stage.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace lendport::connections {
namespace {

using orgs::Answered;
using orgs::Call;

class FormFailures : public testing::Test {
 protected:
  ConnectionsStage stage{db::Engine::sqlite};
  http::Cursors cursors{[](std::string_view) { return std::string(16, 'm'); }};
  Plugins plugins{{*stage.db, stage.clock, stage.ids, stage.lender}};
  http::Routes routes = connections_routes(stage.connections, plugins, stage.lender, cursors);

  Answered ask(Call call) {
    call.parameters.try_emplace("org", stage.sunrise.id.value);
    return orgs::answer(routes, stage.admin, call);
  }
  static std::string draft(const json::Value& settings, const std::string& more = "") {
    return R"({"plugin_id":"com.example.acme","environment":"sandbox","settings":)" +
           settings.dump() + more + "}";
  }
  Answered connect(const json::Value& settings) {
    return ask({"POST /v1/orgs/{org}/connections", {}, draft(settings)});
  }
  Answered put(const json::Value& shown, const std::string& etag) {
    return ask({"PUT /v1/orgs/{org}/connections/{connection}",
                {{"connection", shown["id"]}},
                shown.dump(),
                etag});
  }
  std::string stored_settings(const std::string& id) {
    return stage.stored(ConnectionId{id}).settings;
  }
};

TEST_F(FormFailures, OneInputIsNotLostWhenTheStepFails) {
  const json::Value sent =
      json::parse(R"({"dealer_id":"x","region":"north","tenant":"t1","client_secret":"hunter2"})");
  const Answered refused = connect(sent);
  EXPECT_EQ(refused.response.status, 422U);
  const json::Value back = refused.body()["submitted"];
  EXPECT_EQ(back["dealer_id"], "x");
  EXPECT_EQ(back["region"], "north");
  EXPECT_EQ(back["tenant"], "t1");
  EXPECT_EQ(back["client_secret"], "***");
}

TEST_F(FormFailures, TwoEveryErrorNamesItsFieldAllAtOnce) {
  const json::Value problem =
      connect(json::parse(R"({"dealer_id":"x","region":"north","extra":true})")).body();
  std::set<std::string> pointers;
  for (const auto& error : problem["errors"]) {
    pointers.insert(error["pointer"]);
    EXPECT_FALSE(error["code"].get<std::string>().empty());
    EXPECT_FALSE(error["detail"].get<std::string>().empty());
  }
  EXPECT_EQ(pointers, (std::set<std::string>{"/settings/dealer_id", "/settings/region",
                                             "/settings/extra", "/settings/client_secret"}));
}

TEST_F(FormFailures, ThreeARoundTripLeavesTheStoredSettingsByteEqual) {
  const Answered made = connect(json::parse(
      R"({"tenant":"t \u00e9 \"1\"","client_secret":"s","dealer_id":"D/17~x","region":"east"})"));
  ASSERT_EQ(made.response.status, 201U) << made.response.body;
  const std::string id = made.body()["id"];
  const std::string before = stored_settings(id);
  Answered shown = ask({"GET /v1/orgs/{org}/connections/{connection}", {{"connection", id}}});
  for (int i = 0; i < 3; ++i) {
    shown = put(shown.body(), shown.response.etag);
    ASSERT_EQ(shown.response.status, 200U) << shown.response.body;
    EXPECT_EQ(stored_settings(id), before);
  }
  EXPECT_EQ(shown.body()["settings_revision"], 1);
  EXPECT_EQ(stage.lender.calls.size(), 1U) << "nothing changed, nobody was asked";
}

TEST_F(FormFailures, FourOneMarkSaysWhatIsSecretWhateverTheSchema) {
  std::mt19937 random(20260504);
  for (int round = 0; round < 20; ++round) {
    json::Value manifest = acme_manifest();
    json::Value& schema = manifest["settings"]["schema"];
    schema["properties"] = json::Value::object();
    schema["required"] = json::Value::array();
    json::Value settings = json::Value::object();
    for (int i = 0; i < 8; ++i) {
      const std::string name = "field" + std::to_string(i);
      json::Value field = json::parse(R"({"type":"string","title":"F","maxLength":100})");
      const bool secret = random() % 2 == 0;
      if (secret) field["x-secret"] = true;
      schema["properties"][name] = field;
      settings[name] = (secret ? "canary-" : "open-") + std::to_string(random());
    }
    manifest["id"] = "com.example.random" + std::to_string(round);
    stage.lender.add(manifest);
    stage.run(stage.connections.offer(stage.platform, stage.sunrise.id, manifest["id"],
                                      OfferScope::org, orgs::Stage::soon()));
    json::Value body = json::parse(draft(settings));
    body["plugin_id"] = manifest["id"];
    const Answered made = ask({"POST /v1/orgs/{org}/connections", {}, body.dump()});
    ASSERT_EQ(made.response.status, 201U) << made.response.body;
    EXPECT_EQ(made.response.body.find("canary-"), std::string::npos);
    for (const auto& [name, value] : settings.items()) {
      const bool secret = value.get<std::string>().starts_with("canary-");
      EXPECT_EQ(made.body()["settings"][name], secret ? json::Value("***") : value);
    }
  }
  stage.db->read_now([&](db::Snapshot& at) {
    for (const char* table : {"connections", "events", "audit"}) {
      for (const db::Row& row : at.query(std::string("SELECT * FROM ") + table)) {
        const char* text = std::string(table) == "connections" ? "settings"
                           : std::string(table) == "events"    ? "payload"
                                                               : "after";
        EXPECT_EQ(row.optional_text(text).value_or("").find("canary-"), std::string::npos);
      }
    }
  });
}

TEST_F(FormFailures, FiveATestTriesWhatIsOnTheScreenAndSavesNothing) {
  const std::string id = connect(json::parse(kForm)).body()["id"];
  const std::string before = stored_settings(id);
  const auto test = [&](const char* settings) {
    return ask({"POST /v1/orgs/{org}/connections:test",
                {},
                draft(json::parse(settings), R"(,"connection":")" + id + "\"")});
  };
  EXPECT_EQ(test(R"({"dealer_id":"D-18","tenant":"t1","client_secret":"***"})").response.status,
            200U);
  EXPECT_NE(stage.lender.calls.back().settings.find("D-18"), std::string::npos);
  EXPECT_EQ(stage.lender.calls.back().secrets.at("client_secret").expose(), "hunter2-secret");
  EXPECT_EQ(stored_settings(id), before);
  const std::size_t calls = stage.lender.calls.size();
  const Answered moved = test(R"({"dealer_id":"D-17","tenant":"evil","client_secret":"***"})");
  EXPECT_EQ(moved.response.status, 422U);
  EXPECT_EQ(moved.body()["errors"][0]["pointer"], "/settings/client_secret");
  EXPECT_EQ(moved.body()["errors"][0]["code"], "re_enter");
  EXPECT_EQ(stage.lender.calls.size(), calls) << "the secret did not leave";
}

TEST_F(FormFailures, SixASecretOfSeveralLinesSurvives) {
  const std::string pem = "-----BEGIN CERTIFICATE-----\nMIIB+/=\r\n\n-----END CERTIFICATE-----\n";
  json::Value settings = json::parse(kForm);
  settings["certificate"] = pem;
  const Answered made = connect(settings);
  ASSERT_EQ(made.response.status, 201U) << made.response.body;
  EXPECT_EQ(made.body()["settings"]["certificate"], "***");
  const std::string id = made.body()["id"];
  EXPECT_EQ(stage.lender.calls.back().secrets.at("certificate").expose(), pem);
  EXPECT_EQ(stage.run(stage.connections.call_for(ConnectionId{id}, orgs::Stage::soon()))
                .secrets.at("certificate")
                .expose(),
            pem);
  const Answered again = put(made.body(), made.response.etag);
  EXPECT_EQ(again.body()["settings_revision"], 1) << "the mask stands for the same bytes";
}

TEST_F(FormFailures, SevenACallUsesTheSettingsAsTheyAreNow) {
  const Answered made = connect(json::parse(kForm));
  const ConnectionId id{made.body()["id"]};
  const auto call = [&] { return stage.run(stage.connections.call_for(id, orgs::Stage::soon())); };
  EXPECT_EQ(call().settings_revision, 1);
  json::Value edited = made.body();
  edited["settings"]["dealer_id"] = "D-99";
  ASSERT_EQ(put(edited, made.response.etag).response.status, 200U);
  EXPECT_EQ(call().settings_revision, 2);
  EXPECT_NE(call().settings.find("D-99"), std::string::npos);
}

}  // namespace
}  // namespace lendport::connections

// The paths of applications, as a client meets them.
#include "applications/routes.hpp"

#include "applications/desk.hpp"
#include "crypto/hash.hpp"
#include "json/schema.hpp"

namespace lendport::applications {
namespace {

class ApplicationRoutes : public Desk {
 protected:
  orgs::Answered asked(const std::string& row, const std::string& id = "",
                       const std::string& body = "",
                       std::map<std::string, std::string> query = {}) {
    orgs::Call call;
    call.row = row;
    call.parameters = {{"org", org_.id.value}, {"application", id}};
    call.body = body;
    call.query = std::move(query);
    call.language = language_;
    return orgs::answer(routes_, row.ends_with(":decide") ? admin_ : rep_, call);
  }
  orgs::Answered made(const Quote& quote) {
    return asked("POST " + kAll, "",
                 R"({"quote_id":")" + quote.id.value +
                     R"(","consent":{"scope":"soft","text_version":"v3","language":"en"}})");
  }
  // Whether the body is by the schema of this name, as OpenAPI publishes it.
  static std::string unlike(const std::string& name, const std::string& body) {
    for (const http::Schema& schema : applications_schemas()) {
      if (schema.name != name) continue;
      const json::Value document = json::parse(schema.json);
      const json::Value given = json::parse(body);
      std::string found;
      for (const auto& required : document.value("required", json::Value::array())) {
        if (!given.contains(required.get<std::string>())) found += "missing " + required.dump();
      }
      for (const auto& [member, value] : given.items()) {
        if (!document.at("properties").contains(member)) found += "undocumented " + member;
      }
      return found;
    }
    return "no schema " + name;
  }

  std::string language_ = "en";
  const std::string kAll = "/v1/orgs/{org}/applications";
  const std::string kOne = kAll + "/{application}";
  http::Cursors cursors_{
      [](std::string_view bytes) { return crypto::hex(crypto::hmac_sha256("key", bytes)); }};
  http::Routes routes_ = applications_routes(applications_, cursors_);
};
INSTANTIATE_TEST_SUITE_P(Sqlite, ApplicationRoutes, testing::Values(db::Engine::sqlite),
                         db::engine_name);

TEST_P(ApplicationRoutes, TellAWholeStory) {
  const Quote quote = quoted(opened(), "L-20");
  const auto before = asked("GET " + kAll + "/requirements", "", "", {{"quote", quote.id.value}});
  EXPECT_EQ(before.body().at("complete"), true);
  EXPECT_EQ(before.body().at("credit_check"), "soft");
  EXPECT_EQ(unlike("Requirements", before.response.body), "");

  const auto draft = made(quote);
  ASSERT_EQ(draft.response.status, 201U);
  EXPECT_EQ(unlike("Application", draft.response.body), "");
  const std::string id = draft.body().at("id");
  EXPECT_EQ(draft.response.headers.at(0).second,
            "/v1/orgs/" + org_.id.value + "/applications/" + id);
  const auto borrower = asked("GET " + kOne + "/borrower", id);
  EXPECT_EQ(unlike("Confirmation", borrower.response.body), "");
  // What is shown is what can be confirmed.
  const auto sent = asked("POST " + kOne + ":confirm", id, borrower.response.body);
  ASSERT_EQ(sent.response.status, 202U);
  EXPECT_EQ(sent.body().at("state"), "confirmed");
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  const auto shown = asked("GET " + kOne, id);
  EXPECT_EQ(shown.body().at("state"), "approved");
  EXPECT_EQ(shown.response.etag, "\"v4\"");
  EXPECT_EQ(
      unlike("Decision",
             shown.body().at("decision").is_null() ? "{}" : shown.body().at("decision").dump()),
      "");
  const auto timeline = asked("GET " + kOne + "/timeline", id);
  EXPECT_EQ(timeline.body().at("data").size(), 5U);
  EXPECT_EQ(unlike("Timeline", timeline.response.body), "");
}

TEST_P(ApplicationRoutes, SpeakTheCallersLanguage) {
  const std::string id = made(quoted(opened(), "L-20")).body().at("id");
  const std::string borrower = asked("GET " + kOne + "/borrower", id).response.body;
  language_ = "fr";
  json::Value other = json::parse(borrower);
  other["first_name"] = "Zo";
  const auto refused = asked("POST " + kOne + ":confirm", id, json::dump(other));
  ASSERT_EQ(refused.error, ErrorCode::invalid_input);
  EXPECT_EQ(refused.detail, "ce qui a été confirmé n'est pas ce qui serait envoyé");
  ASSERT_EQ(refused.violations.size(), 1U);
  EXPECT_NE(refused.violations[0].detail_fr.find("la confirmation indique « Zo »"),
            std::string::npos);
  EXPECT_NE(refused.violations[0].detail.find("the confirmation says"), std::string::npos);

  ASSERT_EQ(asked("POST " + kOne + ":confirm", id, borrower).response.status, 202U);
  const auto again = asked("POST " + kOne + ":confirm", id, borrower);
  EXPECT_EQ(again.error, ErrorCode::conflict);
  EXPECT_EQ(again.detail, "une demande à l'état « confirmée » ne peut pas être confirmée");
  // The event keeps English, and is told in the caller's language.
  const std::string timeline = asked("GET " + kOne + "/timeline", id).response.body;
  EXPECT_NE(timeline.find(again.detail), std::string::npos);
  const std::string french = asked("GET " + kOne, id).response.etag;
  language_ = "en";
  EXPECT_NE(asked("GET " + kOne + "/timeline", id)
                .response.body.find("an application that is confirmed cannot be confirmed"),
            std::string::npos);
  EXPECT_NE(asked("GET " + kOne, id).response.etag, french);
}

TEST_P(ApplicationRoutes, PageThroughTheList) {
  for (const char* product : {"L-10", "L-20", "L-25"}) {
    stage_.clock.advance(std::chrono::seconds{1});
    ASSERT_EQ(made(quoted(opened(), product)).response.status, 201U);
  }
  const auto first = asked("GET " + kAll, "", "", {{"limit", "2"}}).body();
  EXPECT_EQ(first.at("data").size(), 2U);
  EXPECT_EQ(first.at("has_more"), true);
  const auto second =
      asked("GET " + kAll, "", "", {{"limit", "2"}, {"cursor", first.at("next_cursor")}}).body();
  EXPECT_EQ(second.at("data").size(), 1U);
  EXPECT_EQ(second.at("has_more"), false);
  EXPECT_EQ(asked("GET " + kAll, "", "", {{"state", "confirmed"}}).body().at("data").size(), 0U);
  EXPECT_EQ(asked("GET " + kAll, "", "", {{"state", "pending"}}).error, ErrorCode::invalid_input);
  EXPECT_EQ(asked("GET " + kAll, "", "", {{"case", "case_none"}}).body().at("data").size(), 0U);
}

TEST_P(ApplicationRoutes, AnswerWhatDoesNotExistTheSameEverywhere) {
  const std::string never = "app_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f";
  for (const std::string& id : {never, std::string("junk"), std::string()}) {
    for (const char* row : {"", "/borrower", "/timeline"}) {
      EXPECT_EQ(asked("GET " + kOne + row, id).error, ErrorCode::not_found) << id << row;
    }
    EXPECT_EQ(asked("POST " + kOne + ":confirm", id, kConfirmation).error, ErrorCode::not_found);
    EXPECT_EQ(asked("POST " + kOne + ":withdraw", id).error, ErrorCode::not_found);
    EXPECT_EQ(asked("POST " + kOne + ":decide", id, R"({"status":"approved"})").error,
              ErrorCode::not_found);
  }
  EXPECT_EQ(asked("GET " + kAll + "/requirements", "", "", {{"quote", "quote_x"}}).error,
            ErrorCode::not_found);
  EXPECT_EQ(asked("GET " + kAll + "/requirements").error, ErrorCode::invalid_input);
}

TEST_P(ApplicationRoutes, DemandAKeyWhereALenderIsReached) {
  for (const http::Route& route : routes_) {
    const bool reaches = route.path.ends_with(":confirm") || route.path.ends_with(":decide") ||
                         route.path.ends_with(":send-documents") || route.path.ends_with(":upload");
    if (route.method != http::Method::post) continue;
    EXPECT_EQ(route.idempotency,
              reaches ? http::Idempotency::required : http::Idempotency::optional)
        << route.path;
  }
}

TEST_P(ApplicationRoutes, NameOnlySchemasThatAreThere) {
  std::set<std::string> names{""};
  for (const http::Schema& schema : applications_schemas()) names.insert(schema.name);
  for (const http::Route& route : routes_) {
    EXPECT_TRUE(names.contains(route.request_schema)) << route.path;
    EXPECT_TRUE(names.contains(route.response_schema)) << route.path;
  }
}

}  // namespace
}  // namespace lendport::applications

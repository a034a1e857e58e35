// The paths of notices, as a client meets them.
#include "notices/routes.hpp"

#include "crypto/hash.hpp"
#include "notices/office.hpp"

#include <set>

namespace lendport::notices {
namespace {

class NoticeRoutes : public Office {
 protected:
  orgs::Answered asked(const std::string& row, const std::string& id,
                       const std::string& body = "") {
    orgs::Call call;
    call.row = row;
    call.parameters = {{"org", org_.id.value}, {"application", id}};
    call.body = body;
    return orgs::answer(routes_, admin_, call);
  }

  const std::string kRecord = "POST /v1/orgs/{org}/applications/{application}:record-notice";
  http::Cursors cursors_{
      [](std::string_view bytes) { return crypto::hex(crypto::hmac_sha256("key", bytes)); }};
  http::Routes routes_ = notices_routes(notices_, cursors_);
};
INSTANTIATE_TEST_SUITE_P(Stores, NoticeRoutes, db::kEngines, db::engine_name);

TEST_P(NoticeRoutes, RecordANotice) {
  const Application application = decided("declined", kReasons);
  const std::string id = application.id.value;
  const std::string body =
      R"({"sent_on":")" + format_date(today()) + R"(","how":"by registered post"})";
  EXPECT_EQ(asked(kRecord, id, R"({"sent_on":"tomorrow"})").error, ErrorCode::invalid_input);
  EXPECT_EQ(asked(kRecord, "app_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f", body).error,
            ErrorCode::not_found);
  const auto recorded = asked(kRecord, id, body);
  ASSERT_EQ(recorded.response.status, 200U);
  const json::Value notice = recorded.body().at("notice");
  EXPECT_EQ(notice.at("kind"), "decline");
  EXPECT_EQ(notice.at("state"), "sent");
  EXPECT_EQ(notice.at("sent_by"), "lender");
  EXPECT_EQ(notice.at("proof").at("words"), "by registered post");
  EXPECT_EQ(asked(kRecord, id, body).error, ErrorCode::conflict);
}

TEST_P(NoticeRoutes, ListReadAndPrefer) {
  decided("declined", kReasons);
  const std::string all = "/v1/orgs/{org}/notices";
  const std::string mine = "/v1/orgs/{org}/me/notices";
  const auto as_rep = [&](const std::string& row, const std::string& body = "",
                          const std::string& if_match = "", const std::string& id = "",
                          std::map<std::string, std::string> query = {}) {
    orgs::Call call;
    call.row = row;
    call.parameters = {{"org", org_.id.value}, {"notice", id}};
    call.body = body;
    call.if_match = if_match;
    call.query = std::move(query);
    return orgs::answer(routes_, rep_, call);
  };
  const json::Value listed = as_rep("GET " + all).body().at("data");
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.at(0).at("topic"), "decision");
  EXPECT_EQ(listed.at(0).at("word"), "declined");
  EXPECT_TRUE(listed.at(0).at("read_at").is_null());
  const std::string id = listed.at(0).at("id");
  EXPECT_FALSE(as_rep("POST " + all + "/{notice}:read", "", "", id).body().at("read_at").is_null());
  EXPECT_TRUE(as_rep("GET " + all, "", "", "", {{"state", "unread"}}).body().at("data").empty());
  EXPECT_EQ(as_rep("GET " + all, "", "", "", {{"state", "new"}}).error, ErrorCode::invalid_input);
  EXPECT_EQ(as_rep("POST " + all + "/{notice}:read", "", "", "notice_x").error,
            ErrorCode::not_found);

  const auto first = as_rep("GET " + mine);
  EXPECT_EQ(first.body().at("decision").at("mail"), true);
  const std::string less = R"({"decision":{"mail":false,"list":true}})";
  const auto changed = as_rep("PUT " + mine, less, first.response.etag);
  EXPECT_EQ(changed.body().at("decision").at("mail"), false);
  EXPECT_EQ(changed.body().at("expiry_near").at("mail"), true);
  EXPECT_EQ(as_rep("GET " + mine).body(), changed.body());
  EXPECT_EQ(as_rep("PUT " + mine, less, first.response.etag).error, ErrorCode::precondition_failed);
  EXPECT_EQ(as_rep("PUT " + mine, R"({"decisions":{}})", changed.response.etag).error,
            ErrorCode::invalid_input);
}

TEST_P(NoticeRoutes, NameOnlySchemasThatAreThere) {
  std::set<std::string> names{"", "Application"};
  for (const http::Schema& schema : notices_schemas()) names.insert(schema.name);
  for (const http::Route& route : routes_) {
    EXPECT_TRUE(names.contains(route.request_schema)) << route.path;
    EXPECT_TRUE(names.contains(route.response_schema)) << route.path;
  }
}

}  // namespace
}  // namespace lendport::notices

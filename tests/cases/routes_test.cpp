// The paths of cases: statuses, tags, pages, and what a wrong body gets.
#include "cases/routes.hpp"

#include "cases/desk.hpp"
#include "crypto/hash.hpp"

#include <nlohmann/json.hpp>

namespace lendport::cases {
namespace {

class CaseRoutes : public testing::Test {
 protected:
  http::Response sent(http::Method method, const std::string& path, http::Request request) {
    for (const http::Route& route : routes_) {
      if (route.method != method || route.path != path) continue;
      request.method = method;
      request.path = path;
      request.path_parameters["org"] = desk_.org.value;
      request.deadline = soon();
      if (request.principal.user.value.empty()) request.principal = desk_.rep;
      return support::run_task(route.handler(request));
    }
    throw Error(ErrorCode::internal, "no such route");
  }
  http::Response posted(const std::string& body) {
    http::Request request;
    request.body = body;
    return sent(http::Method::post, kAll, std::move(request));
  }
  http::Response at_case(http::Method method, const std::string& id, const std::string& if_match,
                         const std::string& body = "") {
    http::Request request;
    request.path_parameters["case"] = id;
    request.if_match = if_match;
    request.body = body;
    return sent(method, kOne, std::move(request));
  }
  http::Response listed(std::map<std::string, std::string> query) {
    http::Request request;
    request.query = std::move(query);
    return sent(http::Method::get, kAll, std::move(request));
  }

  static constexpr const char* kAll = "/v1/orgs/{org}/cases";
  static constexpr const char* kOne = "/v1/orgs/{org}/cases/{case}";
  Desk desk_{db::Engine::sqlite};
  http::Cursors cursors_{
      [](std::string_view bytes) { return crypto::hex(crypto::hmac_sha256("key", bytes)); }};
  http::Routes routes_ = case_routes(desk_.cases, cursors_);
};

TEST_F(CaseRoutes, OpenShowChangeAndDelete) {
  const auto made = posted(case_body());
  EXPECT_EQ(made.status, 201U);
  const json::Value body = json::parse(made.body);
  const std::string id = body.at("id");
  const auto location = std::find_if(made.headers.begin(), made.headers.end(),
                                     [](const auto& header) { return header.first == "Location"; });
  ASSERT_NE(location, made.headers.end());
  EXPECT_EQ(location->second, "/v1/orgs/" + desk_.org.value + "/cases/" + id);

  const auto shown = at_case(http::Method::get, id, "");
  EXPECT_EQ(shown.body, made.body);
  EXPECT_EQ(shown.etag, made.etag);

  const auto changed = at_case(http::Method::patch, id, shown.etag, R"({"kind":"client"})");
  EXPECT_EQ(changed.status, 200U);
  EXPECT_NE(changed.etag, shown.etag);
  EXPECT_EQ(json::parse(changed.body).at("kind"), "client");

  EXPECT_EQ(at_case(http::Method::del, id, changed.etag).status, 204U);
  EXPECT_EQ(db::failure_of([&] { at_case(http::Method::get, id, ""); }), ErrorCode::not_found);
}

TEST_F(CaseRoutes, WritesWantTheVersionTheySaw) {
  const auto made = posted(case_body());
  const std::string id = json::parse(made.body).at("id");
  for (auto method : {http::Method::patch, http::Method::del}) {
    EXPECT_EQ(db::failure_of([&] { at_case(method, id, "", "{}"); }),
              ErrorCode::precondition_required);
    EXPECT_EQ(db::failure_of([&] { at_case(method, id, "\"v99\"", "{}"); }),
              ErrorCode::precondition_failed);
  }
}

TEST_F(CaseRoutes, AnIdThatCannotBeIsAMissingOne) {
  for (const char* id :
       {"", "case_", "case_1", "org_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f", "../x"}) {
    EXPECT_EQ(db::failure_of([&] { at_case(http::Method::get, id, ""); }), ErrorCode::not_found);
  }
}

TEST_F(CaseRoutes, ListInPages) {
  for (int i = 0; i < 3; ++i) posted(case_body());
  const auto first = json::parse(listed({{"limit", "2"}}).body);
  EXPECT_EQ(first.at("data").size(), 2U);
  EXPECT_EQ(first.at("has_more"), true);
  const std::string cursor = first.at("next_cursor");
  const auto second = json::parse(listed({{"limit", "2"}, {"cursor", cursor}}).body);
  EXPECT_EQ(second.at("data").size(), 1U);
  EXPECT_EQ(second.at("data").at(0).at("number"), "C-000003");
  EXPECT_EQ(second.at("has_more"), false);
  EXPECT_EQ(db::failure_of([&] { listed({{"status", "open"}}); }), ErrorCode::invalid_input);
  EXPECT_EQ(db::failure_of([&] {
              listed({{"status", "closed"}, {"cursor", cursor}});
            }),
            ErrorCode::malformed_request);
}

TEST_F(CaseRoutes, WrongBodiesAreRefused) {
  EXPECT_EQ(db::failure_of([&] { posted(""); }), ErrorCode::malformed_request);
  EXPECT_EQ(db::failure_of([&] { posted("{}"); }), ErrorCode::invalid_input);
  EXPECT_EQ(db::failure_of([&] { posted(case_body(R"(,"secret":1)")); }), ErrorCode::invalid_input);
}

TEST_F(CaseRoutes, EverySchemaTheyNameExists) {
  std::vector<std::string> names;
  for (const http::Schema& schema : case_schemas()) {
    EXPECT_NO_THROW(json::parse(schema.json)) << schema.name;
    names.push_back(schema.name);
  }
  for (const http::Route& route : routes_) {
    EXPECT_TRUE(route.permission.has_value()) << route.path;
    for (const std::string& used : {route.request_schema, route.response_schema}) {
      if (used.empty()) continue;
      EXPECT_NE(std::find(names.begin(), names.end(), used), names.end()) << used;
    }
  }
}

}  // namespace
}  // namespace lendport::cases

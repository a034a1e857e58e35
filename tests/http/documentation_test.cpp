// The API's description: complete, well formed, and refused when it would not be.
#include "http/documentation.hpp"

#include "core/error.hpp"
#include "http/raw_client.hpp"
#include "http/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace lendport::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Word kSubjects[] = {{"cases", "Customers' <projects>."}, {"system", "Health."}};
constexpr Word kParameters[] = {{"org", "The id of the org."},
                                {"case", "The id of a case."},
                                {"limit", "Entries at most."},
                                {"cursor", "Of the page before."},
                                {"slug", "Of a problem's type."}};
constexpr Words kWords{kSubjects, kParameters};

Routes routes() {
  Route list;
  list.method = Method::get;
  list.path = "/v1/orgs/{org}/cases";
  list.permission = Permission::cases_read;
  list.summary = "Cases, <newest> first.";
  list.response_schema = "CasePage";
  list.query_parameters = {"limit", "cursor"};
  list.handler = [](const Request&) -> Task<Response> { co_return Response(); };
  Route create = list;
  create.method = Method::post;
  create.idempotency = Idempotency::required;
  create.request_schema = "Case";
  create.response_schema = "Case";
  create.success_status = 201;
  create.query_parameters.clear();
  Route resume = create;
  resume.path = "/v1/orgs/{org}/cases/{case}:resume";
  resume.request_schema = "";
  resume.response_schema = "";
  resume.success_status = 0;
  return {list, create, resume};
}

Schemas schemas() {
  return {
      {"Case", R"({"type":"object","properties":{"cost":{"$ref":"#/components/schemas/Money"}}})"},
      {"CasePage", R"({"type":"object","properties":{"data":{"type":"array",)"
                   R"("items":{"$ref":"#/components/schemas/Case"}}}})"}};
}

TEST(OpenApi, DescribesEveryRow) {
  const json::Value document = json::parse(openapi_document(routes(), schemas(), kWords));
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  const json::Value& cases = document.at("paths").at("/v1/orgs/{org}/cases");
  const json::Value& list = cases.at("get");
  EXPECT_EQ(list.at("operationId"), "get_v1_orgs_org_cases");
  EXPECT_EQ(list.at("tags").at(0), "cases");
  EXPECT_EQ(list.at("x-permission"), "cases_read");
  EXPECT_EQ(list.at("parameters").size(), 3U);
  EXPECT_EQ(
      list.at("responses").at("200").at("content").at("application/json").at("schema").at("$ref"),
      "#/components/schemas/CasePage");
  EXPECT_EQ(list.at("parameters").at(1).at("description"), "Entries at most.");
  EXPECT_EQ(list.at("description"), "Needs the permission `cases_read`.");
  EXPECT_TRUE(list.at("responses").contains("default"));
  EXPECT_EQ(document.at("tags").at(0).at("description"), "Customers' <projects>.");
  const json::Value& create = cases.at("post");
  EXPECT_THAT(create.at("description").get<std::string>(), HasSubstr("must be sent"));
  EXPECT_EQ(create.at("parameters").at(1).at("name"), "Idempotency-Key");
  EXPECT_TRUE(create.at("requestBody").at("required").get<bool>());
  EXPECT_TRUE(create.at("responses").contains("201"));
  const json::Value& resume =
      document.at("paths").at("/v1/orgs/{org}/cases/{case}:resume").at("post");
  EXPECT_TRUE(resume.at("responses").contains("204"));
  EXPECT_FALSE(resume.contains("requestBody"));
  EXPECT_TRUE(document.at("components").at("schemas").contains("Money"));
}

TEST(OpenApi, GivesEachOperationItsOwnName) {
  const json::Value document = json::parse(openapi_document(routes(), schemas(), kWords));
  std::set<std::string> names;
  for (const auto& item : document.at("paths")) {
    for (const auto& operation : item) names.insert(operation.at("operationId").get<std::string>());
  }
  EXPECT_EQ(names.size(), routes().size());
}

std::string refused(const Routes& rows, const Schemas& known) {
  try {
    openapi_document(rows, known, kWords);
  } catch (const Error& error) {
    return error.detail();
  }
  return "";
}

TEST(OpenApi, IsRefusedWhenSomethingIsMissing) {
  EXPECT_THAT(refused(routes(), {}), HasSubstr("\"CasePage\", which is missing"));
  Schemas known = schemas();
  known.push_back({"Odd", R"({"$ref":"#/components/schemas/Nothing"})"});
  EXPECT_THAT(refused(routes(), known), HasSubstr("schema Odd names the schema \"Nothing\""));
  known = schemas();
  known.push_back(known.front());
  EXPECT_THAT(refused(routes(), known), HasSubstr("two schemas are named Case"));
  known = schemas();
  known.push_back({"Broken", "{"});
  EXPECT_THAT(refused(routes(), known), HasSubstr("JSON"));
  Routes rows = routes();
  rows.front().query_parameters.push_back("color");
  EXPECT_THAT(refused(rows, schemas()), HasSubstr("no words for \"color\""));
  rows = routes();
  rows.front().path = "/v1/orgs/{org}/colors";
  EXPECT_THAT(refused(rows, schemas()), HasSubstr("no words for \"colors\""));
}

TEST(DocumentationRoutes, ServeTheDescription) {
  Routes all = routes();
  const Routes own = documentation_routes(all, schemas(), kWords);
  all.insert(all.end(), own.begin(), own.end());
  TestServer server(std::move(all));
  RawClient client(server.port());
  const auto get = [&](const std::string& path, const std::string& fields = "") {
    client.send("GET " + path + " HTTP/1.1\r\nHost: " + server.host() + "\r\n" + fields + "\r\n");
    return client.answer();
  };
  const Answer document = get("/openapi.json");
  EXPECT_EQ(document.status, 200);
  EXPECT_TRUE(json::parse(document.body).at("paths").contains("/docs"));
  EXPECT_EQ(get("/openapi.json", "If-None-Match: " + document.header("ETag") + "\r\n").status, 304);

  const Answer page = get("/docs");
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.body, HasSubstr("Cases, &lt;newest&gt; first."));
  EXPECT_THAT(page.body, HasSubstr("<p>Customers&#39; &lt;projects&gt;.</p>"));
  EXPECT_THAT(page.body, HasSubstr("<code>limit</code> Entries at most."));
  EXPECT_THAT(page.body, Not(HasSubstr("//"))) << "nothing from elsewhere";
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_EQ(get("/docs.css").header("Content-Type"), "text/css; charset=utf-8");

  const Answer problem = get("/problems/not-found", "Accept-Language: fr\r\n");
  EXPECT_THAT(problem.body, HasSubstr("<h1>Introuvable</h1>"));
  EXPECT_EQ(get("/problems/nothing").status, 404);
}

TEST(SubjectOf, IsTheFirstWordBehindTheOrg) {
  EXPECT_EQ(subject_of("/v1/orgs/{org}/applications/{application}:confirm"), "applications");
  EXPECT_EQ(subject_of("/v1/orgs/{org}/connections:test"), "connections");
  EXPECT_EQ(subject_of("/v1/plugins"), "plugins");
  EXPECT_EQ(subject_of("/v1/orgs"), "orgs");
  EXPECT_EQ(subject_of("/v1/orgs/{org}"), "orgs");
  EXPECT_EQ(subject_of("/healthz"), "system");
}

}  // namespace
}  // namespace lendport::http

// The route table: what it finds, and which tables do not start.
#include "http/router.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

Route row(Method method, std::string path) {
  Route route;
  route.method = method;
  route.path = std::move(path);
  route.permission = Permission::cases_read;
  route.handler = [](const Request&) -> Task<Response> { co_return Response(); };
  return route;
}

Routes table() {
  Routes routes;
  for (const char* path :
       {"/v1/plugins", "/v1/orgs/{org}/cases", "/v1/orgs/{org}/cases/{case}",
        "/v1/orgs/{org}/cases/new", "/v1/orgs/{org}/cases/{case}/quotes",
        "/v1/orgs/{org}/cases/{case}/notes/{note}", "/v1/orgs/{org}/{thing}/last"}) {
    routes.push_back(row(Method::get, path));
  }
  for (const char* path :
       {"/v1/orgs/{org}/cases", "/v1/orgs/{org}/cases/{case}:resume",
        "/v1/orgs/{org}/connections:test", "/v1/orgs/{org}/cases/{case}/quotes:compare"}) {
    routes.push_back(row(Method::post, path));
  }
  return routes;
}

// "GET /v1/cases/{case} case=1", "405 GET POST", or "404".
std::string found(Method method, std::string_view path) {
  static const RouteTable routes(table());
  const auto match = routes.find(method, split_path(path));
  if (!match.row) {
    std::string allowed = match.allowed.empty() ? "404" : "405";
    for (const Method one : match.allowed) allowed += " " + std::string(to_string(one));
    return allowed;
  }
  const Route& route = routes.rows()[*match.row];
  std::string text = std::string(to_string(route.method)) + " " + route.path;
  for (const auto& [name, value] : match.parameters) text += " " + name + "=" + value;
  return text;
}

TEST(RouteTable, FindsTheRowOfAPath) {
  EXPECT_EQ(found(Method::get, "/v1/plugins"), "GET /v1/plugins");
  EXPECT_EQ(found(Method::get, "/v1/orgs/o/cases/c"),
            "GET /v1/orgs/{org}/cases/{case} case=c org=o");
  EXPECT_EQ(found(Method::get, "/v1/orgs/o/cases/new"), "GET /v1/orgs/{org}/cases/new org=o");
  EXPECT_EQ(found(Method::get, "/v1/orgs/o/cases/last"),
            "GET /v1/orgs/{org}/cases/{case} case=last org=o");
  EXPECT_EQ(found(Method::get, "/v1/orgs/o/other/last"),
            "GET /v1/orgs/{org}/{thing}/last org=o thing=other");
  EXPECT_EQ(found(Method::get, "/v1/orgs/o/cases/c%3Ad"),
            "GET /v1/orgs/{org}/cases/{case} case=c:d org=o");
  EXPECT_EQ(found(Method::post, "/v1/orgs/o/cases/c:resume"),
            "POST /v1/orgs/{org}/cases/{case}:resume case=c org=o");
  EXPECT_EQ(found(Method::post, "/v1/orgs/o/connections:test"),
            "POST /v1/orgs/{org}/connections:test org=o");
  EXPECT_EQ(found(Method::post, "/v1/orgs/o/cases/c/quotes:compare"),
            "POST /v1/orgs/{org}/cases/{case}/quotes:compare case=c org=o");
}

TEST(RouteTable, TellsAMissingPathFromAMissingMethod) {
  EXPECT_EQ(found(Method::put, "/v1/orgs/o/cases"), "405 GET POST");
  EXPECT_EQ(found(Method::get, "/v1/orgs/o/cases/c:resume"), "405 POST");
  EXPECT_EQ(found(Method::del, "/v1/orgs/o/cases/new"), "405 GET");
  for (const char* path :
       {"/", "/v1", "/v1/", "/v1/plugins/", "//v1/plugins", "/v1/orgs//cases",
        "/v1/orgs/o/cases/c:other", "/v1/orgs/o/cases/:resume", "/v1/orgs/o/connections",
        "/V1/plugins", "/v1/plugins:x", "/v1/orgs/o/connections%3Atest"}) {
    EXPECT_EQ(found(Method::get, path), "404") << path;
  }
}

std::string refused(Route route, int times = 1) {
  try {
    RouteTable(Routes(static_cast<std::size_t>(times), route));
  } catch (const Error& error) {
    return error.detail();
  }
  return "";
}

TEST(RouteTable, DoesNotStartWithARowThatIsNotSound) {
  EXPECT_EQ(refused(row(Method::get, "/a")), "");
  EXPECT_EQ(refused(row(Method::get, "/a"), 2), "the route GET /a is there twice");
  Route open = row(Method::get, "/a");
  open.permission.reset();
  EXPECT_EQ(refused(open), "the route GET /a names no permission and is not public");
  open.is_public = true;
  EXPECT_EQ(refused(open), "");
  open.permission = Permission::cases_read;
  EXPECT_EQ(refused(open), "the route GET /a names a permission and is public");
  Route idle = row(Method::get, "/a");
  idle.handler = nullptr;
  EXPECT_EQ(refused(idle), "the route GET /a has no handler");
  for (const char* path : {"", "a", "/{a", "/a}", "/{}", "/x{a}", "/a?b", "/%61"}) {
    EXPECT_EQ(refused(row(Method::get, path)),
              "the route GET " + std::string(path) + " has a path of bad form");
  }
}

TEST(RouteTable, SeesTwoNamesOfOneParameterAsOnePath) {
  Routes routes = {row(Method::get, "/a/{x}"), row(Method::get, "/a/{y}")};
  EXPECT_THROW(RouteTable{std::move(routes)}, Error);
}

TEST(ParametersOf, ListsTheNames) {
  EXPECT_EQ(parameters_of("/v1/orgs/{org}/cases/{case}:resume"),
            (std::vector<std::string>{"org", "case"}));
  EXPECT_TRUE(parameters_of("/v1").empty());
}

}  // namespace
}  // namespace lendport::http

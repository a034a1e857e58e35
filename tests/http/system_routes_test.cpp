// Health, readiness, metrics and version as an operator's tools ask for them.
#include "http/system_routes.hpp"

#include "http/raw_client.hpp"
#include "http/test_server.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace lendport::http {
namespace {

TEST(SystemRoutes, AnswerOperators) {
  std::atomic<bool> store_is_there = true;
  SystemPorts ports;
  ports.checks = [&]() -> Task<std::vector<Check>> {
    std::vector<Check> checks(2);
    checks[0].name = "database";
    checks[0].ready = store_is_there;
    checks[0].detail = store_is_there ? "" : "the \"store\" is gone";
    checks[1].name = "plugins";
    checks[1].ready = true;
    co_return checks;
  };
  ports.metrics = []() -> Task<std::string> { co_return "lendport_answers_total 1\n"; };
  ports.version = "0.1.0";
  TestServer server(system_routes(std::move(ports)));
  RawClient client(server.port());
  const auto get = [&](const std::string& path) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: " + server.host() + "\r\n\r\n");
    return client.answer();
  };
  EXPECT_EQ(get("/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(get("/version").body, R"({"version":"0.1.0","commit":""})");
  EXPECT_EQ(get("/metrics").body, "lendport_answers_total 1\n");
  EXPECT_EQ(get("/readyz").status, 200);
  store_is_there = false;
  const Answer answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body,
            R"({"ready":false,"checks":[{"name":"database","ready":false,)"
            R"("detail":"the \"store\" is gone"},{"name":"plugins","ready":true,"detail":""}]})");
}

}  // namespace
}  // namespace lendport::http

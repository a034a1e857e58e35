// The access log: one JSON object per answer, and only what may be logged.
#include "telemetry/access_log.hpp"

#include "json/value.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace lendport::telemetry {
namespace {

std::string written(const Access& access) {
  const support::TempDir folder;
  const std::string file = (folder.path() / "access.log").string();
  AccessLog log({.level = Level::info, .log_file = "", .access_log_file = file});
  log.write(access);
  log.flush();
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

TEST(AccessLog, WritesOneObjectPerAnswer) {
  const Access access{.time = from_unix_ms(1'777'887'000'042),
                      .request_id = "r1",
                      .peer = "127.0.0.1",
                      .method = "GET",
                      .route = "/v1/orgs/{org}/products",
                      .org = "org_1",
                      .key = "key_1",
                      .status = 200,
                      .bytes = 1234,
                      .duration = std::chrono::microseconds(77)};
  EXPECT_EQ(written(access),
            R"({"time":"2026-05-04T09:30:00.042Z","event":"access","request_id":"r1",)"
            R"("peer":"127.0.0.1","method":"GET","route":"/v1/orgs/{org}/products",)"
            R"("org":"org_1","key":"key_1","status":200,"bytes":1234,"us":77})");
}

TEST(AccessLog, CannotBeInjectedInto) {
  Access access;
  access.method = "GET\",\"status\":200}\n{\"x\":\"";
  EXPECT_NO_THROW(json::parse(written(access)));
}

TEST(AccessLog, WritesNothingWhenOff) {
  AccessLog log({.level = Level::info, .log_file = "", .access_log_file = "off"});
  log.write({});
  log.flush();
}

}  // namespace
}  // namespace lendport::telemetry

// The log: one JSON object a line, whatever the values hold, and no way in for a secret.
#include "telemetry/log.hpp"

#include "json/value.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

namespace lendport::telemetry {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// What `write` logged, line by line. Later lines go to stderr again.
template <class Write>
std::vector<std::string> logged(Level level, Write write) {
  const support::TempDir folder;
  const std::string file = (folder.path() / "hub.log").string();
  open_log({.level = level, .log_file = file, .access_log_file = ""});
  write();
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  open_log({});
  return lines;
}

TEST(Log, WritesOneJsonObjectALine) {
  const auto lines = logged(Level::info, [] {
    const KeyId key{"key_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"};
    log(Level::warn, "lender_slow",
        {{"request_id", "r1"},
         {"attempt", 3},
         {"final", false},
         {"key", key},
         {"code", ErrorCode::not_found},
         {"ms", std::chrono::microseconds(1050)}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], StartsWith(R"({"time":"2)"));
  EXPECT_THAT(lines[0],
              EndsWith(R"(Z","level":"warn","event":"lender_slow","request_id":"r1","attempt":3,)"
                       R"("final":false,"key":"key_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f",)"
                       R"("code":"not_found","ms":1.050})"));
}

TEST(Log, StaysOneLineOfJsonWhateverAValueHolds) {
  const auto lines = logged(Level::info, [] {
    log(Level::info, "odd", {{"text", "a\nb\",\"level\":\"error\xFF"}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_NO_THROW(json::parse(lines[0])) << lines[0];
}

TEST(Log, CutsValuesThatAreTooLong) {
  const auto lines = logged(Level::info, [] {
    log(Level::info, "long", {{"text", std::string(kFieldBytesMax + 1, 'x')}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], EndsWith("x\xE2\x80\xA6\"}"));
  EXPECT_LT(lines[0].size(), kFieldBytesMax + 200);
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  const auto lines = logged(Level::warn, [] {
    log(Level::info, "quiet");
    log(Level::error, "loud");
    EXPECT_FALSE(logs(Level::info));
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("loud"));
}

TEST(Log, RefusesAFileItCannotOpen) {
  EXPECT_THROW(open_log({.level = Level::info, .log_file = "/dev/null/log", .access_log_file = ""}),
               Error);
}

TEST(Log, HasNoWayInForSecretsAndDocuments) {
  EXPECT_FALSE((std::is_constructible_v<Field, const char*, Secret<std::string>>));
  EXPECT_FALSE((std::is_constructible_v<Field, const char*, json::Value>));
}

}  // namespace
}  // namespace lendport::telemetry

// Settings forms: what is checked, what is sorted out as secret, what an address becomes.
#include "connectors/manifest.hpp"
#include "connectors/plugin_files.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::connectors {
namespace {

const Manifest& mosaic() {
  static const Manifest manifest = read_manifest(
      bytes_of_file(std::filesystem::path(LENDPORT_SOURCE_DIR) / "plugins/mosaic/manifest.json"));
  return manifest;
}

CheckedSettings checked(const char* form, const std::set<std::string>& stored = {}) {
  return check_settings(mosaic(), json::parse(form), stored);
}

std::string wrong(const char* form, const std::set<std::string>& stored = {}) {
  std::string all;
  for (const Violation& one : checked(form, stored).violations) {
    all += (all.empty() ? "" : ", ") + one.pointer + " " + one.code;
  }
  return all;
}

TEST(CheckSettings, SortsSecretsOut) {
  const auto settings =
      checked(R"({"client_secret":"line 1\nline 2","client_id":"me","mosaic_id":"ABC-123"})");
  EXPECT_TRUE(settings.violations.empty());
  EXPECT_EQ(settings.settings, R"({"mosaic_id":"ABC-123","client_id":"me"})");
  EXPECT_EQ(settings.secrets.at("client_secret").expose(), "line 1\nline 2");
}

TEST(CheckSettings, TakesTheIdOutOfAPastedAddress) {
  for (const char* address :
       {"https://portal.mosaic.example/partners/ABC-123",
        "https://portal.mosaic.example/partners/ABC-123/",
        "http://portal.mosaic.example/x/partners/ABC-123/home?tab=1#top", "ABC-123"}) {
    const auto settings = checked(
        (R"({"mosaic_id":")" + std::string(address) + R"(","client_id":"me","client_secret":"s"})")
            .c_str());
    EXPECT_EQ(settings.settings, R"({"mosaic_id":"ABC-123","client_id":"me"})") << address;
  }
  EXPECT_EQ(wrong(R"({"mosaic_id":"https://portal.mosaic.example/","client_id":"me",
                      "client_secret":"s"})"),
            "/mosaic_id pattern");
}

TEST(CheckSettings, NamesEveryWrongField) {
  EXPECT_EQ(wrong("{}"), "/mosaic_id required, /client_id required, /client_secret required");
  EXPECT_EQ(wrong("[]"), " type");
  EXPECT_EQ(wrong(R"({"mosaic_id":"a b","client_id":7,"client_secret":"","more":1})"),
            "/more unknown, /mosaic_id too_short, /client_id type, /client_secret too_short");
}

TEST(CheckSettings, KeepsAStoredSecretThatDidNotCome) {
  const std::set<std::string> stored = {"client_secret"};
  EXPECT_EQ(wrong(R"({"mosaic_id":"ABCD","client_id":"me"})", stored), "");
  EXPECT_EQ(wrong(R"({"mosaic_id":"ABCD","client_id":"me","client_secret":"***"})", stored), "");
  EXPECT_EQ(wrong(R"({"mosaic_id":"ABCD","client_id":"me","client_secret":"***"})"),
            "/client_secret required");
  EXPECT_TRUE(checked(R"({"mosaic_id":"ABCD","client_id":"me","client_secret":"***"})", stored)
                  .secrets.empty());
}

TEST(SameAudience, SaysWhetherSecretsStillGoToTheSamePlace) {
  const char* before = R"({"mosaic_id":"ABCD","client_id":"me"})";
  EXPECT_TRUE(same_audience(mosaic(), before, before));
  EXPECT_FALSE(same_audience(mosaic(), before, R"({"mosaic_id":"EVIL","client_id":"me"})"));
  EXPECT_FALSE(same_audience(mosaic(), before, R"({"mosaic_id":"ABCD"})"));
}

}  // namespace
}  // namespace lendport::connectors

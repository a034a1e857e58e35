// File, environment and command line, in this order.
#include "settings/sources.hpp"

#include "core/error.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace lendport::settings {
namespace {

const std::vector<std::string> kKnown{"http.listen", "http.hosts", "sandbox.hosts", "log.level"};

class SourcesFrom : public testing::Test {
 protected:
  Sources file(const std::string& text) {
    const auto path = folder_.path() / "hub.toml";
    std::ofstream(path) << text;
    Sources sources;
    add_file(sources, path, kKnown);
    return sources;
  }
  std::string problem(const std::string& text) {
    try {
      file(text);
      return "";
    } catch (const Error& error) {
      return error.detail();
    }
  }

  support::TempDir folder_;
};

TEST_F(SourcesFrom, ReadTablesAsDots) {
  const Sources sources =
      file("[http]\nlisten = \"a:1\"\nhosts = [\"x\"]\n[sandbox]\nhosts = {\"a:443\" = \"b:1\"}\n");
  EXPECT_EQ(sources.at("http.listen").text(), "a:1");
  EXPECT_EQ(sources.at("http.listen").source(), "hub.toml, line 2");
  EXPECT_EQ(sources.at("http.hosts").list(), Given::Strings{"x"});
  EXPECT_EQ(sources.at("sandbox.hosts").table().at("a:443"), "b:1");
}

TEST_F(SourcesFrom, KeepUnknownKeysForTheirReport) {
  EXPECT_TRUE(file("[http]\nlistn = \"a:1\"\n").contains("http.listn"));
}

TEST_F(SourcesFrom, SayWhereBadTomlIs) {
  EXPECT_NE(problem("[http]\nlisten = \n").find("line 2"), std::string::npos);
  EXPECT_NE(problem("[http]\nlisten = 1.5\n").find("http.listen"), std::string::npos);
  EXPECT_NE(problem("[http]\nhosts = [1]\n").find("http.hosts"), std::string::npos);
  EXPECT_NE(problem(std::string(kFileBytesMax + 1, '#')), "");
}

TEST_F(SourcesFrom, TheEnvironmentAndTheCommandLineReplaceTheFile) {
  Sources sources = file("[log]\nlevel = \"info\"\n");
  const char* environment[] = {
      "LENDPORT_LOG_LEVEL=warn",          "LENDPORT_TEST_X=x", "LENDPORT_URL=http://x",
      "LENDPORT_SERVICE_HOST=x",          "LENDPORT_PORT=x",   "LENDPORT_DB_SERVICE_PORT_PSQL=5432",
      "LENDPORT_DB_PORT_5432_TCP_ADDR=x", "PATH=/bin",         nullptr};
  add_environment(sources, environment, kKnown);
  EXPECT_EQ(sources.at("log.level").text(), "warn");
  EXPECT_EQ(sources.at("log.level").source(), "the environment, LENDPORT_LOG_LEVEL");
  add_command_line(sources, {"log.level=error"});
  EXPECT_EQ(sources.at("log.level").text(), "error");
  EXPECT_EQ(sources.size(), 1u);
  EXPECT_THROW(add_command_line(sources, {"log.level"}), Error);
}

TEST_F(SourcesFrom, KeepUnknownVariablesForTheirReport) {
  Sources sources;
  const char* environment[] = {"LENDPORT_HTTP_LISTN=a:1", nullptr};
  add_environment(sources, environment, kKnown);
  EXPECT_EQ(sources.at("LENDPORT_HTTP_LISTN").source(), "the environment");
}

TEST(EnvironmentName, IsUpperCaseWithUnderscores) {
  EXPECT_EQ(environment_name("http.header_bytes_max"), "LENDPORT_HTTP_HEADER_BYTES_MAX");
}

}  // namespace
}  // namespace lendport::settings

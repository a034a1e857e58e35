// The whole of the settings: the shipped file, every mistake at once.
#include "core/error.hpp"
#include "settings/settings.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace lendport::settings {
namespace {

const std::filesystem::path kShipped =
    std::filesystem::path(LENDPORT_SOURCE_DIR) / "config/lendport.toml";

std::string problems(std::vector<std::string> pairs) {
  try {
    load({kShipped, nullptr, std::move(pairs)});
    return "";
  } catch (const Error& error) {
    return error.detail();
  }
}

TEST(Load, TakesTheShippedFiles) {
  const Settings settings = load({kShipped, nullptr, {}});
  EXPECT_EQ(settings.http.port, 8080);
  EXPECT_EQ(settings.database.url, "sqlite:///var/lib/lendport/hub.db");
  EXPECT_NO_THROW(load({kShipped.parent_path() / "lendport.postgres.toml", nullptr, {}}));
}

TEST(Load, HasEveryKeyInTheShippedFileAndNoOther) {
  std::ifstream file(kShipped);
  std::set<std::string> written;
  std::string line, table;
  while (std::getline(file, line)) {
    std::smatch match;
    if (std::regex_match(line, match, std::regex(R"(\[(\w+)\])"))) table = match[1];
    if (std::regex_match(line, match, std::regex(R"((?:# )?(\w+) = .*)"))) {
      written.insert(table + "." + std::string(match[1]));
    }
  }
  written.erase("http.access");  // prose: access = "off" in [log]
  written.erase("log.access_log");
  std::set<std::string> known;
  for (const std::string& key : known_keys()) known.insert(key);
  known.erase("keys.text");  // secrets: named in prose, never in the file
  known.erase("mail.password");
  EXPECT_EQ(written, known);
}

TEST(Load, ReportsEveryMistakeAtOnce) {
  const std::string found =
      problems({"http.listn=x", "http.threads=0", "log.level=loud", "nonsense.of.mine=1"});
  EXPECT_NE(found.find("http.listn (the command line) is not a setting: did you mean http.listen?"),
            std::string::npos)
      << found;
  EXPECT_NE(found.find("http.threads"), std::string::npos);
  EXPECT_NE(found.find("log.level"), std::string::npos);
  EXPECT_NE(found.find("nonsense.of.mine (the command line) is not a setting: see"),
            std::string::npos);
}

TEST(Load, RefusesWhatCannotBe) {
  for (const char* pair :
       {"http.listen=8080", "http.listen=127.0.0.1:99999", "http.listen=a:b", "http.tls_key=/x",
        "database.url=", "sandbox.hosts=a:443=10.0.0.1:1", "webhooks.sandboxes=a:443=10.0.0.1:1",
        "jobs.lease_s=0", "catalog.sync_minutes=-1"}) {
    EXPECT_NE(problems({pair}), "") << pair;
  }
}

TEST(Load, ReadsWhatModulesNeed) {
  const char* environment[] = {"LENDPORT_KEYS_TEXT=abc", nullptr};
  const Settings settings =
      load({kShipped,
            environment,
            {"http.listen=[::1]:0", "sandbox.hosts=lender.example:443=127.0.0.1:9001",
             "webhooks.sandboxes=hooks.example:443=127.0.0.1:9002",
             "applications.follow_first_ms=50", "jobs.at_once=3", "http.large_bodies_per_key_max=1",
             "files.org_bytes_max=5368709120", "http.tls_certificate=/c", "http.tls_key=/k"}});
  EXPECT_EQ(settings.http.address, "::1");
  ASSERT_EQ(settings.connectors.sandboxes.size(), 1U);
  EXPECT_EQ(settings.connectors.sandboxes.at("lender.example:443").port, 9001);
  ASSERT_EQ(settings.webhooks.sandboxes.size(), 1U) << "a lender's sandbox is no receiver";
  EXPECT_EQ(settings.webhooks.sandboxes.at("hooks.example:443").port, 9002);
  EXPECT_EQ(settings.applications.follow_first, std::chrono::milliseconds{50});
  EXPECT_EQ(settings.keys.text->expose(), "abc");
  EXPECT_EQ(settings.worker.jobs_at_once, 3);
  EXPECT_EQ(settings.http.large_bodies_per_key_max, 1U);
  EXPECT_EQ(settings.files.org_bytes_max, 5'368'709'120);
  EXPECT_EQ(settings.http.tls->key_file, "/k");
}

TEST(Load, TakesASecretFromTheEnvironmentAlone) {
  const support::TempDir folder;
  for (const char* name : {"hub.toml", "hub.conf", "the environment, LENDPORT_KEYS_TEXT"}) {
    const auto file = folder.path() / name;
    std::ofstream(file) << "[keys]\ntext = \"abc\"\n[database]\nurl = \"sqlite:///x\"\n";
    EXPECT_THROW(load({file, nullptr, {}}), Error) << name;
  }
  EXPECT_NE(problems({"keys.text=abc"}).find("keys.text"), std::string::npos);
  EXPECT_NE(problems({"mail.password=abc"}).find("mail.password"), std::string::npos);
}

TEST(Load, TakesTheRelaysPasswordFromAFileOfItsOwn) {
  const support::TempDir folder;
  const std::string file = folder / "password";
  std::ofstream(file) << "s3cret\n";
  const std::vector<std::string> pairs = {"mail.relay=smtp://relay.example.com:587",
                                          "mail.from=loans@example.com", "mail.user=hub",
                                          "mail.password_file=" + file};
  EXPECT_NE(problems(pairs).find("0600"), std::string::npos);
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const Settings settings = load({kShipped, nullptr, pairs});
  EXPECT_EQ(settings.mail.relay.password.expose(), "s3cret");
  EXPECT_EQ(problems({"mail.relay=smtp://relay.example.com"}),
            "mail.from is required with mail.relay: an address, loans@example.com");
}

TEST(Load, NamesTheVariableThatWasMeant) {
  const char* environment[] = {"LENDPORT_HTTP_LISTN=127.0.0.1:1", "LENDPORT_URL=http://x", nullptr};
  try {
    load({kShipped, environment, {}});
    FAIL() << "the variable was ignored";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail(),
              "LENDPORT_HTTP_LISTN (the environment) is not a setting: did you mean "
              "LENDPORT_HTTP_LISTEN?");
  }
}

}  // namespace
}  // namespace lendport::settings

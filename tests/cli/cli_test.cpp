// The program itself, as an operator runs it.
#include "db/open.hpp"
#include "db/sole_hub.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace lendport::cli {
namespace {

using namespace std::chrono_literals;
using support::Ended;

const std::filesystem::path kBinaries = LENDPORT_BINARY_DIR;

class CommandLine : public testing::Test {
 protected:
  Ended run(std::vector<std::string> arguments) {
    return support::run_to_end({kBinaries / "lendport", std::move(arguments)}, 60s);
  }
  // With settings that point into this test's folder.
  Ended run_here(std::vector<std::string> arguments) {
    for (const std::string& pair : settings()) {
      arguments.emplace_back("--set");
      arguments.push_back(pair);
    }
    return run(std::move(arguments));
  }
  std::vector<std::string> settings() const {
    return {"database.url=sqlite://" + (folder_.path() / "hub.db").string(),
            "keys.file=" + key_file().string(),
            "plugins.folder=" + (folder_.path() / "plugins").string(),
            "plugins.store=" + (folder_.path() / "store").string()};
  }
  std::filesystem::path key_file() const { return folder_.path() / "key"; }
  // The first line of what a command that must succeed prints.
  std::string first_line(std::vector<std::string> arguments) {
    const Ended ended = run_here(std::move(arguments));
    EXPECT_EQ(ended.exit_code, 0) << ended.output;
    return ended.output.substr(0, ended.output.find('\n'));
  }
  void make_key() { ASSERT_EQ(run({"key", "create", key_file().string()}).exit_code, 0); }
  void add_plugin(const std::string& name, const std::filesystem::path& from) {
    std::filesystem::create_directories(folder_.path() / "plugins" / name);
    std::filesystem::copy_file(from, folder_.path() / "plugins" / name / "connector.so");
  }

  support::TempDir folder_;
};

TEST_F(CommandLine, WritesAKeyOnceAndForItsOwnerAlone) {
  make_key();
  struct stat found {};
  ASSERT_EQ(::stat(key_file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::filesystem::file_size(key_file()), 65u);
  const Ended again = run({"key", "create", key_file().string()});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_NE(again.output.find("exists already"), std::string::npos);
}

TEST_F(CommandLine, MakesOrgsUsersAndKeys) {
  make_key();
  EXPECT_EQ(
      first_line({"user", "create", "--email", "ops@example.com", "--name", "Ops"}).substr(0, 5),
      "user_");
  const std::string org = first_line({"org", "create", "--name", "Sunny Roofs", "--sales-mode"});
  EXPECT_EQ(org.substr(0, 4), "org_");
  first_line({"user", "create", "--org", org, "--email", "rep@example.com", "--name", "Rep",
              "--role", "rep"});
  const std::string token = first_line({"token", "create", "--email", "rep@example.com"});
  EXPECT_EQ(token.substr(0, 8), "lp_test_");

  const Ended listed = run_here({"token", "list", "--org", org});
  EXPECT_NE(listed.output.find("never"), std::string::npos);
  EXPECT_EQ(listed.output.find(token), std::string::npos);
  const std::string key = listed.output.substr(0, listed.output.find('\t'));
  EXPECT_EQ(first_line({"token", "revoke", "--org", org, key}), "revoked");
  EXPECT_NE(run_here({"user", "list", "--org", org}).output.find("rep@example.com"),
            std::string::npos);
}

TEST_F(CommandLine, MigratesOnceAndSaysWhatIsMissing) {
  make_key();
  const Ended missing = run_here({"migrate", "--check"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.output.find("missing 0001_"), std::string::npos);
  EXPECT_NE(run_here({"migrate"}).output.find("applied 0001_"), std::string::npos);
  EXPECT_EQ(first_line({"migrate"}), "up to date");
  EXPECT_EQ(run_here({"migrate", "--check"}).exit_code, 0);
}

TEST_F(CommandLine, DoctorNamesWhatIsWrong) {
  std::filesystem::create_directories(folder_.path() / "plugins");
  const Ended sick = run_here({"doctor"});
  EXPECT_EQ(sick.exit_code, 1);
  EXPECT_NE(sick.output.find("wrong  key"), std::string::npos) << sick.output;
  make_key();
  run_here({"migrate"});
  const Ended well = run_here({"doctor"});
  EXPECT_EQ(well.exit_code, 0) << well.output;
  EXPECT_NE(well.output.find("store, which serve will make"), std::string::npos) << well.output;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "store"));
  std::filesystem::permissions(key_file(), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_NE(run_here({"doctor"}).output.find("wrong  key"), std::string::npos);
}

TEST_F(CommandLine, SaysWhereTheAuditRecordIsBroken) {
  make_key();
  std::filesystem::create_directories(folder_.path() / "plugins");
  first_line({"user", "create", "--email", "ops@example.com", "--name", "Ops"});
  const std::string org = first_line({"org", "create", "--name", "Sunny Roofs"});
  const Ended whole = run_here({"audit", "verify"});
  EXPECT_EQ(whole.exit_code, 0) << whole.output;
  EXPECT_NE(whole.output.find(org + "\t1 entries\twhole"), std::string::npos) << whole.output;
  EXPECT_EQ(run_here({"audit", "verify", "--org", "org_nobody"}).exit_code, 1);

  db::Settings store;
  store.url = "sqlite://" + (folder_.path() / "hub.db").string();
  db::open(store)->write_now([&](db::Transaction& tx) {
    tx.define("DROP TRIGGER audit_no_update");
    tx.execute("UPDATE audit SET actor = 'somebody' WHERE org = $1", {org});
  });
  const Ended broken = run_here({"audit", "verify", "--org", org});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_NE(broken.output.find("broken at entry 1"), std::string::npos) << broken.output;
  const Ended sick = run_here({"doctor"});
  EXPECT_EQ(sick.exit_code, 1);
  EXPECT_NE(sick.output.find("wrong  audit: " + org + " is broken at entry 1"), std::string::npos)
      << sick.output;
}

TEST_F(CommandLine, DoesNotServeWithoutThePluginFolder) {
  make_key();
  run_here({"migrate"});
  for (const char* command : {"doctor", "serve"}) {
    const Ended refused = run_here({command, "--set", "http.listen=127.0.0.1:0"});
    EXPECT_EQ(refused.exit_code, 1) << command;
    EXPECT_NE(refused.output.find("plugins.folder " + (folder_.path() / "plugins").string() +
                                  " cannot be read: No such file or directory"),
              std::string::npos)
        << command << refused.output;
  }
}

TEST_F(CommandLine, ASecondHubOnTheFileIsRefusedAndCommandsAreNot) {
  make_key();
  std::filesystem::create_directories(folder_.path() / "plugins");
  const db::SoleHub running({.url = "sqlite://" + (folder_.path() / "hub.db").string()});
  const Ended refused = run_here({"serve", "--set", "http.listen=127.0.0.1:0"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.output.find("another hub runs on"), std::string::npos) << refused.output;
  EXPECT_NE(refused.output.find("stop it first"), std::string::npos) << refused.output;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"migrate"},
        {"doctor"},
        {"org", "create", "--name", "Sunny Roofs"},
        {"user", "create", "--email", "ops@example.com", "--name", "Ops"},
        {"token", "create", "--email", "ops@example.com"}}) {
    EXPECT_EQ(run_here(command).exit_code, 0) << command.front();
  }
}

TEST_F(CommandLine, JudgesConnectorsWithoutRunningThem) {
  make_key();
  add_plugin("hello", kBinaries / "plugins/hello/connector.so");
  const Ended sound = run_here({"plugin", "list"});
  EXPECT_EQ(sound.exit_code, 0) << sound.output;
  EXPECT_NE(sound.output.find("com.example.hello"), std::string::npos);

  const auto text = folder_.path() / "text.so";
  std::ofstream(text) << "this is no library";
  const Ended refused = run({"plugin", "inspect", text.string()});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.output.find("refused\tLP-E-"), std::string::npos) << refused.output;
  add_plugin("broken", text);
  EXPECT_EQ(run_here({"plugin", "list"}).exit_code, 1);
}

TEST_F(CommandLine, SaysWhatIsWrongWithItsUse) {
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"server"}).exit_code, 2);
  EXPECT_EQ(run({"--help"}).exit_code, 0);
  EXPECT_EQ(run({"--version"}).exit_code, 0);
  const Ended ended = run_here({"serve", "--set", "http.listn=x"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.output.find("did you mean http.listen?"), std::string::npos);
  make_key();
  EXPECT_NE(run_here({"token", "create", "--email", "nobody@example.com"})
                .output.find("is nobody's login"),
            std::string::npos);
}

TEST_F(CommandLine, ServesUntilItIsToldToStop) {
  make_key();
  std::filesystem::create_directories(folder_.path() / "plugins");
  std::vector<std::string> arguments{"serve", "--set", "http.listen=127.0.0.1:0"};
  for (const std::string& pair : settings()) {
    arguments.emplace_back("--set");
    arguments.push_back(pair);
  }
  support::Process hub({kBinaries / "lendport", arguments});
  ASSERT_TRUE(hub.wait_for_line("listening 127.0.0.1:", 60s)) << hub.output();
  hub.signal(SIGTERM);
  EXPECT_EQ(hub.wait(30s), 0) << hub.output();
}

}  // namespace
}  // namespace lendport::cli

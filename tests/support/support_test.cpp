// What the other tests lean on does what its headers say.
#include "support/postgres.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace lendport::support {
namespace {

using namespace std::chrono_literals;

Command shell(const std::string& script) {
  return {"/bin/sh", {"-c", script}};
}

TEST(TempDir, IsRemovedWithAllItHolds) {
  std::filesystem::path path;
  {
    const TempDir dir;
    path = dir.path();
    std::ofstream(dir / "file") << "x";
    ASSERT_TRUE(std::filesystem::exists(dir / "file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Process, ReportsExitCodesAndSignals) {
  EXPECT_EQ(run_to_end(shell("exit 7"), 10s).exit_code, 7);
  EXPECT_EQ(run_to_end(shell("kill -9 $$"), 10s).exit_code, 128 + SIGKILL);
}

TEST(Process, ReadsLinesInOrderAndTheLastWithoutNewline) {
  Process process(shell("echo one; echo two >&2; echo three; printf four"));
  EXPECT_EQ(process.wait_for_line("o", 10s), "one");
  EXPECT_EQ(process.wait_for_line("three", 10s), "three");
  EXPECT_EQ(process.wait_for_line("two", 10s), std::nullopt);
  EXPECT_EQ(process.wait(10s), 0);
  EXPECT_EQ(process.output(), "one\ntwo\nthree\nfour");
}

TEST(Process, GivesEnvironmentFolderAndArguments) {
  const TempDir dir;
  const Command command = {
      "/bin/sh", {"-c", "echo $A $1; pwd", "sh", "x"}, {{"A", "0"}, {"A", "1"}}, dir.path()};
  EXPECT_EQ(run_to_end(command, 10s).output, "1 x\n" + dir.path().string() + "\n");
}

TEST(Process, NeverBlocksOnOutputNobodyReads) {
  const Ended ended = run_to_end(shell("head -c 1000000 /dev/zero"), 10s);
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.output.size(), 1'000'000U);
}

TEST(Process, EndsWithItsObject) {
  pid_t pid = 0;
  {
    Process process(shell("echo up; exec cat /dev/zero >/dev/null"));
    ASSERT_EQ(process.wait_for_line("up", 10s), "up");
    EXPECT_EQ(process.wait(1ms), std::nullopt);
    pid = process.pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST(Process, SaysWhenAProgramCannotStart) {
  EXPECT_THROW(Process({"/nowhere/program"}), std::system_error);
  EXPECT_THROW(Process({"/bin/sh", {}, {}, "/nowhere"}), std::system_error);
}

TEST(PostgresDatabase, IsEmptyOfItsOwnAndGoneAtTheEnd) {
  std::string name;
  {
    const PostgresDatabase first;
    const PostgresDatabase second;
    name = first.run("SELECT current_database()");
    EXPECT_NE(name, second.run("SELECT current_database()"));
    EXPECT_EQ(first.run("CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('y'); SELECT x FROM a"),
              "y");
    EXPECT_EQ(second.run("SELECT to_regclass('a') IS NULL"), "t");
    EXPECT_THROW(first.run("SELECT nonsense"), std::runtime_error);
  }
  const PostgresDatabase other;
  EXPECT_EQ(other.run("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'"), "0");
}

}  // namespace
}  // namespace lendport::support

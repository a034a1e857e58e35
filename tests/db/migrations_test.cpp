// Migrations are applied once, in order, all or none, on every engine.
#include "db/migrations.hpp"

#include "db/stores.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

namespace lendport::db {
namespace {

constexpr Migration kFirst = {1, "0001_first",
                              "-- one; two\nCREATE TABLE first (x TEXT PRIMARY KEY, n BIGINT);\n"
                              "INSERT INTO first VALUES ('a;b', 1);"};
constexpr Migration kSecond = {2, "0002_second", "CREATE TABLE second (b BYTEA NOT NULL);"};
constexpr Migration kBroken = {3, "0003_broken", "CREATE TABLE third (x TEXT); CREATE NONSENSE;"};
const Time kNow = from_unix_ms(1'700'000'000'000);

class Migrations : public testing::TestWithParam<Engine> {
 protected:
  std::vector<std::string> migrated(const std::vector<Migration>& migrations) {
    return migrate(*database_, migrations, kNow);
  }
  std::optional<ErrorCode> refusal(const std::vector<Migration>& migrations) {
    return failure_of([&] { migrated(migrations); });
  }
  std::vector<std::string> missing(const std::vector<Migration>& migrations) {
    return missing_migrations(*database_, migrations);
  }

  FreshStore store_{GetParam()};
  std::unique_ptr<Database> database_ = store_.open();
};

INSTANTIATE_TEST_SUITE_P(Engines, Migrations, kEngines, engine_name);

using Names = std::vector<std::string>;

TEST_P(Migrations, ApplyWhatIsMissing) {
  EXPECT_EQ(missing({kFirst, kSecond}), (Names{"0001_first", "0002_second"}));
  EXPECT_EQ(migrated({kSecond}), Names{"0002_second"});
  EXPECT_EQ(migrated({kFirst, kSecond}), Names{"0001_first"});
  EXPECT_EQ(migrated({kFirst, kSecond}), Names{});
  EXPECT_EQ(missing({kFirst, kSecond}), Names{});
  database_->read_now([](Snapshot& at) {
    EXPECT_EQ(at.query("SELECT x FROM first").front().text("x"), "a;b");
    EXPECT_EQ(at.query("SELECT applied_at_ms FROM migrations WHERE number = 1")
                  .front()
                  .time("applied_at_ms"),
              kNow);
  });
}

TEST_P(Migrations, RefuseAStoreOfANewerProgram) {
  migrated({kFirst, kSecond});
  EXPECT_EQ(refusal({kFirst}), ErrorCode::conflict);
  EXPECT_EQ(failure_of([&] { missing({kFirst}); }), ErrorCode::conflict);
}

TEST_P(Migrations, RefuseATextThatChanged) {
  migrated({kFirst});
  Migration changed = kFirst;
  changed.sql = "CREATE TABLE first (x TEXT)";
  EXPECT_EQ(refusal({changed, kSecond}), ErrorCode::conflict);
  EXPECT_EQ(missing({kFirst, kSecond}), Names{"0002_second"});
}

TEST_P(Migrations, LeaveNothingOfOneThatFails) {
  EXPECT_EQ(refusal({kFirst, kBroken}), ErrorCode::internal);
  EXPECT_EQ(missing({kFirst}), Names{"0001_first"});
  EXPECT_EQ(migrated({kFirst}), Names{"0001_first"});
}

TEST_P(Migrations, RunOnceUnderSeveralProcesses) {
  std::vector<std::thread> processes;
  std::vector<Names> applied(3);
  for (Names& names : applied) {
    processes.emplace_back([&] {
      const auto database = store_.open();
      names = migrate(*database, std::vector{kFirst, kSecond}, kNow);
    });
  }
  for (std::thread& process : processes) process.join();
  std::size_t total = 0;
  for (const Names& names : applied) total += names.size();
  EXPECT_EQ(total, 2U);
}

TEST_P(Migrations, OfThisProgramApply) {
  EXPECT_EQ(migrate(*database_, built_in_migrations(), kNow).size(), built_in_migrations().size());
}

TEST(BuiltInMigrations, AreAllFilesOfTheFolderInOrder) {
  std::set<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(LENDPORT_SOURCE_DIR "/host/db/migrations")) {
    files.insert(entry.path().stem().string());
  }
  std::vector<std::string> built_in;
  for (const Migration& migration : built_in_migrations()) {
    built_in.emplace_back(migration.name);
    EXPECT_EQ(migration.number, std::stoi(built_in.back().substr(0, 4)));
  }
  EXPECT_EQ(built_in, std::vector<std::string>(files.begin(), files.end()));
}

TEST(StatementsOf, SplitsAtSemicolonsOutsideOfQuotes) {
  struct Case {
    std::string sql;
    Names statements;
  };
  const std::vector<Case> cases = {
      {"", {}},
      {";;\n;", {}},
      {"-- nothing", {}},
      {"A;B", {"A", "B"}},
      {"A 'x;--y' \";\";\n -- c;d\n B;", {"A 'x;--y' \";\"", "B"}},
      {"A 'it''s;'", {"A 'it''s;'"}},
      {"A 'open", {"A 'open"}},
  };
  for (const Case& one : cases) EXPECT_EQ(statements_of(one.sql), one.statements) << one.sql;
}

}  // namespace
}  // namespace lendport::db

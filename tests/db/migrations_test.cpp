// Migrations are applied once, in order, all or none, on every engine.
#include "db/migrations.hpp"

#include "db/stores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
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

// An upgrade of a store whose erased owners got a second key, and whose staff were told of cases
// that are gone.
TEST_P(Migrations, EraseForGoodWhatAnEarlierBuildLeft) {
  const auto all = built_in_migrations();
  const auto later = std::find_if(all.begin(), all.end(), [](const Migration& migration) {
    return migration.name == "0080_erased_for_good";
  });
  ASSERT_NE(later, all.end());
  migrate(*database_, std::span(all.begin(), later), kNow);
  const Blob key{"sealed"};
  database_->write_now([&](Transaction& tx) {
    const auto keep_key = [&](const char* id, const char* org, const char* owner, bool is_gone) {
      tx.execute(
          "INSERT INTO keys (id, org, owner, wrapped, created_at_ms, destroyed_at_ms) "
          "VALUES ($1, $2, $3, $4, 5, $5)",
          {id, org, owner, is_gone ? std::optional<Blob>() : std::optional(key),
           is_gone ? std::optional<std::int64_t>(7) : std::nullopt});
    };
    keep_key("gone", "org_1", "person_1", true);
    keep_key("again", "org_1", "person_1", false);
    keep_key("other", "org_1", "person_2", false);
    keep_key("elsewhere", "org_2", "person_1", false);
    tx.execute(
        "INSERT INTO cases (id, org_id, number, kind, status, owner_user_id, generation, segment, "
        "adders, discounts, incentives, site_design_complete, project_sealed, version, "
        "created_at_ms, changed_at_ms) VALUES ('case_1', 'org_1', '1', 'prospect', 'active', "
        "'user_1', 1, 'residential', '[]', '[]', '[]', 0, $1, 1, 5, 5)",
        {key});
    const auto tell = [&](const char* id, const char* org, std::optional<std::string> of) {
      const std::string mail = "mail_" + std::string(id);
      tx.execute(
          "INSERT INTO staff_notices (id, org_id, user_id, environment, topic, word, cause, "
          "lender, case_id, case_number, listed, mail_id, created_at_ms) VALUES ($1, $2, 'user_1', "
          "'sandbox', 'decision', 'approved', $1, 'Bank', $3, '1', 1, $4, 5)",
          {id, org, of, mail});
      tx.execute(
          "INSERT INTO mails (id, org_id, case_id, person_id, environment, letter, language, "
          "letter_version, cause, sealed_letter, state, attempts, doubts, answer_code, answer, "
          "created_at_ms, updated_at_ms) VALUES ($1, $2, $3, 'user_1', 'sandbox', 'staff_notice', "
          "'en', 0, $1, $4, 'sent', 1, 0, 250, 'OK', 5, 5)",
          {mail, org, of.value_or(""), key});
    };
    tell("here", "org_1", "case_1");
    tell("gone", "org_1", "case_0");
    tell("foreign", "org_2", "case_1");
    tell("of_a_connection", "org_1", std::nullopt);
  });
  migrate(*database_, all, kNow);
  const auto ids = [&](const std::string& query) {
    Names found;
    database_->read_now([&](Snapshot& at) {
      for (const Row& row : at.query(query)) found.push_back(row.text("id"));
    });
    return found;
  };
  EXPECT_EQ(ids("SELECT id FROM keys WHERE wrapped IS NOT NULL ORDER BY id"),
            (Names{"elsewhere", "other"}));
  EXPECT_EQ(ids("SELECT id FROM keys WHERE destroyed_at_ms IS NOT NULL ORDER BY id"),
            (Names{"again", "gone"}));
  EXPECT_EQ(ids("SELECT id FROM staff_notices ORDER BY id"), (Names{"here", "of_a_connection"}));
  EXPECT_EQ(ids("SELECT id FROM mails ORDER BY id"), (Names{"mail_here", "mail_of_a_connection"}));
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

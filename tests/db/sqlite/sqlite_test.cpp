// What only SQLite's store does: one durable lane.

#include "db/stores.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace lendport::db {
namespace {

std::int64_t pragma(Snapshot& at, const std::string& name) {
  return at.query("PRAGMA " + name).front().integer(name);
}

TEST(Sqlite, IsDurableAndStrict) {
  const FreshStore store(Engine::sqlite);
  const auto database = store.open();
  database->write_now([](Transaction& tx) {
    EXPECT_EQ(tx.query("PRAGMA journal_mode").front().text("journal_mode"), "wal");
    EXPECT_EQ(pragma(tx, "synchronous"), 2);
    EXPECT_EQ(pragma(tx, "foreign_keys"), 1);
    EXPECT_EQ(pragma(tx, "trusted_schema"), 0);
    EXPECT_EQ(pragma(tx, "cell_size_check"), 1);
    tx.define("CREATE TABLE a (x BIGINT)");
  });
  database->read_now([](Snapshot& at) { EXPECT_EQ(pragma(at, "query_only"), 1); });
  EXPECT_EQ(
      failure_of([&] {
        database->write_now([](Transaction& tx) { tx.execute("INSERT INTO a VALUES ('x')"); });
      }),
      ErrorCode::internal);
}

// Fifty writers at once are answered by a few commits: the log grows by few transactions.
TEST(Sqlite, CommitsTheUnitsThatWaitTogether) {
  const FreshStore store(Engine::sqlite);
  const auto database = store.open();
  database->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (x BIGINT)"); });
  std::atomic<int> commits = 0;
  std::atomic<int> written = 0;
  const auto counting = database->on_signal("commit", [&] { ++commits; });
  const auto write = [&](Transaction& tx) {
    tx.execute("INSERT INTO a VALUES (1)");
    tx.signal("commit");
  };
  const auto writer = [&]() -> Task<void> {
    co_await database->write(write);
    ++written;
  };
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 50; ++i) tasks.push_back(writer());
  support::run_tasks(std::move(tasks));
  EXPECT_EQ(written, 50);
  EXPECT_LT(commits, 25);
}

// Two programs share the file: the command line works while the hub runs.
TEST(Sqlite, WaitsForAnotherProgramsLock) {
  const FreshStore store(Engine::sqlite);
  const auto hub = store.open();
  const auto command_line = store.open();
  hub->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (x BIGINT)"); });
  std::vector<std::thread> threads;
  for (Database* database : {hub.get(), command_line.get()}) {
    threads.emplace_back([database] {
      for (int i = 0; i < 20; ++i) {
        database->write_now([](Transaction& tx) { tx.execute("INSERT INTO a VALUES (1)"); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  hub->read_now([](Snapshot& at) {
    EXPECT_EQ(at.query("SELECT count(*) AS n FROM a").front().integer("n"), 40);
  });
}

}  // namespace
}  // namespace lendport::db

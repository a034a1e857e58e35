// What only SQLite's store does: one durable lane.

#include "db/stores.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <future>
#include <sys/resource.h>
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

// As long as it lives, no file of this process grows past so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // else the limit ends the process
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

// What the log holds after a failure may be on the disk or not: nothing is appended to it.
TEST(Sqlite, BeginsTheLogAnewAfterACommitThatFailed) {
  const FreshStore store(Engine::sqlite);
  const auto database = store.open();
  const auto insert = [](Transaction& tx) {
    tx.execute("INSERT INTO a VALUES ($1)", {std::string(20'000, 'x')});
  };
  database->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (x TEXT)"); });
  for (int i = 0; i < 10; ++i) database->write_now(insert);
  const std::filesystem::path log = *sqlite_file({.url = store.url()}) + "-wal";
  const auto before = std::filesystem::file_size(log);
  {
    const FileSizeLimit full(before);
    const auto write = [&] { database->write_now(insert); };
    EXPECT_EQ(failure_of(write), ErrorCode::database_unavailable);
    EXPECT_EQ(failure_of(write), std::nullopt);
    EXPECT_EQ(failure_of(write), std::nullopt);
  }
  EXPECT_LT(std::filesystem::file_size(log), before);
  database->read_now([](Snapshot& at) {
    EXPECT_EQ(at.query("SELECT count(*) AS n FROM a").front().integer("n"), 12);
  });
}

// A program that takes the store over from one that may have died over a failing disk.
TEST(Sqlite, BeginsTheLogAnewWhereItIsAlone) {
  for (const bool alone : {false, true}) {
    const FreshStore store(Engine::sqlite);
    const auto other = store.open();
    other->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (x TEXT)"); });
    for (int i = 0; i < 10; ++i) {
      other->write_now([](Transaction& tx) {
        tx.execute("INSERT INTO a VALUES ($1)", {std::string(20'000, 'x')});
      });
    }
    const std::filesystem::path log = *sqlite_file({.url = store.url()}) + "-wal";
    const auto before = std::filesystem::file_size(log);
    const auto database = open({.url = store.url(), .alone = alone});
    database->write_now([](Transaction& tx) { tx.execute("INSERT INTO a VALUES ('y')"); });
    EXPECT_EQ(std::filesystem::file_size(log) < before, alone);
  }
}

// A backup, or whoever else reads for long: it sees what it began with, and hinders nobody.
TEST(Sqlite, GoesOnWhileAnotherReadsTheLog) {
  const FreshStore store(Engine::sqlite);
  const auto other = store.open();
  const auto insert = [](Transaction& tx) {
    tx.execute("INSERT INTO a VALUES ($1)", {std::string(20'000, 'x')});
  };
  const auto rows = [](Snapshot& at) {
    return at.query("SELECT count(*) AS n FROM a").front().integer("n");
  };
  other->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (x TEXT)"); });
  for (int i = 0; i < 5; ++i) other->write_now(insert);
  std::promise<void> reading;
  std::promise<void> enough;
  std::thread reader([&] {
    other->read_now([&](Snapshot& at) {
      EXPECT_EQ(rows(at), 5);
      reading.set_value();
      enough.get_future().wait();
      EXPECT_EQ(rows(at), 5);
    });
  });
  reading.get_future().wait();
  const std::string file = sqlite_file({.url = store.url()}).value();
  const std::filesystem::path log = file + "-wal";
  const auto before = std::filesystem::file_size(log);
  // Through a link: the log is beside the file itself.
  std::filesystem::create_symlink(file, file + ".link");
  const auto hub = open({.url = store.url() + ".link", .alone = true});
  EXPECT_EQ(failure_of([&] { hub->write_now(insert); }), std::nullopt) << "at the start";
  {
    const FileSizeLimit full(std::filesystem::file_size(log));
    EXPECT_EQ(failure_of([&] { hub->write_now(insert); }), ErrorCode::database_unavailable);
  }
  EXPECT_EQ(failure_of([&] { hub->write_now(insert); }), std::nullopt) << "after a failure";
  EXPECT_GT(std::filesystem::file_size(log), before) << "the reader's part is still there";
  enough.set_value();
  reader.join();
  hub->read_now([&](Snapshot& at) { EXPECT_EQ(rows(at), 7); });
}

}  // namespace
}  // namespace lendport::db

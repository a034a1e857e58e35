// What only PostgreSQL's store meets: units side by side, and connections that break.

#include "db/migrations.hpp"
#include "db/stores.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <thread>

namespace lendport::db {
namespace {

class Postgres : public testing::Test {
 protected:
  void SetUp() override {
    database_->write_now([](Transaction& tx) {
      tx.define("CREATE TABLE a (id TEXT PRIMARY KEY, n BIGINT)");
      tx.execute("INSERT INTO a VALUES ('x', 0), ('y', 0)");
    });
  }
  static void raise(Transaction& tx, const std::string& id) {
    tx.execute("UPDATE a SET n = n + 1 WHERE id = $1", {id});
  }
  std::int64_t total() {
    std::int64_t sum = 0;
    database_->read_now(
        [&](Snapshot& at) { sum = at.query("SELECT sum(n) AS n FROM a").front().integer("n"); });
    return sum;
  }
  // Cuts every connection of the store, from a connection of the test's own.
  void cut_connections() {
    store_.postgres().run(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }
  std::optional<ErrorCode> written() {
    return failure_of([&] { database_->write_now([](Transaction& tx) { raise(tx, "x"); }); });
  }

  FreshStore store_{Engine::postgres};
  std::unique_ptr<Database> database_ = store_.open();
};

// Both lock their first row, then want the other's: the server ends one, which is run again.
TEST_F(Postgres, RunsAUnitAgainAfterADeadlock) {
  std::latch both_hold(2);
  std::atomic<int> runs = 0;
  const auto cross = [&](const std::string& first, const std::string& second) {
    database_->write_now([&](Transaction& tx) {
      raise(tx, first);
      if (++runs <= 2) both_hold.arrive_and_wait();
      raise(tx, second);
    });
  };
  std::thread other([&] { cross("y", "x"); });
  cross("x", "y");
  other.join();
  EXPECT_GE(runs, 3);
  EXPECT_EQ(total(), 4);
}

TEST_F(Postgres, FailsTheUnitWhoseConnectionBreaksAndGoesOn) {
  EXPECT_EQ(failure_of([&] {
              database_->write_now([&](Transaction& tx) {
                raise(tx, "x");
                cut_connections();
                raise(tx, "x");
              });
            }),
            ErrorCode::database_unavailable);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(written(), std::nullopt);
  EXPECT_EQ(total(), 10);
}

TEST_F(Postgres, WaitsLongForNobodyButTheMigrations) {
  const auto limits = [](Transaction& tx) {
    const Row row = tx.query(
                          "SELECT current_setting('lock_timeout') AS lock_limit,"
                          " current_setting('statement_timeout') AS limit_of_one")
                        .front();
    return row.text("lock_limit") + " " + row.text("limit_of_one");
  };
  database_->write_now([&](Transaction& tx) {
    const std::string usual = limits(tx);
    tx.lock("a name");
    EXPECT_EQ(limits(tx), usual);
    tx.lock(kMigrationsLock);
    EXPECT_EQ(limits(tx), "1min 0");
  });
}

TEST_F(Postgres, HidesThatAnIdleConnectionBroke) {
  cut_connections();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(written(), std::nullopt);
}

TEST_F(Postgres, FailsAtOnceWhileTheServerIsAwayAndComesBack) {
  const support::PostgresDatabase outside;
  const std::string name = store_.postgres().run("SELECT current_database()");
  const auto allow = [&](const std::string& whether) {
    outside.run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS " + whether);
  };
  allow("false");
  outside.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" +
              name + "'");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(written(), ErrorCode::database_unavailable);
  allow("true");
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  auto failure = written();
  while (failure && std::chrono::steady_clock::now() < give_up) failure = written();
  EXPECT_EQ(failure, std::nullopt);
}

// A notice may be lost while a connection is made: told until heard, each time within the patience
// of whoever waits.
TEST_F(Postgres, WakesOtherProcessesOnTheSameDatabase) {
  std::atomic<int> here = 0;
  std::mutex mutex;
  std::condition_variable bell;
  int heard = 0;
  const auto other = store_.open();
  const Subscription there = other->on_signal("jobs", [&] {
    const std::lock_guard lock(mutex);
    ++heard;
    bell.notify_all();
  });
  const Subscription own = database_->on_signal("jobs", [&] { ++here; });
  int told = 0;
  const auto wakes = [&] {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::unique_lock lock(mutex);
    const int before = heard;
    while (heard == before && std::chrono::steady_clock::now() < give_up) {
      lock.unlock();
      database_->write_now([&](Transaction& tx) { tx.signal("jobs"); });
      ++told;
      lock.lock();
      bell.wait_for(lock, std::chrono::milliseconds(100), [&] { return heard > before; });
    }
    return heard > before;
  };
  EXPECT_TRUE(wakes());
  std::promise<void> both;
  const Subscription last = other->on_signal("versions", [&] { both.set_value(); });
  database_->write_now([](Transaction& tx) {
    tx.signal("jobs");
    tx.signal("versions");
  });
  ++told;
  EXPECT_EQ(both.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  cut_connections();
  EXPECT_TRUE(wakes());
  EXPECT_EQ(here, told);
}

TEST_F(Postgres, SaysWhenItCannotBeReached) {
  EXPECT_EQ(failure_of([] { open({.url = "postgresql:///none?host=/nowhere"}); }),
            ErrorCode::database_unavailable);
}

// A migration by another process changes what a prepared statement returns.
TEST_F(Postgres, PreparesAnewWhenATableChanged) {
  const auto read = [&] {
    database_->write_now([](Transaction& tx) { tx.query("SELECT n FROM a ORDER BY id"); });
  };
  for (int i = 0; i < 20; ++i) read();
  store_.postgres().run("ALTER TABLE a ALTER COLUMN n TYPE NUMERIC");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(failure_of(read), std::nullopt);
}

TEST_F(Postgres, AnswersAfterTheDiskAndInUtc) {
  const std::string name = store_.postgres().run("SELECT current_database()");
  store_.postgres().run("ALTER DATABASE " + name + " SET synchronous_commit = off");
  const auto fresh = store_.open();
  fresh->read_now([](Snapshot& at) {
    const auto setting = [&](const std::string& key) {
      return at.query("SELECT current_setting('" + key + "') AS value").front().text("value");
    };
    EXPECT_EQ(setting("synchronous_commit"), "on");
    EXPECT_EQ(setting("TimeZone"), "UTC");
    EXPECT_EQ(setting("transaction_isolation"), "repeatable read");
  });
}

}  // namespace
}  // namespace lendport::db

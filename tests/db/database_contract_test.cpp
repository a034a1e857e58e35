// What db/database.hpp promises, on every engine.
#include "core/error.hpp"
#include "db/database.hpp"
#include "db/stores.hpp"
#include "support/run_task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <limits>
#include <thread>

namespace lendport::db {
namespace {

using namespace std::chrono_literals;
using support::run_task;

class DatabaseContract : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    database_ = store_.open();
    database_->write_now([](Transaction& tx) {
      tx.define("CREATE TABLE owners (id TEXT PRIMARY KEY)");
      tx.define(
          "CREATE TABLE things (id TEXT PRIMARY KEY, number BIGINT CHECK (number <> 13), "
          "bytes BYTEA, owner TEXT REFERENCES owners (id))");
    });
  }

  void insert(const std::string& id, const Value& number = 0) {
    database_->write_now([&](Transaction& tx) {
      tx.execute("INSERT INTO things (id, number) VALUES ($1, $2)", {id, number});
    });
  }

  std::int64_t count() {
    std::int64_t rows = 0;
    database_->read_now([&](Snapshot& at) { rows = counted(at); });
    return rows;
  }

  static std::int64_t counted(Snapshot& at) {
    return at.query("SELECT count(*) AS n FROM things").front().integer("n");
  }

  // Runs one statement in a unit of its own; the code it fails with.
  std::optional<ErrorCode> refusal(const std::string& sql, const Values& parameters = {}) {
    return failure_of(
        [&] { database_->write_now([&](Transaction& tx) { tx.execute(sql, parameters); }); });
  }

  FreshStore store_{GetParam()};
  std::unique_ptr<Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseContract, kEngines, engine_name);

TEST_P(DatabaseContract, GivesBackWhatWasStored) {
  const std::string all_bytes = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  struct Case {
    std::string id;
    Value number;
    Value bytes;
  };
  const std::vector<Case> cases = {
      {"a", std::numeric_limits<std::int64_t>::max(), Blob{all_bytes}},
      {"b", std::numeric_limits<std::int64_t>::min(), Blob{""}},
      {"", -1, nullptr},
      {"\xC3\xA9t\xC3\xA9 \xF0\x9F\x8C\x9E '\"\\ $1", nullptr, Blob{"\\x00"}},
  };
  for (const Case& one : cases) {
    database_->write_now([&](Transaction& tx) {
      tx.execute("INSERT INTO things (id, number, bytes) VALUES ($1, $2, $3)",
                 {one.id, one.number, one.bytes});
    });
    database_->read_now([&](Snapshot& at) {
      const auto row = at.find("SELECT id, number, bytes FROM things WHERE id = $1", {one.id});
      ASSERT_TRUE(row);
      EXPECT_EQ(row->text("id"), one.id);
      EXPECT_EQ(Value(row->optional_integer("number")).content(), one.number.content());
      EXPECT_EQ(Value(row->optional_blob("bytes")).content(), one.bytes.content());
    });
  }
}

TEST_P(DatabaseContract, ReadsTruthAndSumsAsWholeNumbers) {
  insert("a", 2);
  insert("b", 3);
  database_->read_now([](Snapshot& at) {
    const Row row =
        at.query(
              "SELECT sum(number) AS total, max(number) > 2 AS big, min(id) AS first FROM things")
            .front();
    EXPECT_EQ(row.integer("total"), 5);
    EXPECT_TRUE(row.flag("big"));
    EXPECT_EQ(row.text("first"), "a");
  });
}

TEST_P(DatabaseContract, TakesParametersByTheirNumber) {
  database_->write_now([](Transaction& tx) {
    tx.execute("INSERT INTO things (number, id) VALUES ($2, $1)", {"a", 7});
    tx.execute("UPDATE things SET number = $3 WHERE id = $1 AND ($2 = 7 AND number = $2)",
               {"a", 7, 8});
    const Rows rows =
        tx.query("SELECT id FROM things WHERE (number, id) > ($1, $2) LIMIT $3", {7, "zzz", 10});
    EXPECT_EQ(rows.size(), 1U);
  });
  EXPECT_EQ(refusal("UPDATE things SET number = $1", {1, 2}), ErrorCode::internal);
  EXPECT_EQ(refusal("UPDATE things SET number = $2 WHERE id = $1", {"a"}), ErrorCode::internal);
}

TEST_P(DatabaseContract, CountsTheRowsItTouched) {
  database_->write_now([](Transaction& tx) {
    EXPECT_EQ(tx.execute("INSERT INTO things (id) VALUES ('a'), ('b')"), 2);
    EXPECT_EQ(tx.execute("UPDATE things SET number = 1 WHERE id = 'none'"), 0);
    EXPECT_EQ(tx.execute("INSERT INTO things (id) VALUES ('a') ON CONFLICT (id) DO NOTHING"), 0);
    EXPECT_EQ(tx.query("INSERT INTO things (id, number) VALUES ('a', 5) ON CONFLICT (id) DO UPDATE "
                       "SET number = excluded.number RETURNING number")
                  .front()
                  .integer("number"),
              5);
    EXPECT_EQ(tx.execute("DELETE FROM things"), 2);
  });
}

TEST_P(DatabaseContract, NamesWhatItRefuses) {
  insert("a");
  struct Case {
    std::string sql;
    ErrorCode code;
  };
  const std::vector<Case> cases = {
      {"INSERT INTO things (id) VALUES ('a')", ErrorCode::conflict},
      {"INSERT INTO things (id, number) VALUES ('b', 13)", ErrorCode::conflict},
      {"INSERT INTO things (id, owner) VALUES ('b', 'nobody')", ErrorCode::conflict},
      {"INSERT INTO owners (id) VALUES (NULL)", ErrorCode::internal},
      {"INSERT INTO things (id, number) VALUES ('b', 'many')", ErrorCode::internal},
      {"SELECT nonsense FROM things", ErrorCode::internal},
      {"SELEC", ErrorCode::internal},
  };
  for (const Case& one : cases) EXPECT_EQ(refusal(one.sql), one.code) << one.sql;
  EXPECT_EQ(refusal("INSERT INTO things (id) VALUES ($1)", {std::string("a\0b", 3)}),
            ErrorCode::invalid_input);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseContract, FindsOneRowOrNone) {
  insert("a");
  insert("b");
  database_->read_now([](Snapshot& at) {
    EXPECT_FALSE(at.find("SELECT id FROM things WHERE id = 'c'", {}));
    EXPECT_EQ(at.find("SELECT id FROM things WHERE id = $1", {"b"})->text("id"), "b");
    EXPECT_EQ(failure_of([&] { at.find("SELECT id FROM things", {}); }), ErrorCode::internal);
  });
}

TEST_P(DatabaseContract, RollsBackWhatThrows) {
  const auto closure = [](Transaction& tx) {
    tx.execute("INSERT INTO things (id) VALUES ('a')");
    throw Error(ErrorCode::precondition_failed, "an older version");
  };
  EXPECT_EQ(failure_of([&] { run_task(database_->write(closure)); }),
            ErrorCode::precondition_failed);
  EXPECT_THROW(database_->write_now([](Transaction&) { throw std::runtime_error("surprise"); }),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseContract, UndoesAndKeepsUnitsOfAnySize) {
  constexpr int kRows = 100;
  constexpr std::size_t kRowBytes = 16 * 1024;
  const auto bytes_of = [](char what) { return Blob{std::string(kRowBytes, what)}; };
  database_->write_now([&](Transaction& tx) {
    for (int i = 0; i < kRows; ++i) {
      tx.execute("INSERT INTO things (id, number, bytes) VALUES ($1, $2, $3)",
                 {std::to_string(i), 100 + i, bytes_of('a')});
    }
  });
  const auto rows_of = [&](char what) {
    std::int64_t rows = 0;
    database_->read_now([&](Snapshot& at) {
      rows = at.query("SELECT count(*) AS n FROM things WHERE bytes = $1", {bytes_of(what)})
                 .front()
                 .integer("n");
    });
    return rows;
  };
  for (const int size : {1, 3, 8, 20, 31, 33, 64, kRows}) {
    const auto change = [&](Transaction& tx, char what) {
      tx.execute("UPDATE things SET bytes = $1 WHERE number < $2", {bytes_of(what), 100 + size});
    };
    EXPECT_THROW(database_->write_now([&](Transaction& tx) {
      change(tx, 'b');
      throw std::runtime_error("undone");
    }),
                 std::runtime_error)
        << size;
    EXPECT_EQ(rows_of('a'), kRows) << size;
    database_->write_now([&](Transaction& tx) { change(tx, 'c'); });
    EXPECT_EQ(rows_of('c'), size);
    database_->write_now([&](Transaction& tx) { change(tx, 'a'); });
    EXPECT_EQ(rows_of('a'), kRows) << size;
  }
}

TEST_P(DatabaseContract, CommitsNothingAfterAFailedStatement) {
  insert("a");
  const auto code = failure_of([&] {
    database_->write_now([](Transaction& tx) {
      tx.execute("INSERT INTO things (id) VALUES ('b')");
      EXPECT_TRUE(failure_of([&] { tx.execute("INSERT INTO things (id) VALUES ('a')"); }));
      EXPECT_TRUE(failure_of([&] { tx.execute("INSERT INTO things (id) VALUES ('c')"); }));
    });
  });
  EXPECT_EQ(code, ErrorCode::conflict);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseContract, ReturnsWhatTheClosureReturns) {
  const auto write = [](Transaction& tx) {
    return tx.execute("INSERT INTO things (id) VALUES ('a')");
  };
  EXPECT_EQ(run_task(database_->write(write)), 1);
  const auto read = [](Snapshot& at) { return counted(at); };
  EXPECT_EQ(run_task(database_->read(read)), 1);
}

TEST_P(DatabaseContract, ResumesOnTheCallersThread) {
  const auto caller = std::this_thread::get_id();
  const auto task = [&]() -> Task<void> {
    std::thread::id inside;
    const auto write = [&](Transaction&) { inside = std::this_thread::get_id(); };
    co_await database_->write(write);
    EXPECT_NE(inside, caller);
    EXPECT_EQ(std::this_thread::get_id(), caller);
    const auto fail = [&](Snapshot&) { throw Error(ErrorCode::not_found, "no"); };
    bool failed = false;
    try {
      co_await database_->read(fail);
    } catch (const Error&) {
      failed = true;
    }
    EXPECT_TRUE(failed);
    EXPECT_EQ(std::this_thread::get_id(), caller);
  };
  run_task(task());
}

TEST_P(DatabaseContract, ReadsOneMoment) {
  insert("a");
  database_->read_now([&](Snapshot& at) {
    EXPECT_EQ(counted(at), 1);
    std::thread([&] { insert("b"); }).join();
    EXPECT_EQ(counted(at), 1);
  });
  EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseContract, DoesNotWriteWhileReading) {
  EXPECT_EQ(
      failure_of([&] {
        database_->read_now([](Snapshot& at) { at.query("INSERT INTO things (id) VALUES ('a')"); });
      }),
      ErrorCode::internal);
  EXPECT_EQ(count(), 0);
}

// A write that was answered is seen by whoever asks next; one bad unit does not hurt the others
// that share its commit.
TEST_P(DatabaseContract, KeepsEveryAnsweredWriteOfManyWriters) {
  constexpr int kWriters = 40;
  constexpr int kRounds = 5;
  std::atomic<int> refused = 0;
  const auto writer = [&](int number) -> Task<void> {
    for (int round = 0; round < kRounds; ++round) {
      const std::string id = std::to_string(number) + "." + std::to_string(round);
      const auto write = [&](Transaction& tx) {
        tx.execute("INSERT INTO things (id, number) VALUES ($1, $2)", {id, number % 14});
      };
      const auto seen = [&](Snapshot& at) {
        return at.find("SELECT id FROM things WHERE id = $1", {id}).has_value();
      };
      bool wrote = true;
      try {
        co_await database_->write(write);
      } catch (const Error&) {
        wrote = false;
        ++refused;
      }
      const bool visible = co_await database_->read(seen);
      EXPECT_EQ(visible, wrote) << id;
    }
  };
  std::vector<Task<void>> tasks;
  for (int i = 0; i < kWriters; ++i) tasks.push_back(writer(i));
  support::run_tasks(std::move(tasks));
  EXPECT_EQ(refused, 2 * kRounds);
  EXPECT_EQ(count(), (kWriters - 2) * kRounds);
}

// Keeps every thread that may write busy until it goes.
class Blockade {
 public:
  Blockade(Database& database, int threads) : entered_(threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([&] {
        database.write_now([&](Transaction&) {
          entered_.count_down();
          released_.wait();
        });
      });
    }
    entered_.wait();
  }
  ~Blockade() {
    release_.set_value();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::latch entered_;
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  std::vector<std::thread> threads_;
};

int writing_threads(Engine engine) {
  return engine == Engine::sqlite ? 1 : 4;
}

TEST_P(DatabaseContract, TakesAUnitOffUnstartedAtItsDeadline) {
  bool ran = false;
  {
    const Blockade blockade(*database_, writing_threads(GetParam()));
    const auto write = [&](Transaction&) { ran = true; };
    const Deadline deadline = std::chrono::steady_clock::now() + 30ms;
    EXPECT_EQ(failure_of([&] { run_task(database_->write(write, deadline)); }),
              ErrorCode::overloaded);
    EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  }
  insert("a");
  EXPECT_FALSE(ran);
}

TEST_P(DatabaseContract, RefusesMoreThanMayWait) {
  Settings settings = store_.settings();
  settings.waiting_max = 4;
  const auto small = open(settings);
  std::atomic<int> refused = 0;
  {
    std::vector<std::thread> waiting;
    {
      const Blockade blockade(*small, writing_threads(GetParam()));
      const Deadline deadline = std::chrono::steady_clock::now() + 200ms;
      std::vector<Task<void>> tasks;
      const auto nothing = [](Transaction&) {};
      const auto write = [&]() -> Task<void> {
        try {
          co_await small->write(nothing, deadline);
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::overloaded);
          if (std::chrono::steady_clock::now() < deadline) ++refused;
        }
      };
      for (int i = 0; i < 6; ++i) tasks.push_back(write());
      support::run_tasks(std::move(tasks));
    }
  }
  EXPECT_EQ(refused, 2);
}

TEST_P(DatabaseContract, SignalsWhatIsCommitted) {
  std::atomic<int> heard = 0;
  {
    const Subscription subscription = database_->on_signal("jobs", [&] { ++heard; });
    database_->write_now([](Transaction& tx) { tx.signal("jobs"); });
    EXPECT_EQ(heard, 1);
    database_->write_now([](Transaction& tx) { tx.signal("other"); });
    EXPECT_TRUE(failure_of([&] {
      database_->write_now([](Transaction& tx) {
        tx.signal("jobs");
        throw Error(ErrorCode::conflict, "no");
      });
    }));
    EXPECT_EQ(heard, 1);
  }
  database_->write_now([](Transaction& tx) { tx.signal("jobs"); });
  EXPECT_EQ(heard, 1);
}

TEST_P(DatabaseContract, LocksANameUntilTheUnitEnds) {
  std::atomic<int> inside = 0;
  std::atomic<bool> together = false;
  const auto hold = [&] {
    for (int i = 0; i < 20; ++i) {
      database_->write_now([&](Transaction& tx) {
        tx.lock("name");
        if (inside.exchange(1) == 1) together = true;
        counted(tx);
        inside = 0;
      });
    }
  };
  std::thread other(hold);
  hold();
  other.join();
  EXPECT_FALSE(together);
}

TEST_P(DatabaseContract, RunsWhatWaitsBeforeItGoes) {
  std::atomic<int> done = 0;
  const auto write = [&](Transaction& tx) { tx.execute("INSERT INTO owners (id) VALUES ('a')"); };
  const auto task = [&]() -> Task<void> {
    co_await database_->write(write);
    ++done;
  };
  boost::asio::io_context context;
  boost::asio::co_spawn(context, task(),
                        [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
  context.poll();
  database_.reset();
  context.run();
  EXPECT_EQ(done, 1);
}

TEST_P(DatabaseContract, KeepsWhatItStored) {
  insert("a");
  database_.reset();
  database_ = store_.open();
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace lendport::db

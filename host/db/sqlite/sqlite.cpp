#include "db/sqlite/sqlite.hpp"

#include "core/crash_point.hpp"
#include "core/error.hpp"
#include "db/sqlite/transaction.hpp"
#include "telemetry/log.hpp"

#include <algorithm>

namespace lendport::db::sqlite {
namespace {

using Failures = std::vector<std::exception_ptr>;
using Channels = std::set<std::string, std::less<>>;

void roll_back_to_savepoint(Connection& connection) {
  // SQLite itself rolls everything back when the disk fails; then there is no savepoint left.
  if (!connection.in_transaction()) {
    throw Error(ErrorCode::database_unavailable, "SQLite rolled the whole group back");
  }
  connection.execute("ROLLBACK TO unit", {});
  connection.execute("RELEASE unit", {});
}

// Runs one unit in a savepoint of the open transaction; says what it failed with.
std::exception_ptr run_in_savepoint(Connection& connection, const Unit& unit, Channels& signals) {
  connection.execute("SAVEPOINT unit", {});
  SqliteTransaction transaction(connection);
  std::exception_ptr failure;
  // A boundary: what a unit throws belongs to its caller, the lane goes on with the next.
  try {
    unit(transaction);
    transaction.require_whole();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    roll_back_to_savepoint(connection);
  } else {
    connection.execute("RELEASE unit", {});
    signals.insert(transaction.signals().begin(), transaction.signals().end());
  }
  return failure;
}

// Runs the group in the open transaction and commits it. Throws when nothing of it was committed.
Failures run_group(Connection& connection, const std::vector<Work>& group, Channels& signals) {
  Failures failures;
  for (const Work& work : group) {
    failures.push_back(run_in_savepoint(connection, *work.unit, signals));
  }
  crash_point("before_commit");
  connection.execute("COMMIT", {});
  crash_point("after_commit");
  return failures;
}

std::exception_ptr run_look(Connection& connection, const Look& look) {
  // A boundary: what a look throws belongs to its caller, the reader goes on with the next.
  try {
    connection.execute("BEGIN", {});
    SqliteSnapshot snapshot(connection);
    look(snapshot);
    connection.execute("COMMIT", {});
    return nullptr;
  } catch (...) {
    connection.rollback();
    return std::current_exception();
  }
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::string& path, std::size_t readers,
                               std::size_t waiting_max, bool alone)
    : writer_(path, Access::write), doubtful_(alone), writes_(waiting_max), reads_(waiting_max) {
  readers_.reserve(readers);
  for (std::size_t i = 0; i < readers; ++i) readers_.emplace_back(path, Access::read);
  threads_.emplace_back([this] { write_groups(); });
  for (Connection& reader : readers_) {
    threads_.emplace_back([this, &reader] { read_one_by_one(reader); });
  }
}

SqliteDatabase::~SqliteDatabase() {
  writes_.close();
  reads_.close();
  for (std::thread& thread : threads_) thread.join();
}

void SqliteDatabase::write_groups() {
  for (auto group = writes_.take(kGroupMax); !group.empty(); group = writes_.take(kGroupMax)) {
    commit(group);
  }
}

void SqliteDatabase::commit(std::vector<Work>& group) {
  Channels signals;
  Failures failures;
  // A boundary: the lane outlives what its group fails with.
  try {
    if (doubtful_) writer_.renew_log();
    doubtful_ = false;
    // Where another program keeps the lock nothing was written: no doubt comes from that.
    writer_.execute("BEGIN IMMEDIATE", {});
    doubtful_ = true;
    failures = run_group(writer_, group, signals);
    doubtful_ = false;
  } catch (const Error& failure) {
    writer_.rollback();
    telemetry::log(telemetry::Level::error, "commit_failed",
                   {{"units", group.size()}, {"error", failure.detail()}});
    const Error lost(ErrorCode::database_unavailable, "the store could not commit");
    failures.assign(group.size(), std::make_exception_ptr(lost));
    signals.clear();
  }
  signals_.raise(signals);
  for (std::size_t i = 0; i < group.size(); ++i) group[i].end(failures[i]);
}

void SqliteDatabase::read_one_by_one(Connection& connection) {
  for (auto taken = reads_.take(1); !taken.empty(); taken = reads_.take(1)) {
    taken.front().end(run_look(connection, *taken.front().look));
  }
}

Task<void> SqliteDatabase::run(const Unit& unit, Deadline deadline) {
  Work work;
  work.unit = &unit;
  work.deadline = deadline;
  co_await writes_.run(std::move(work));
}

Task<void> SqliteDatabase::run(const Look& look, Deadline deadline) {
  Work work;
  work.look = &look;
  work.deadline = deadline;
  co_await reads_.run(std::move(work));
}

void SqliteDatabase::write_now(const Unit& unit) {
  Work work;
  work.unit = &unit;
  writes_.run_now(std::move(work));
}

void SqliteDatabase::read_now(const Look& look) {
  Work work;
  work.look = &look;
  reads_.run_now(std::move(work));
}

}  // namespace lendport::db::sqlite

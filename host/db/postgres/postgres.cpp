#include "db/postgres/postgres.hpp"

#include "core/crash_point.hpp"
#include "core/error.hpp"
#include "db/postgres/transaction.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace lendport::db::postgres {
namespace {

using Channels = std::set<std::string, std::less<>>;

// Why the connection cannot be made anew, for the log; nothing when it was.
std::optional<std::string> reconnection_failure(Connection& connection) {
  // What libpq says names hosts and users: callers are told less.
  try {
    connection.connect();
    return std::nullopt;
  } catch (const Error& failure) {
    return failure.detail();
  }
}

// A connection that died while it was idle is found out here, before anything was done.
void begin(Connection& connection, const char* sql) {
  // Not a failure of the unit: it has not begun.
  try {
    connection.run(sql);
  } catch (const Error&) {
    if (connection.is_alive()) throw;
    if (reconnection_failure(connection)) {
      throw Error(ErrorCode::database_unavailable, "the database cannot be reached");
    }
    connection.run(sql);
  }
}

void run_once(Connection& connection, const Unit& unit, Channels& signals) {
  begin(connection, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  PostgresTransaction transaction(connection);
  unit(transaction);
  transaction.require_whole();
  crash_point("before_commit");
  connection.run("COMMIT");
  crash_point("after_commit");
  signals = transaction.signals();
}

std::exception_ptr run_look(Connection& connection, const Look& look) {
  // A boundary: what a look throws belongs to its caller, the thread goes on with the next.
  try {
    begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    PostgresSnapshot snapshot(connection);
    look(snapshot);
    connection.run("COMMIT");
    return nullptr;
  } catch (...) {
    connection.rollback();
    return std::current_exception();
  }
}

std::exception_ptr out_of_runs() {
  return std::make_exception_ptr(
      Error(ErrorCode::overloaded, "others changed the same rows all the time; try again"));
}

}  // namespace

PostgresDatabase::PostgresDatabase(const std::string& url, std::size_t connections,
                                   std::size_t waiting_max)
    : queue_(waiting_max) {
  for (std::size_t i = 0; i < connections; ++i) connections_.emplace_back(url);
  for (Connection& connection : connections_) connection.connect();
  up_ = static_cast<int>(connections);
  notices_.emplace(url, signals_);
  for (Connection& connection : connections_) {
    threads_.emplace_back([this, &connection] { serve(connection); });
  }
}

PostgresDatabase::~PostgresDatabase() {
  queue_.close();
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    closing_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  // Fails what no connection was left for.
  queue_.set_reachable(false);
}

void PostgresDatabase::serve(Connection& connection) {
  while (bring_up(connection)) {
    std::vector<Work> taken = queue_.take(1);
    if (taken.empty()) return;
    taken.front().end(run_on(connection, taken.front()));
  }
}

std::exception_ptr PostgresDatabase::run_on(Connection& connection, const Work& work) {
  return work.unit != nullptr ? run_unit(connection, *work.unit) : run_look(connection, *work.look);
}

std::exception_ptr PostgresDatabase::run_unit(Connection& connection, const Unit& unit) {
  for (int run = 0; run < kRunsMax; ++run) {
    Channels signals;
    // A boundary: what a unit throws belongs to its caller, the thread goes on with the next.
    try {
      run_once(connection, unit, signals);
      signals_.raise(signals);
      notices_->tell(signals);
      return nullptr;
    } catch (...) {
      connection.rollback();
      if (!connection.failed_by_chance()) return std::current_exception();
    }
  }
  return out_of_runs();
}

bool PostgresDatabase::bring_up(Connection& connection) {
  if (connection.is_alive()) return true;
  count_up(-1, "the connection broke");
  auto pause = kReconnectFirst;
  while (const auto failure = reconnection_failure(connection)) {
    std::unique_lock lock(mutex_);
    if (closing_.wait_for(lock, pause, [this] { return closed_; })) return false;
    pause = std::min(2 * pause, kReconnectMax);
    if (pause == kReconnectMax && !std::exchange(said_why_, true)) {
      telemetry::log(telemetry::Level::error, "database_unreachable", {{"error", *failure}});
    }
  }
  count_up(1, "connected again");
  return true;
}

void PostgresDatabase::count_up(int change, const char* why) {
  const std::lock_guard lock(mutex_);
  up_ += change;
  if (change > 0) said_why_ = false;
  queue_.set_reachable(up_ > 0);
  telemetry::log(telemetry::Level::warn, "database_connection",
                 {{"change", why}, {"connections", up_}});
}

Task<void> PostgresDatabase::run(const Unit& unit, Deadline deadline) {
  Work work;
  work.unit = &unit;
  work.deadline = deadline;
  co_await queue_.run(std::move(work));
}

Task<void> PostgresDatabase::run(const Look& look, Deadline deadline) {
  Work work;
  work.look = &look;
  work.deadline = deadline;
  co_await queue_.run(std::move(work));
}

void PostgresDatabase::write_now(const Unit& unit) {
  Work work;
  work.unit = &unit;
  queue_.run_now(std::move(work));
}

void PostgresDatabase::read_now(const Look& look) {
  Work work;
  work.look = &look;
  queue_.run_now(std::move(work));
}

}  // namespace lendport::db::postgres

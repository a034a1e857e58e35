// The store in PostgreSQL: a pool of connections, each with its thread, one transaction each; one
// more connection for notices.
#pragma once

#include "db/database.hpp"
#include "db/postgres/connection.hpp"
#include "db/postgres/notices.hpp"
#include "db/queue.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace lendport::db::postgres {

// How often a unit that met a deadlock or the like is run in all.
inline constexpr int kRunsMax = 6;
inline constexpr std::chrono::milliseconds kReconnectFirst{50};
inline constexpr std::chrono::milliseconds kReconnectMax{1000};

// See db/database.hpp. Units run READ COMMITTED, looks in a REPEATABLE READ snapshot. A connection
// that breaks fails what it ran with Error{database_unavailable} and is made anew, with back-off;
// while none is left, what waits and what comes fails at once. When a connection breaks during
// COMMIT nobody knows whether it happened: whoever repeats must be idempotent.
class PostgresDatabase final : public Database {
 public:
  // Throws Error{database_unavailable} when the server cannot be reached.
  PostgresDatabase(const std::string& url, std::size_t connections, std::size_t waiting_max);
  ~PostgresDatabase() override;

  void write_now(const Unit& unit) override;
  void read_now(const Look& look) override;

 protected:
  Task<void> run(const Unit& unit, Deadline deadline) override;
  Task<void> run(const Look& look, Deadline deadline) override;

 private:
  void serve(Connection& connection);
  std::exception_ptr run_on(Connection& connection, const Work& work);
  std::exception_ptr run_unit(Connection& connection, const Unit& unit);
  // Makes the connection anew until it is there; false when the pool closes.
  bool bring_up(Connection& connection);
  void count_up(int change, const char* why);

  std::vector<Connection> connections_;
  Queue queue_;
  std::mutex mutex_;  // protects what follows
  std::condition_variable closing_;
  bool closed_ = false;
  int up_ = 0;
  bool said_why_ = false;  // since a connection came up last
  std::optional<Notices> notices_;
  std::vector<std::thread> threads_;
};

}  // namespace lendport::db::postgres

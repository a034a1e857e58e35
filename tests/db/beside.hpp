// Two units side by side on PostgreSQL, the second of which has to wait for the first.
#pragma once

#include "db/stores.hpp"

#include <chrono>
#include <thread>

namespace lendport::db {

// Returns once somebody waits for a lock of this database, or after ten seconds with a failure.
inline void wait_for_a_lock(Database& database) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool waits = false;
  const Look look = [&](Snapshot& at) {
    waits = at.find("SELECT COUNT(*) AS n FROM pg_locks WHERE NOT granted", {})->integer("n") > 0;
  };
  while (!waits && std::chrono::steady_clock::now() < end) database.read_now(look);
  EXPECT_TRUE(waits) << "nobody waited";
}

// Runs `first` and, while it is not yet committed, `second`, which waits; says how `second` ended.
template <class First, class Second>
std::optional<ErrorCode> beside(Database& database, const First& first, const Second& second) {
  std::optional<ErrorCode> ended;
  std::thread other;
  const Unit unit = [&](Transaction& tx) {
    first(tx);
    other = std::thread([&] { ended = failure_of(second); });
    wait_for_a_lock(database);
  };
  database.write_now(unit);
  other.join();
  return ended;
}

}  // namespace lendport::db

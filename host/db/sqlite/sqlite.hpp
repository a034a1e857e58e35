// The store in one SQLite file: one lane that writes, a few threads that read.
#pragma once

#include "db/database.hpp"
#include "db/queue.hpp"
#include "db/sqlite/connection.hpp"

#include <thread>
#include <vector>

namespace lendport::db::sqlite {

// The units one commit may carry: enough for one fsync to serve every writer there is, few enough
// that the first does not wait long for the last.
inline constexpr std::size_t kGroupMax = 128;

// See db/database.hpp. The lane takes the units that wait, runs each in a savepoint, commits once
// and then answers all of them, so many acknowledged writes share one fsync.
//
// A kernel that failed to write a page may call it clean, and the next fsync succeeds without it.
// So after a commit that failed, and in a program that is `alone` (it takes over from one that may
// have died so), the lane commits nothing before the log was begun anew, or, where others keep
// reading from it, was written once more as it is.
class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path, std::size_t readers, std::size_t waiting_max, bool alone);
  ~SqliteDatabase() override;

  void write_now(const Unit& unit) override;
  void read_now(const Look& look) override;

 protected:
  Task<void> run(const Unit& unit, Deadline deadline) override;
  Task<void> run(const Look& look, Deadline deadline) override;

 private:
  void write_groups();
  void commit(std::vector<Work>& group);
  void read_one_by_one(Connection& connection);

  Connection writer_;
  bool doubtful_;  // the lane's: what the log holds may be on the disk or not
  std::vector<Connection> readers_;
  Queue writes_;
  Queue reads_;
  std::vector<std::thread> threads_;
};

}  // namespace lendport::db::sqlite

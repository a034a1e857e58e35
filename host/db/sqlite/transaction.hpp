// A unit of work on SQLite.
#pragma once

#include "db/database.hpp"
#include "db/first_failure.hpp"
#include "db/sqlite/connection.hpp"

#include <set>

namespace lendport::db::sqlite {

class SqliteSnapshot final : public Snapshot {
 public:
  explicit SqliteSnapshot(Connection& connection) : connection_(connection) {}
  Rows query(std::string_view sql, const Values& parameters) override {
    return connection_.query(sql, parameters);
  }

 private:
  Connection& connection_;
};

// Lives for one run of one closure.
class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(Connection& connection) : connection_(connection) {}

  Rows query(std::string_view sql, const Values& parameters) override;
  std::int64_t execute(std::string_view sql, const Values& parameters) override;
  std::string_view skip_locked() const override { return ""; }
  std::string_view for_update() const override { return ""; }
  void define(std::string_view statement) override;
  // The lane holds the only write lock there is.
  void lock(std::string_view) override {}
  void signal(std::string_view channel) override { signals_.emplace(channel); }

  // Rethrows a statement's failure that the closure swallowed.
  void require_whole() const { failure_.rethrow(); }
  const std::set<std::string, std::less<>>& signals() const { return signals_; }

 private:
  Connection& connection_;
  FirstFailure failure_;
  std::set<std::string, std::less<>> signals_;
};

}  // namespace lendport::db::sqlite

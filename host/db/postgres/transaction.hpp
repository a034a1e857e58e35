// A unit of work on PostgreSQL.
#pragma once

#include "db/database.hpp"
#include "db/first_failure.hpp"
#include "db/postgres/connection.hpp"

#include <set>

namespace lendport::db::postgres {

class PostgresSnapshot final : public Snapshot {
 public:
  explicit PostgresSnapshot(Connection& connection) : connection_(connection) {}
  Rows query(std::string_view sql, const Values& parameters) override {
    return connection_.query(sql, parameters);
  }

 private:
  Connection& connection_;
};

// Lives for one run of one closure.
class PostgresTransaction final : public Transaction {
 public:
  explicit PostgresTransaction(Connection& connection) : connection_(connection) {}

  Rows query(std::string_view sql, const Values& parameters) override;
  std::int64_t execute(std::string_view sql, const Values& parameters) override;
  std::string_view skip_locked() const override { return "FOR UPDATE SKIP LOCKED"; }
  std::string_view for_update() const override { return "FOR UPDATE"; }
  void define(std::string_view statement) override;
  void lock(std::string_view name) override;
  void signal(std::string_view channel) override { signals_.emplace(channel); }

  // Rethrows a statement's failure that the closure swallowed.
  void require_whole() const { failure_.rethrow(); }
  const std::set<std::string, std::less<>>& signals() const { return signals_; }

 private:
  Connection& connection_;
  FirstFailure failure_;
  std::set<std::string, std::less<>> signals_;
};

}  // namespace lendport::db::postgres

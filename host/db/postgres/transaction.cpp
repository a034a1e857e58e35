#include "db/postgres/transaction.hpp"

#include "db/append_only.hpp"
#include "db/migrations.hpp"
#include "db/postgres/dialect.hpp"

namespace lendport::db::postgres {
namespace {

// Whoever starts second waits for the first one's migrations. Others keep the session's limits.
constexpr const char* kPatient = "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0";

}  // namespace

Rows PostgresTransaction::query(std::string_view sql, const Values& parameters) {
  return failure_.remember([&] { return connection_.query(sql, parameters); });
}

std::int64_t PostgresTransaction::execute(std::string_view sql, const Values& parameters) {
  return failure_.remember([&] { return connection_.execute(sql, parameters); });
}

void PostgresTransaction::define(std::string_view statement) {
  const auto kept = append_only_table(statement);
  const std::string text = kept ? keepers_of(*kept) : std::string(statement);
  failure_.remember([&] {
    // A migration of large tables takes its time.
    connection_.run("SET LOCAL statement_timeout = 0");
    connection_.run(text.c_str());
  });
}

void PostgresTransaction::lock(std::string_view name) {
  failure_.remember([&] {
    if (name == kMigrationsLock) connection_.run(kPatient);
    connection_.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", {name});
  });
}

}  // namespace lendport::db::postgres

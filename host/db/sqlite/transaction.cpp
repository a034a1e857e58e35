#include "db/sqlite/transaction.hpp"

#include "db/append_only.hpp"
#include "db/sqlite/dialect.hpp"

namespace lendport::db::sqlite {

Rows SqliteTransaction::query(std::string_view sql, const Values& parameters) {
  return failure_.remember([&] { return connection_.query(sql, parameters); });
}

std::int64_t SqliteTransaction::execute(std::string_view sql, const Values& parameters) {
  return failure_.remember([&] { return connection_.execute(sql, parameters); });
}

void SqliteTransaction::define(std::string_view statement) {
  if (const auto table = append_only_table(statement)) {
    for (const std::string& keeper : keepers_of(*table)) execute(keeper, {});
  } else {
    execute(to_sqlite(statement), {});
  }
  connection_.forget_statements();
}

}  // namespace lendport::db::sqlite

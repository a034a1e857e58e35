#include "db/sqlite/transaction.hpp"

#include "db/sqlite/dialect.hpp"

namespace lendport::db::sqlite {

template <class Statement>
auto SqliteTransaction::remembering_failure(const Statement& statement) {
  require_whole();
  // Not handled here: only remembered, so that the unit cannot be committed in part.
  try {
    return statement();
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

Rows SqliteTransaction::query(std::string_view sql, const Values& parameters) {
  return remembering_failure([&] { return connection_.query(sql, parameters); });
}

std::int64_t SqliteTransaction::execute(std::string_view sql, const Values& parameters) {
  return remembering_failure([&] { return connection_.execute(sql, parameters); });
}

void SqliteTransaction::define(std::string_view statement) {
  execute(to_sqlite(statement), {});
  connection_.forget_statements();
}

void SqliteTransaction::require_whole() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace lendport::db::sqlite

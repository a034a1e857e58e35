#include "db/sqlite/errors.hpp"

#include <sqlite3.h>

namespace lendport::db::sqlite {
namespace {

constexpr int kPrimaryCode = 0xff;

bool is_broken_promise(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_FOREIGNKEY: return true;
    default: return false;
  }
}

// A statement we should not have written, rather than a store that does not work.
bool is_ours(int primary_code) {
  switch (primary_code) {
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
    case SQLITE_READONLY: return true;
    default: return false;
  }
}

}  // namespace

Error error_of(int extended_code, const char* message) {
  if (is_broken_promise(extended_code)) {
    return Error(ErrorCode::conflict, "it exists already, is still referred to, or is not allowed");
  }
  const std::string detail =
      "SQLite: " + std::string(message) + " (" + std::to_string(extended_code) + ")";
  if (is_ours(extended_code & kPrimaryCode)) return Error(ErrorCode::internal, detail);
  return Error(ErrorCode::database_unavailable, detail);
}

}  // namespace lendport::db::sqlite

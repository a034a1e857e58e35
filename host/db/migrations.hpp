// Brings the tables of a store to what this program expects.
//
// A migration is one file host/db/migrations/NNNN_name.sql, listed in host/CMakeLists.txt and built
// in. Its author writes the SQL of db/database.hpp and thinks of no engine: statements end with a
// semicolon, types are TEXT, BIGINT, BYTEA. A file that was released is never changed again.
#pragma once

#include "core/time.hpp"
#include "db/database.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::db {

struct Migration {
  int number = 0;         // unique; applied in this order
  std::string_view name;  // "0001_jobs"
  std::string_view sql;
};

// Held while migrations are looked at or applied. On it alone a unit waits longer than for other
// names and rows, and works without a limit of time: large tables take theirs.
inline constexpr std::string_view kMigrationsLock = "migrations";

// The ones of this program, by number.
std::span<const Migration> built_in_migrations();

// Applies what is missing, all or nothing, while other processes that try wait; returns the names.
// Throws Error{conflict}, having changed nothing, when the store was written by a newer program or
// when a migration that it holds reads differently here. Blocks.
std::vector<std::string> migrate(Database& database, std::span<const Migration> migrations,
                                 Time now);

// The names `migrate` would apply; throws as it does.
std::vector<std::string> missing_migrations(Database& database,
                                            std::span<const Migration> migrations);

// The statements of a file, without comments: split at semicolons outside of quotes.
std::vector<std::string> statements_of(std::string_view sql);

}  // namespace lendport::db

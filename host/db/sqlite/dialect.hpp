// Turns a migration's statement into SQLite's words.
#pragma once

#include <string>
#include <string_view>

namespace lendport::db::sqlite {

// BIGINT becomes INTEGER, BYTEA becomes BLOB, outside of quotes; a CREATE TABLE becomes STRICT.
std::string to_sqlite(std::string_view statement);

}  // namespace lendport::db::sqlite

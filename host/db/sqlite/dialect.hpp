// Turns a migration's statement into SQLite's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lendport::db::sqlite {

// BIGINT becomes INTEGER, BYTEA becomes BLOB, outside of quotes; a CREATE TABLE becomes STRICT.
std::string to_sqlite(std::string_view statement);

// What keeps the rows of that table as they are: triggers `<table>_no_update` and
// `<table>_no_delete`.
std::vector<std::string> keepers_of(const std::string& table);

}  // namespace lendport::db::sqlite

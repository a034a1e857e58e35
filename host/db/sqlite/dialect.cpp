#include "db/sqlite/dialect.hpp"

#include <cctype>

namespace lendport::db::sqlite {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string_view in_sqlite(std::string_view word) {
  if (word == "BIGINT") return "INTEGER";
  if (word == "BYTEA") return "BLOB";
  return word;
}

// How far what begins at `from` reaches: a word, a quoted text, or one other character.
std::size_t token_end(std::string_view text, std::size_t from) {
  std::size_t end = from + 1;
  if (text[from] == '\'' || text[from] == '"') {
    const std::size_t closing = text.find(text[from], end);
    return closing == std::string_view::npos ? text.size() : closing + 1;
  }
  while (is_word(text[from]) && end < text.size() && is_word(text[end])) ++end;
  return end;
}

}  // namespace

std::string to_sqlite(std::string_view statement) {
  std::string result;
  for (std::size_t at = 0; at < statement.size();) {
    const std::size_t end = token_end(statement, at);
    result += in_sqlite(statement.substr(at, end - at));
    at = end;
  }
  const std::size_t first = result.find_first_not_of(" \n\t");
  if (first != std::string::npos && result.compare(first, 12, "CREATE TABLE") == 0) {
    result += " STRICT";
  }
  return result;
}

std::vector<std::string> keepers_of(const std::string& table) {
  const auto keeper = [&table](const std::string& name, const std::string& event) {
    return "CREATE TRIGGER " + table + "_no_" + name + " BEFORE " + event + " ON " + table +
           " BEGIN SELECT RAISE(ABORT, '" + table + " is append-only'); END";
  };
  return {keeper("update", "UPDATE"), keeper("delete", "DELETE")};
}

}  // namespace lendport::db::sqlite

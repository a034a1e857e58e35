#include "db/append_only.hpp"

#include <algorithm>

namespace lendport::db {

std::optional<std::string> append_only_table(std::string_view statement) {
  constexpr std::string_view kWords = "APPEND ONLY ";
  constexpr std::string_view kSpaces = " \n\t";
  const std::size_t first = statement.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return std::nullopt;
  statement.remove_prefix(first);
  if (!statement.starts_with(kWords)) return std::nullopt;
  statement.remove_prefix(kWords.size());
  return std::string(statement.substr(0, statement.find_last_not_of(kSpaces) + 1));
}

}  // namespace lendport::db

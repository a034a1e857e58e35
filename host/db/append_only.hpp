// The statement of a migration that no engine has: what is in a table stays in it as it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lendport::db {

// The table in "APPEND ONLY table"; nothing for any other statement.
std::optional<std::string> append_only_table(std::string_view statement);

}  // namespace lendport::db

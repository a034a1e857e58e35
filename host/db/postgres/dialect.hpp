// Says in PostgreSQL's words what a migration says in words of its own.
#pragma once

#include <string>

namespace lendport::db::postgres {

// What keeps the rows of that table as they are: a function `<table>_is_kept` and triggers
// `<table>_no_change` and `<table>_no_truncate`, as one text of several statements.
std::string keepers_of(const std::string& table);

}  // namespace lendport::db::postgres

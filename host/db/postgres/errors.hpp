// What PostgreSQL's SQLSTATE codes mean to the host.
#pragma once

#include "core/error.hpp"

#include <string_view>

namespace lendport::db::postgres {

// `state` is five characters, or empty when the server said nothing; `message` is for the log.
Error error_of(std::string_view state, std::string_view message);

// Whether the same unit, run again, may well succeed: a deadlock, a serialization failure, a plan
// that a migration made stale.
bool is_worth_a_retry(std::string_view state);

// Whether it says that a prepared statement no longer fits its tables.
bool is_stale_plan(std::string_view state);

}  // namespace lendport::db::postgres

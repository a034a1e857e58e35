// What SQLite's result codes mean to the host.
#pragma once

#include "core/error.hpp"

namespace lendport::db::sqlite {

// `extended_code` as of sqlite3_extended_errcode, `message` for the log.
Error error_of(int extended_code, const char* message);

}  // namespace lendport::db::sqlite

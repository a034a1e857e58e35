// Reads what PostgreSQL answers into rows.
#pragma once

#include "db/value.hpp"

#include <libpq-fe.h>

namespace lendport::db::postgres {

Columns columns_of(const PGresult* result);

// Whole numbers of any width, truth and whole numerics become integers; text, text; bytea, bytes.
// Error{internal} for any other type: the statement should cast.
Rows rows_of(const PGresult* result, const Columns& columns);

}  // namespace lendport::db::postgres

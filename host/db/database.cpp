#include "db/database.hpp"

#include "core/error.hpp"

namespace lendport::db {

std::optional<Row> Snapshot::find(std::string_view sql, const Values& parameters) {
  Rows rows = query(sql, parameters);
  if (rows.empty()) return std::nullopt;
  if (rows.size() > 1) {
    throw Error(ErrorCode::internal, "more than one row where one was asked for");
  }
  return std::move(rows.front());
}

}  // namespace lendport::db

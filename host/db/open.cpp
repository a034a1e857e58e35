#include "db/open.hpp"

#include "core/error.hpp"
#include "db/postgres/postgres.hpp"
#include "db/sqlite/sqlite.hpp"

namespace lendport::db {
namespace {

constexpr std::string_view kSqlite = "sqlite://";
constexpr std::string_view kPostgres = "postgresql://";

}  // namespace

std::optional<std::string> sqlite_file(const Settings& settings) {
  const std::string_view url = settings.url;
  if (!url.starts_with(kSqlite) || !url.substr(kSqlite.size()).starts_with('/')) {
    return std::nullopt;
  }
  return std::string(url.substr(kSqlite.size()));
}

std::unique_ptr<Database> open(const Settings& settings) {
  const std::string_view url = settings.url;
  if (const auto path = sqlite_file(settings)) {
    return std::make_unique<sqlite::SqliteDatabase>(*path, settings.readers, settings.waiting_max,
                                                    settings.alone);
  }
  if (url.starts_with(kPostgres)) {
    return std::make_unique<postgres::PostgresDatabase>(settings.url, settings.connections,
                                                        settings.waiting_max);
  }
  throw Error(ErrorCode::invalid_input,
              "the database's URL must begin with sqlite:/// and a path, or with postgresql://");
}

}  // namespace lendport::db

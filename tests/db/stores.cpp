#include "db/stores.hpp"

namespace lendport::db {

FreshStore::FreshStore(Engine engine, Tables tables) {
  if (engine == Engine::sqlite) {
    url_ = "sqlite://" + (folder_ / "test.db");
  } else if (tables == Tables::built_in) {
    url_ = postgres_.emplace(MigratedPostgres::of_this_program()).url();
  } else {
    url_ = postgres_.emplace().url();
  }
}

const support::PostgresDatabase& MigratedPostgres::of_this_program() {
  static const MigratedPostgres only;
  return only.database_;
}

MigratedPostgres::MigratedPostgres() {
  Settings settings;
  settings.url = database_.url();
  migrate(*db::open(settings), built_in_migrations(), kTestNow);
}

FreshStore::~FreshStore() = default;

}  // namespace lendport::db

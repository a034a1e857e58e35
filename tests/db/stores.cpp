#include "db/stores.hpp"

namespace lendport::db {
namespace {

// Migrated once in a program: a copy of it is ready in a fifth of the time.
class MigratedPostgres {
 public:
  static const support::PostgresDatabase& of_this_program() {
    static const MigratedPostgres only;
    return only.database_;
  }

 private:
  MigratedPostgres() {
    Settings settings;
    settings.url = database_.url();
    migrate(*db::open(settings), built_in_migrations(), kTestNow);
  }
  support::PostgresDatabase database_;
};

}  // namespace

FreshStore::FreshStore(Engine engine, Tables tables) {
  if (engine == Engine::sqlite) {
    url_ = "sqlite://" + (folder_ / "test.db");
  } else if (tables == Tables::built_in) {
    url_ = postgres_.emplace(MigratedPostgres::of_this_program()).url();
  } else {
    url_ = postgres_.emplace().url();
  }
}

FreshStore::~FreshStore() = default;

}  // namespace lendport::db

#include "db/migrated.hpp"

namespace lendport::db {

MigratedStore::MigratedStore(Engine engine)
    : fresh_(engine, Tables::built_in), database_(fresh_.open()) {
  migrate(*database_, built_in_migrations(), kTestNow);
}

MigratedStore::~MigratedStore() = default;

}  // namespace lendport::db

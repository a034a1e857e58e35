#include "catalog/counting_database.hpp"

namespace lendport::test {

void CountingDatabase::write_now(const db::Unit& unit) {
  ++asked_;
  inner_.write_now(unit);
}

void CountingDatabase::read_now(const db::Look& look) {
  ++asked_;
  inner_.read_now(look);
}

Task<void> CountingDatabase::run(const db::Unit& unit, Deadline deadline) {
  ++asked_;
  const auto closure = [&unit](db::Transaction& tx) { unit(tx); };
  co_await inner_.write(closure, deadline);
}

Task<void> CountingDatabase::run(const db::Look& look, Deadline deadline) {
  ++asked_;
  const auto closure = [&look](db::Snapshot& at) { look(at); };
  co_await inner_.read(closure, deadline);
}

}  // namespace lendport::test

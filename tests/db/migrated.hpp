// A store with this program's tables.
#pragma once

#include "db/migrations.hpp"
#include "db/stores.hpp"

namespace lendport::db {

// A fresh store, migrated and open. `again()` opens it as another process would.
class MigratedStore {
 public:
  explicit MigratedStore(Engine engine);
  ~MigratedStore();

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  std::unique_ptr<Database> again() const { return fresh_.open(); }

  // The result of one closure on a transaction of its own, blocking.
  template <class Closure>
  auto write(const Closure& closure) {
    return result_of<Transaction>(closure, [&](const Unit& unit) { database_->write_now(unit); });
  }
  template <class Closure>
  auto read(const Closure& closure) {
    return result_of<Snapshot>(closure, [&](const Look& look) { database_->read_now(look); });
  }

 private:
  template <class Argument, class Closure, class Run>
  static auto result_of(const Closure& closure, const Run& run) {
    using T = std::invoke_result_t<const Closure&, Argument&>;
    if constexpr (std::is_void_v<T>) {
      run(closure);
    } else {
      std::optional<T> result;
      run([&](Argument& argument) { result = closure(argument); });
      return std::move(*result);
    }
  }

  FreshStore fresh_;
  std::unique_ptr<Database> database_;
};

}  // namespace lendport::db

// A database that counts how often it is asked.
#pragma once

#include "db/database.hpp"

#include <atomic>

namespace lendport::test {

// Passes everything on to `inner`, which outlives it. Thread-safe.
class CountingDatabase final : public db::Database {
 public:
  explicit CountingDatabase(db::Database& inner) : inner_(inner) {}

  int asked() const { return asked_; }

  void write_now(const db::Unit& unit) override;
  void read_now(const db::Look& look) override;

 protected:
  Task<void> run(const db::Unit& unit, Deadline deadline) override;
  Task<void> run(const db::Look& look, Deadline deadline) override;

 private:
  db::Database& inner_;
  std::atomic<int> asked_ = 0;
};

}  // namespace lendport::test

// A store in which somebody else is always faster: what he does comes before the next write.
#pragma once

#include "db/database.hpp"

#include <functional>
#include <utility>

namespace lendport::db {

class OvertakenDatabase final : public Database {
 public:
  // Called before each write, with its number from 1.
  using Faster = std::function<Task<void>(int write)>;
  // `inner` outlives this.
  OvertakenDatabase(Database& inner, Faster faster) : inner_(inner), faster_(std::move(faster)) {}

  void write_now(const Unit& unit) override { inner_.write_now(unit); }
  void read_now(const Look& look) override { inner_.read_now(look); }

 protected:
  Task<void> run(const Unit& unit, Deadline deadline) override {
    co_await faster_(++writes_);
    const auto closure = [&unit](Transaction& tx) { unit(tx); };
    co_await inner_.write(closure, deadline);
  }
  Task<void> run(const Look& look, Deadline deadline) override {
    const auto closure = [&look](Snapshot& at) { look(at); };
    co_await inner_.read(closure, deadline);
  }

 private:
  Database& inner_;
  Faster faster_;
  int writes_ = 0;
};

}  // namespace lendport::db

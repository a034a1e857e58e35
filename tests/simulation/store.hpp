// The store of simulated processes: the hub's own SQLite driver on one file, without its threads,
// and with faults.
#pragma once

#include "db/database.hpp"
#include "db/sqlite/connection.hpp"

#include <string>

namespace lendport::simulation {

class Process;
class World;

// What is on disk, shared by all processes. Everything of one seed stands in one transaction, a
// unit is a savepoint in it: forgetting a seed costs nothing, and each finds the same ground.
class Disk {
 public:
  explicit Disk(const std::string& file);

  void begin();   // a seed
  void forget();  // all of it
  void commit(const db::Unit& unit);
  // What a unit that fails has done before: nothing.
  void run_in_vain(const db::Unit& unit);
  void look(const db::Look& look);
  db::Rows query(std::string_view sql, const db::Values& parameters = {});

 private:
  void keep_or_undo(const db::Unit& unit, bool keep);

  db::sqlite::Connection connection_;
};

// One process's way to the disk. Without a process it has no faults: what is set up with it is the
// ground of all seeds.
class Store final : public db::Database {
 public:
  explicit Store(Disk& disk) : disk_(disk) {}
  Store(Disk& disk, World& world, Process& process)
      : disk_(disk), world_(&world), process_(&process) {}

  void write_now(const db::Unit& unit) override { disk_.commit(unit); }
  void read_now(const db::Look& look) override { disk_.look(look); }

 protected:
  Task<void> run(const db::Unit& unit, Deadline deadline) override;
  Task<void> run(const db::Look& look, Deadline deadline) override;

 private:
  Disk& disk_;
  World* world_ = nullptr;
  Process* process_ = nullptr;
};

}  // namespace lendport::simulation

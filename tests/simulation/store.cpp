#include "simulation/store.hpp"

#include "db/sqlite/transaction.hpp"
#include "simulation/process.hpp"
#include "simulation/world.hpp"

namespace lendport::simulation {
namespace {

constexpr Span kStallLeast{31'000};
constexpr Span kStallMost{120'000};

}  // namespace

Disk::Disk(const std::string& file) : connection_(file, db::sqlite::Access::write) {
  connection_.execute("PRAGMA synchronous = OFF", {});
  connection_.execute("PRAGMA temp_store = MEMORY", {});
}

void Disk::begin() {
  connection_.execute("BEGIN IMMEDIATE", {});
}

void Disk::forget() {
  connection_.rollback();
}

void Disk::commit(const db::Unit& unit) {
  keep_or_undo(unit, true);
}

void Disk::run_in_vain(const db::Unit& unit) {
  // What it threw is lost with it.
  try {
    keep_or_undo(unit, false);
  } catch (const Error&) {
    return;
  }
}

void Disk::keep_or_undo(const db::Unit& unit, bool keep) {
  connection_.execute("SAVEPOINT unit", {});
  db::sqlite::SqliteTransaction transaction(connection_);
  std::exception_ptr failure;
  // What a unit throws belongs to its caller, once nothing of it is left.
  try {
    unit(transaction);
    transaction.require_whole();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure || !keep) connection_.execute("ROLLBACK TO unit", {});
  connection_.execute("RELEASE unit", {});
  if (failure) std::rethrow_exception(failure);
}

void Disk::look(const db::Look& look) {
  db::sqlite::SqliteSnapshot snapshot(connection_);
  look(snapshot);
}

db::Rows Disk::query(std::string_view sql, const db::Values& parameters) {
  return connection_.query(sql, parameters);
}

Task<void> Store::run(const db::Unit& unit, Deadline) {
  if (process_ == nullptr) {
    disk_.commit(unit);
    co_return;
  }
  if (world_->strikes(Fault::store_refuses)) {
    throw Error(ErrorCode::overloaded, "the store is busy");
  }
  if (world_->strikes(Fault::commit_fails)) {
    disk_.run_in_vain(unit);
    throw Error(ErrorCode::database_unavailable, "the store could not commit");
  }
  if (world_->strikes(Fault::dies_before_commit)) {
    disk_.run_in_vain(unit);
    co_await process_->die();
  }
  if (world_->strikes(Fault::unit_runs_twice)) disk_.run_in_vain(unit);
  disk_.commit(unit);
  if (world_->strikes(Fault::dies_after_commit)) co_await process_->die();
  if (world_->strikes(Fault::commit_unheard)) {
    throw Error(ErrorCode::database_unavailable, "the store did not answer");
  }
  if (world_->strikes(Fault::store_stalls)) {
    const Span span = world_->dice.between(kStallLeast, kStallMost);
    process_->freeze(span);
    co_await world_->sleep(span);
  }
}

Task<void> Store::run(const db::Look& look, Deadline) {
  disk_.look(look);
  co_return;
}

}  // namespace lendport::simulation

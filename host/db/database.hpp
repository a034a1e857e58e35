// The store: one SQL text, two engines (SQLite, PostgreSQL 15) behind one port.
//
// The SQL both understand: TEXT, BIGINT and BYTEA columns (the SQLite runner maps the types and
// makes tables STRICT); $1 $2 … parameters; ON CONFLICT … DO NOTHING / DO UPDATE; RETURNING;
// row-value comparison for paging, `(created_at_ms, id) > ($1, $2)`; LIMIT. Ids are text, times
// integer milliseconds in columns named `…_ms`, money minor units in columns named `…_minor`. A
// migration may say `APPEND ONLY table`: from then on the engine itself refuses to change a row of
// it or to take one away, with Error{internal}.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"
#include "db/signals.hpp"
#include "db/value.hpp"

#include <functional>
#include <string_view>
#include <type_traits>

namespace lendport::db {

// A consistent view for reading. Used on the database's own thread, only inside the closure it was
// given to. Rows come back whole: a query selects what its LIMIT says.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  // Throws Error{database_unavailable} when the engine is gone, Error{internal} for bad SQL.
  virtual Rows query(std::string_view sql, const Values& parameters) = 0;
  Rows query(std::string_view sql) { return query(sql, {}); }

  // The row, or nothing. A second row is a bug.
  std::optional<Row> find(std::string_view sql, const Values& parameters);
};

// A unit of work. Everything in it is committed together or not at all. After a statement failed
// the unit is lost: whatever the closure still asks for fails the same way.
//
// Units do not see each other's uncommitted rows, but PostgreSQL runs them side by side: a row read
// without `for_update()` may have changed when the unit writes. So a change of state names the
// state it leaves (`UPDATE … WHERE id = $1 AND state = $2`) and looks at the number of rows.
class Transaction : public Snapshot {
 public:
  // Runs a statement and says how many rows it touched. A broken UNIQUE, CHECK or REFERENCES throws
  // Error{conflict}.
  virtual std::int64_t execute(std::string_view sql, const Values& parameters) = 0;
  std::int64_t execute(std::string_view sql) { return execute(sql, {}); }

  // `FOR UPDATE SKIP LOCKED` where there are several writers, nothing where there is one: appended
  // to a SELECT that claims rows.
  virtual std::string_view skip_locked() const = 0;
  // `FOR UPDATE` where there are several writers.
  virtual std::string_view for_update() const = 0;

  // Runs one statement of a migration, written in the SQL above; the types are the engine's own.
  virtual void define(std::string_view statement) = 0;
  // Until this unit ends, other units (of any process) that lock the same name wait here.
  virtual void lock(std::string_view name) = 0;
  // Once this unit is committed, and only then, calls this process's subscribers of `channel`, and
  // where several processes share a database (PostgreSQL) those of the others a moment later. A
  // notice to others may be lost: whoever depends on one also polls.
  virtual void signal(std::string_view channel) = 0;
};

using Unit = std::function<void(Transaction&)>;
using Look = std::function<void(Snapshot&)>;

inline constexpr std::chrono::seconds kDefaultPatience{5};

// An open store. Thread-safe. The closures run on the database's own threads, the coroutine resumes
// on the strand it waited on.
class Database {
 public:
  virtual ~Database() = default;

  // Runs `closure(Transaction&)` and returns its result once its commit is on disk. Resumes only
  // when the closure committed, failed, or was taken off the queue unstarted at `deadline`
  // (Error{overloaded}: nothing happened); it is never raced with a timer. The closure may run
  // twice (a retry, a rolled-back group): it moves nothing out and has no outside effect. It is
  // a named object, or captures by reference only. What it throws rolls it back and is rethrown
  // here. A failed commit throws Error{database_unavailable} to every member of its group.
  template <class Closure, class T = std::invoke_result_t<Closure&, Transaction&>>
  Task<T> write(Closure closure, Deadline deadline = default_deadline()) {
    if constexpr (std::is_void_v<T>) {
      Unit unit = std::ref(closure);
      co_await run(unit, deadline);
    } else {
      std::optional<T> result;
      Unit unit = [&](Transaction& tx) { result = closure(tx); };
      co_await run(unit, deadline);
      co_return std::move(*result);
    }
  }

  // Runs `closure(Snapshot&)` on a reader: what it sees is one moment.
  template <class Closure, class T = std::invoke_result_t<Closure&, Snapshot&>>
  Task<T> read(Closure closure, Deadline deadline = default_deadline()) {
    if constexpr (std::is_void_v<T>) {
      Look look = std::ref(closure);
      co_await run(look, deadline);
    } else {
      std::optional<T> result;
      Look look = [&](Snapshot& at) { result = closure(at); };
      co_await run(look, deadline);
      co_return std::move(*result);
    }
  }

  // The same for callers that may block: the command line, migrations, start-up. Never on an I/O
  // thread.
  virtual void write_now(const Unit& unit) = 0;
  virtual void read_now(const Look& look) = 0;

  // Calls `callback`, on a thread of the database's, after each commit that signalled `channel`.
  // It only posts or sets a flag.
  Subscription on_signal(std::string channel, std::function<void()> callback) {
    return signals_.subscribe(std::move(channel), std::move(callback));
  }

  static Deadline default_deadline() { return std::chrono::steady_clock::now() + kDefaultPatience; }

 protected:
  // `unit` and `look` outlive the call.
  virtual Task<void> run(const Unit& unit, Deadline deadline) = 0;
  virtual Task<void> run(const Look& look, Deadline deadline) = 0;

  Signals signals_;
};

}  // namespace lendport::db

// A unit of work that keeps something also where it refuses: that somebody asked.
#pragma once

#include "core/error.hpp"
#include "core/task.hpp"
#include "db/database.hpp"

#include <type_traits>
#include <utility>
#include <variant>

namespace lendport::db {

template <class T>
using OrRefusal = std::variant<T, Error>;

// As Database::write(), for a closure that returns an OrRefusal: a refusal is thrown once what the
// closure wrote is on disk. What it throws itself rolls all back, as ever.
template <class Closure, class Result = std::invoke_result_t<Closure&, Transaction&>,
          class T = std::variant_alternative_t<0, Result>>
Task<T> write_or_refuse(Database& db, Closure closure, Deadline deadline) {
  const auto work = [&](Transaction& tx) { return closure(tx); };
  Result result = co_await db.write(work, deadline);
  if (const Error* refusal = std::get_if<Error>(&result)) throw *refusal;
  co_return std::get<T>(std::move(result));
}

}  // namespace lendport::db

#include "db/postgres/errors.hpp"

#include <algorithm>
#include <array>

namespace lendport::db::postgres {
namespace {

using State = std::string_view;

// unique, check and foreign key violations
constexpr std::array kBrokenPromises = {State("23505"), State("23514"), State("23503")};
// lock_not_available (lock_timeout), query_canceled (statement_timeout)
constexpr std::array kTooSlow = {State("55P03"), State("57014")};
// character_not_in_repertoire, untranslatable_character
constexpr std::array kNotUtf8 = {State("22021"), State("22P05")};
// Classes: connection, insufficient resources, operator intervention, system error
constexpr std::array kUnavailable = {State("08"), State("53"), State("57"), State("58")};

template <class States>
bool contains(const States& states, State state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

Error error_of(State state, std::string_view message) {
  if (contains(kBrokenPromises, state)) {
    return Error(ErrorCode::conflict, "it exists already, is still referred to, or is not allowed");
  }
  if (contains(kTooSlow, state)) {
    return Error(ErrorCode::overloaded, "the database took too long; try again");
  }
  if (contains(kNotUtf8, state)) {
    return Error(ErrorCode::invalid_input, "text must be valid UTF-8");
  }
  const std::string detail =
      "PostgreSQL: " + std::string(message) + " (" + std::string(state) + ")";
  // A wrong number of parameters is of the class "connection", and is ours.
  if (state != "08P01" && (state.empty() || contains(kUnavailable, state.substr(0, 2)))) {
    return Error(ErrorCode::database_unavailable, detail);
  }
  return Error(ErrorCode::internal, detail);
}

bool is_worth_a_retry(State state) {
  return state == "40001" || state == "40P01" || is_stale_plan(state);
}

bool is_stale_plan(State state) {
  return state == "0A000";
}

}  // namespace lendport::db::postgres

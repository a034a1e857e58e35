#include "db/versions.hpp"

namespace lendport::db {
namespace {

constexpr std::string_view kAll = "*";

}  // namespace

std::int64_t bump(Transaction& tx, std::string_view topic) {
  // The row of all changes is locked first and by everyone: numbers become visible in their order.
  const std::int64_t number =
      tx.query(
            "INSERT INTO versions (topic, number) VALUES ($1, 1) "
            "ON CONFLICT (topic) DO UPDATE SET number = versions.number + 1 RETURNING number",
            {kAll})
          .front()
          .integer("number");
  tx.execute(
      "INSERT INTO versions (topic, number) VALUES ($1, $2) "
      "ON CONFLICT (topic) DO UPDATE SET number = excluded.number",
      {topic, number});
  tx.signal(kVersionsSignal);
  return number;
}

std::int64_t version_of(Snapshot& at, std::string_view topic) {
  const auto row = at.find("SELECT number FROM versions WHERE topic = $1", {topic});
  return row ? row->integer("number") : 0;
}

std::int64_t current_version(Snapshot& at) {
  return version_of(at, kAll);
}

std::vector<Version> changed_since(Snapshot& at, std::int64_t number) {
  std::vector<Version> changed;
  for (const Row& row :
       at.query("SELECT topic, number FROM versions WHERE number > $1 AND topic <> $2 "
                "ORDER BY number",
                {number, kAll})) {
    changed.push_back({row.text("topic"), row.integer("number")});
  }
  return changed;
}

Task<std::vector<Version>> Watch::poll() {
  std::int64_t current = 0;
  std::vector<Version> changed;
  const auto look = [&](Snapshot& at) {
    current = current_version(at);
    changed = current == seen_ ? std::vector<Version>() : changed_since(at, seen_);
  };
  co_await database_.read(look);
  seen_ = current;
  co_return changed;
}

}  // namespace lendport::db

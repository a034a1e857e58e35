#include "db/migrations.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"

#include <algorithm>

namespace lendport::db {
namespace {

constexpr const char* kApplied =
    "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)";

std::string checksum_of(const Migration& migration) {
  return crypto::hex(crypto::sha256(migration.sql));
}

const Migration* known(std::span<const Migration> migrations, std::int64_t number) {
  const auto found = std::find_if(migrations.begin(), migrations.end(),
                                  [&](const Migration& one) { return one.number == number; });
  return found == migrations.end() ? nullptr : &*found;
}

// Those of `migrations` that the store does not hold yet.
std::vector<const Migration*> missing(Snapshot& at, std::span<const Migration> migrations) {
  std::vector<std::int64_t> applied;
  for (const Row& row : at.query("SELECT number, name, checksum FROM migrations ORDER BY number")) {
    const Migration* migration = known(migrations, row.integer("number"));
    if (migration == nullptr) {
      throw Error(ErrorCode::conflict, "the store holds " + row.text("name") +
                                           ", which this program does not know: it was written by "
                                           "a newer one");
    }
    if (checksum_of(*migration) != row.text("checksum")) {
      throw Error(ErrorCode::conflict,
                  row.text("name") + " was applied to the store with another text");
    }
    applied.push_back(row.integer("number"));
  }
  std::vector<const Migration*> left;
  for (const Migration& migration : migrations) {
    if (!std::binary_search(applied.begin(), applied.end(), migration.number)) {
      left.push_back(&migration);
    }
  }
  return left;
}

void apply(Transaction& tx, const Migration& migration, Time now) {
  for (const std::string& statement : statements_of(migration.sql)) tx.define(statement);
  tx.execute(
      "INSERT INTO migrations (number, name, checksum, applied_at_ms) VALUES ($1, $2, $3, $4)",
      {migration.number, migration.name, checksum_of(migration), now});
}

std::vector<std::string> names_of(const std::vector<const Migration*>& migrations) {
  std::vector<std::string> names;
  for (const Migration* migration : migrations) names.emplace_back(migration->name);
  return names;
}

void take_text(std::string_view sql, std::size_t& at, std::string& statement) {
  const std::size_t closing = std::min(sql.find(sql[at], at + 1), sql.size() - 1);
  statement += sql.substr(at, closing - at + 1);
  at = closing + 1;
}

void keep_if_said(std::vector<std::string>& statements, std::string& statement) {
  const std::size_t first = statement.find_first_not_of(" \t\n");
  if (first != std::string::npos) statements.push_back(statement.substr(first));
  statement.clear();
}

}  // namespace

std::vector<std::string> migrate(Database& database, std::span<const Migration> migrations,
                                 Time now) {
  std::vector<std::string> applied;
  database.write_now([&](Transaction& tx) {
    tx.lock(kMigrationsLock);
    tx.define(kApplied);
    const auto left = missing(tx, migrations);
    for (const Migration* migration : left) apply(tx, *migration, now);
    applied = names_of(left);
  });
  return applied;
}

std::vector<std::string> missing_migrations(Database& database,
                                            std::span<const Migration> migrations) {
  std::vector<std::string> names;
  database.write_now([&](Transaction& tx) {
    tx.lock(kMigrationsLock);
    tx.define(kApplied);
    names = names_of(missing(tx, migrations));
  });
  return names;
}

std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  for (std::size_t at = 0; at < sql.size();) {
    if (sql[at] == '\'' || sql[at] == '"') {
      take_text(sql, at, statement);
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql[at] == ';') {
      keep_if_said(statements, statement);
      ++at;
    } else {
      statement += sql[at++];
    }
  }
  keep_if_said(statements, statement);
  return statements;
}

}  // namespace lendport::db

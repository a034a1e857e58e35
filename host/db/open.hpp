// Opens the store that a URL names.
#pragma once

#include "db/database.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace lendport::db {

struct Settings {
  // `sqlite:///var/lib/lendport/hub.db` or `postgresql://user@host/name`. May hold a password:
  // never logged whole.
  std::string url;
  // Threads that read, on SQLite; each with its own connection. Writing has one lane of its own.
  std::size_t readers = 2;
  // Connections (and threads) of this process to PostgreSQL.
  std::size_t connections = 8;
  // Units that may wait for a thread; one more is refused with Error{overloaded}.
  std::size_t waiting_max = 4096;
  // Whoever holds the SoleHub of this store: it puts right what its predecessor may have left.
  bool alone = false;
};

// The file of a SQLite URL; nothing for any other.
std::optional<std::string> sqlite_file(const Settings& settings);

// An open store: created if it is SQLite, reachable if it is PostgreSQL. Its destructor finishes
// what waits. Throws Error{database_unavailable} or, for a URL of another kind,
// Error{invalid_input}. Blocks.
std::unique_ptr<Database> open(const Settings& settings);

}  // namespace lendport::db

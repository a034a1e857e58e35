// A fresh PostgreSQL database for one test.
#pragma once

#include <string>

namespace lendport::support {

// The server that `scripts/test` started: the value of LENDPORT_TEST_POSTGRES, a libpq URL such as
// postgresql:///lendport_test?host=/tmp/x&user=postgres. Throws std::runtime_error that says how to
// get one when the variable is unset: a test of PostgreSQL fails without a server, it never skips.
std::string postgres_server_url();

// Creates an empty database with a name nobody else has, and drops it at the end of the scope, also
// under connections that are still open. About 50 ms. Throws std::runtime_error if it cannot.
class PostgresDatabase {
 public:
  PostgresDatabase();
  // A copy of the other's tables and rows. Nobody may be connected to that one meanwhile.
  PostgresDatabase(const PostgresDatabase& other);
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;
  ~PostgresDatabase();

  // The libpq URL of the new database.
  const std::string& url() const { return url_; }

  // Runs SQL (several statements are fine) on a connection of its own. Returns the first column of
  // the first row, or "" when there is none. Throws std::runtime_error with the server's message.
  std::string run(const std::string& sql) const;

 private:
  std::string name_;
  std::string url_;
};

}  // namespace lendport::support

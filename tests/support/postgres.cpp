#include "support/postgres.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace lendport::support {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Rows = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Parameters = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

std::string with_database(const std::string& url, const std::string& name) {
  char* complaint = nullptr;
  const Parameters parameters(PQconninfoParse(url.c_str(), &complaint), &PQconninfoFree);
  if (!parameters) {
    const std::string why = complaint == nullptr ? "out of memory" : complaint;
    PQfreemem(complaint);
    throw std::runtime_error("LENDPORT_TEST_POSTGRES: " + why);
  }
  std::string made = "postgresql:///" + name;
  char separator = '?';
  for (const PQconninfoOption* option = parameters.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || std::string_view(option->keyword) == "dbname") continue;
    made += separator + std::string(option->keyword) + '=' + percent_encoded(option->val);
    separator = '&';
  }
  return made;
}

Connection connected(const std::string& url) {
  Connection connection(PQconnectdb(url.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
  return connection;
}

std::string run_on(PGconn* connection, const std::string& sql) {
  const Rows rows(PQexec(connection, sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(rows.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection));
  }
  return PQntuples(rows.get()) > 0 ? PQgetvalue(rows.get(), 0, 0) : "";
}

// One session makes and drops the databases of all tests of the program: each costs the server a
// process. Thread-safe.
class ServerSession {
 public:
  static ServerSession& of_this_program() {
    static ServerSession only;
    return only;
  }

  void run(const std::string& sql) {
    const std::lock_guard lock(mutex_);
    if (url_ == postgres_server_url() && PQstatus(connection_.get()) == CONNECTION_OK) {
      // A server that was stopped and started since is found out here.
      try {
        run_on(connection_.get(), sql);
        return;
      } catch (const std::runtime_error&) {
        if (PQstatus(connection_.get()) == CONNECTION_OK) throw;
      }
    }
    url_ = postgres_server_url();
    connection_ = connected(url_);
    run_on(connection_.get(), sql);
  }

 private:
  std::mutex mutex_;  // protects what follows
  std::string url_;
  Connection connection_{nullptr, &PQfinish};
};

void run_on_server(const std::string& sql) {
  ServerSession::of_this_program().run(sql);
}

std::string unused_name() {
  static std::atomic<int> last{0};
  return "test_" + std::to_string(getpid()) + "_" + std::to_string(++last);
}

}  // namespace

std::string postgres_server_url() {
  const char* url = std::getenv("LENDPORT_TEST_POSTGRES");
  if (url == nullptr || *url == '\0') {
    throw std::runtime_error(
        "LENDPORT_TEST_POSTGRES is not set: run scripts/test, or"
        " eval \"$(scripts/postgres env DIR)\" after scripts/postgres start DIR");
  }
  return url;
}

PostgresDatabase::PostgresDatabase()
    : name_(unused_name()), url_(with_database(postgres_server_url(), name_)) {
  run_on_server("CREATE DATABASE " + name_);
}

PostgresDatabase::PostgresDatabase(const PostgresDatabase& other)
    : name_(unused_name()), url_(with_database(postgres_server_url(), name_)) {
  // Copied as files: half the time of a copy through the log.
  run_on_server("CREATE DATABASE " + name_ + " TEMPLATE " + other.name_ + " STRATEGY FILE_COPY");
}

PostgresDatabase::~PostgresDatabase() {
  // A server that a test stopped on purpose takes its databases along.
  try {
    run_on_server("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::runtime_error&) {
    return;
  }
}

std::string PostgresDatabase::run(const std::string& sql) const {
  return run_on(connected(url_).get(), sql);
}

}  // namespace lendport::support

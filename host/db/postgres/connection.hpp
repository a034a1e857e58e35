// One connection to PostgreSQL, with its prepared statements.
#pragma once

#include "db/value.hpp"

#include <libpq-fe.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lendport::db::postgres {

// How long a connection may take to come up, a statement may run, and may wait for a lock.
inline constexpr int kConnectSeconds = 5;
inline constexpr int kStatementSeconds = 30;
inline constexpr int kLockSeconds = 10;

// Used by one thread at a time. Everything throws Error as db/database.hpp says.
class Connection {
 public:
  // Does not connect yet.
  explicit Connection(std::string url) : url_(std::move(url)) {}

  // Connects anew, whatever was before. Error{database_unavailable} when it cannot.
  void connect();
  void disconnect() { connection_.reset(); }
  bool is_alive() const;

  Rows query(std::string_view sql, const Values& parameters);
  std::int64_t execute(std::string_view sql, const Values& parameters);
  // Without parameters, and not prepared: BEGIN, COMMIT, CREATE TABLE.
  void run(const char* sql);
  // Ends the transaction that is open, if one is; never throws.
  void rollback() noexcept;

  // For poll(): readable when there may be notices. -1: not connected.
  int socket() const;
  // What other connections told the channels this one listens to. Does not wait.
  std::set<std::string, std::less<>> notices();

  // Whether what failed last may well succeed when its unit is run again.
  bool failed_by_chance() const { return failed_by_chance_; }

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;
  struct Prepared {
    std::string name;
    Columns columns;  // known after the first result
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  Prepared& prepared(std::string_view sql);
  Result execute_prepared(const Prepared& prepared, const Values& parameters);
  // Gives a good result back; throws what a bad one means.
  Result checked(PGresult* result);

  std::string url_;
  std::unique_ptr<PGconn, Close> connection_;
  std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> statements_;
  std::uint64_t names_ = 0;
  bool failed_by_chance_ = false;
};

}  // namespace lendport::db::postgres

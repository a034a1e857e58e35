// One connection to an SQLite file, with its prepared statements.
#pragma once

#include "db/value.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>
#include <string_view>
#include <unordered_map>

namespace lendport::db::sqlite {

enum class Access { read, write };

// Opens WAL, synchronous=FULL, foreign keys on, schema not trusted. Creates the file (mode 0600)
// when it writes. Used by one thread at a time. Everything throws Error as db/database.hpp says.
class Connection {
 public:
  Connection(const std::string& path, Access access);

  Rows query(std::string_view sql, const Values& parameters);
  std::int64_t execute(std::string_view sql, const Values& parameters);
  // Ends the transaction that is open, if one is; never throws.
  void rollback() noexcept;
  bool in_transaction() const;
  // Brings everything that was committed into the file, durably, and begins the log anew: after a
  // failure nothing of the log's bytes is believed. While others read from the log, a backup say,
  // that cannot be: then the log's own bytes are written to the disk once more, where they are.
  // Throws Error{database_unavailable} while the disk fails or another program writes. REQUIRES:
  // writes; no transaction is open.
  void renew_log();
  // Forgets the prepared statements, whose columns a change of the schema may have made wrong.
  void forget_statements() { statements_.clear(); }

 private:
  struct Prepared {
    Prepared(const SQLite::Database& database, const std::string& sql);
    SQLite::Statement statement;
    std::vector<int> positions;  // of $1, $2, …
    Columns columns;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  void configure(const std::string& path, Access access);
  bool begin_log_anew();
  void write_log_again();
  Prepared& prepared(std::string_view sql);
  Rows step_through(Prepared& prepared, const Values& parameters);

  SQLite::Database database_;
  std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> statements_;
};

}  // namespace lendport::db::sqlite

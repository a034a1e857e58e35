#include "db/sqlite/connection.hpp"

#include "core/error.hpp"
#include "db/sqlite/errors.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

namespace lendport::db::sqlite {
namespace {

constexpr std::size_t kStatementsMax = 512;
constexpr int kBusyMs = 5000;           // how long another process may hold the write lock
constexpr int kBusyReadersMs = 500;     // how long readers may keep the log from being begun anew
constexpr int kCachePages = 2000;       // 8 MB a connection, taken as it is needed
constexpr int kCheckpointPages = 4000;  // 16 MB of log before the lane copies it into the file
constexpr int kCheckpointPagesMin = 64;
constexpr int kLogsOfADisk = 32;  // of a small disk, the log begins to be copied at this part
constexpr int kPageBytes = 4096;
constexpr int kUndoBytes = 124 * 1024;  // from 128 on SQLite 3.40 cannot write it out: SQLITE_FULL
constexpr std::size_t kRewrittenAtOnce = 1U << 20U;
constexpr std::size_t kValueBytesMax = 256U << 20U;

Error translated(const SQLite::Exception& failure) {
  return error_of(failure.getExtendedErrorCode(), failure.what());
}

// SQLite would create the file readable to all.
const std::string& created(const std::string& path, Access access) {
  if (access == Access::write) {
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
  }
  return path;
}

// SQLite counts each allocation under one lock of the process; nobody reads the count. What a unit
// of a group may have to undo stays in memory up to kUndoBytes: beyond 64 KiB, which most units
// reach, SQLite would write a file at each of them, and hardly ever read it.
void configure_library() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) |
                          sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, kUndoBytes);
  static_cast<void>(done);
}

SQLite::Database opened(const std::string& path, Access access) {
  configure_library();
  // SQLiteCpp reports by its own exception; the host knows one type.
  try {
    return SQLite::Database(created(path, access), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
                            kBusyMs);
  } catch (const SQLite::Exception& failure) {
    throw Error(ErrorCode::database_unavailable, "cannot open " + path + ": " + failure.what());
  }
}

int checkpoint_pages(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) return kCheckpointPages;
  const auto pages = disk.f_blocks * disk.f_frsize / kPageBytes / kLogsOfADisk;
  return static_cast<int>(std::clamp<unsigned long>(pages, kCheckpointPagesMin, kCheckpointPages));
}

// Writes the file's bytes over themselves and syncs them: a kernel that dropped pages it could not
// write has them all to write again.
bool rewritten(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  std::vector<char> bytes(kRewrittenAtOnce);
  off_t at = 0;
  ssize_t got = ::pread(file, bytes.data(), bytes.size(), at);
  while (got > 0 && ::pwrite(file, bytes.data(), static_cast<std::size_t>(got), at) == got) {
    at += got;
    got = ::pread(file, bytes.data(), bytes.size(), at);
  }
  const bool done = got == 0 && ::fsync(file) == 0;
  ::close(file);
  return done;
}

void bind(SQLite::Statement& statement, int at, const Value& value) {
  const Value::Content& content = value.content();
  if (const auto* number = std::get_if<std::int64_t>(&content)) {
    statement.bind(at, *number);
  } else if (const auto* text = std::get_if<std::string>(&content)) {
    if (text->size() > kValueBytesMax || text->find('\0') != std::string::npos) {
      throw Error(ErrorCode::invalid_input, "text may not hold the character NUL or be that long");
    }
    statement.bindNoCopy(at, *text);
  } else if (const auto* blob = std::get_if<Blob>(&content)) {
    if (blob->bytes.size() > kValueBytesMax) {
      throw Error(ErrorCode::payload_too_large, "too many bytes for one value");
    }
    statement.bindNoCopy(at, blob->bytes.data(), static_cast<int>(blob->bytes.size()));
  } else {
    statement.bind(at);
  }
}

Value::Content content_of(const SQLite::Column& column) {
  // Its size last: asking for it first would turn a number into text.
  const auto text_of = [&](const char* bytes) {
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<std::size_t>(column.getBytes()));
  };
  switch (column.getType()) {
    case SQLITE_INTEGER: return column.getInt64();
    case SQLITE_TEXT: return text_of(column.getText());
    case SQLITE_BLOB: return Blob{text_of(static_cast<const char*>(column.getBlob()))};
    case SQLITE_NULL: return std::monostate{};
    default:
      throw Error(ErrorCode::internal, std::string(column.getName()) + " is a floating number");
  }
}

class ShortPatience {
 public:
  explicit ShortPatience(sqlite3* database) : database_(database) {
    sqlite3_busy_timeout(database_, kBusyReadersMs);
  }
  ShortPatience(const ShortPatience&) = delete;
  ShortPatience& operator=(const ShortPatience&) = delete;
  ~ShortPatience() { sqlite3_busy_timeout(database_, kBusyMs); }

 private:
  sqlite3* database_;
};

// A statement that is not reset keeps its snapshot and refers to parameters that are gone.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(SQLite::Statement& statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() { statement_.tryReset(); }

 private:
  SQLite::Statement& statement_;
};

}  // namespace

Connection::Connection(const std::string& path, Access access) : database_(opened(path, access)) {
  configure(path, access);
}

void Connection::configure(const std::string& path, Access access) {
  execute("PRAGMA trusted_schema = OFF", {});
  execute("PRAGMA cell_size_check = ON", {});
  execute("PRAGMA foreign_keys = ON", {});
  execute("PRAGMA cache_size = " + std::to_string(kCachePages), {});
  if (access == Access::read) {
    execute("PRAGMA query_only = ON", {});
    return;
  }
  const Rows mode = query("PRAGMA journal_mode = WAL", {});
  if (mode.empty() || mode.front().text("journal_mode") != "wal") {
    throw Error(ErrorCode::database_unavailable, "the file's system does not support WAL");
  }
  execute("PRAGMA synchronous = FULL", {});
  execute("PRAGMA wal_autocheckpoint = " + std::to_string(checkpoint_pages(path)), {});
}

// False where others keep reading from the log.
bool Connection::begin_log_anew() {
  const ShortPatience patience(database_.getHandle());
  const Rows done = query("PRAGMA wal_checkpoint(TRUNCATE)", {});
  return done.empty() || !done.front().flag("busy");
}

void Connection::renew_log() {
  if (!begin_log_anew()) write_log_again();
}

// The lock keeps all others from writing and from beginning the log anew meanwhile; who reads it
// finds the same bytes.
void Connection::write_log_again() {
  execute("BEGIN IMMEDIATE", {});
  // Beside the file itself, wherever links lead to it.
  const char* file = sqlite3_db_filename(database_.getHandle(), "main");
  const bool written = rewritten(sqlite3_filename_wal(file));
  rollback();
  if (!written) throw Error(ErrorCode::database_unavailable, "SQLite: the log cannot be renewed");
}

Connection::Prepared::Prepared(const SQLite::Database& database, const std::string& sql)
    : statement(database, sql) {
  for (int i = 1; i <= statement.getBindParameterCount(); ++i) {
    positions.push_back(statement.getIndex(("$" + std::to_string(i)).c_str()));
  }
  std::vector<std::string> names;
  for (int i = 0; i < statement.getColumnCount(); ++i) {
    names.emplace_back(statement.getColumnName(i));
  }
  columns = std::make_shared<const std::vector<std::string>>(std::move(names));
}

Connection::Prepared& Connection::prepared(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  if (statements_.size() >= kStatementsMax) statements_.clear();
  const std::string text(sql);
  return statements_.try_emplace(text, database_, text).first->second;
}

Rows Connection::step_through(Prepared& prepared, const Values& parameters) {
  SQLite::Statement& statement = prepared.statement;
  if (parameters.size() != prepared.positions.size()) {
    throw Error(ErrorCode::internal, "wrong number of parameters: " + statement.getQuery());
  }
  const ResetAtEnd reset(statement);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    bind(statement, prepared.positions[i], parameters[i]);
  }
  Rows rows;
  int code = statement.tryExecuteStep();
  for (; code == SQLITE_ROW; code = statement.tryExecuteStep()) {
    std::vector<Value::Content> cells;
    cells.reserve(prepared.columns->size());
    for (std::size_t i = 0; i < prepared.columns->size(); ++i) {
      cells.push_back(content_of(statement.getColumn(static_cast<int>(i))));
    }
    rows.emplace_back(prepared.columns, std::move(cells));
  }
  if (code != SQLITE_DONE) {
    throw error_of(database_.getExtendedErrorCode(), database_.getErrorMsg());
  }
  return rows;
}

Rows Connection::query(std::string_view sql, const Values& parameters) {
  // SQLiteCpp reports by its own exception; the host knows one type.
  try {
    return step_through(prepared(sql), parameters);
  } catch (const SQLite::Exception& failure) {
    throw translated(failure);
  }
}

std::int64_t Connection::execute(std::string_view sql, const Values& parameters) {
  const Rows returned = query(sql, parameters);
  return returned.empty() ? std::int64_t{sqlite3_changes(database_.getHandle())}
                          : static_cast<std::int64_t>(returned.size());
}

void Connection::rollback() noexcept {
  if (in_transaction()) sqlite3_exec(database_.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

}  // namespace lendport::db::sqlite

#include "db/postgres/connection.hpp"

#include "core/error.hpp"
#include "db/postgres/errors.hpp"
#include "db/postgres/results.hpp"

#include <array>

namespace lendport::db::postgres {
namespace {

constexpr std::size_t kStatementsMax = 512;
constexpr int kServerVersionMin = 150000;

// What was answered is on disk: a server that answers earlier is told not to. `remote_apply` and
// the like stay as the server has them.
const std::string kSession =
    "SET timezone = 'UTC'; SET client_min_messages = warning; SET lock_timeout = '" +
    std::to_string(kLockSeconds) + "s'; SET statement_timeout = '" +
    std::to_string(kStatementSeconds) +
    "s'; SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local')";

// The parameters of a statement as libpq wants them; refers to the values.
struct Bound {
  explicit Bound(const Values& parameters) {
    numbers.reserve(parameters.size());
    for (const Value& value : parameters) add(value.content());
  }

  void add(const Value::Content& content) {
    if (const auto* number = std::get_if<std::int64_t>(&content)) {
      const std::string& spelled = numbers.emplace_back(std::to_string(*number));
      add(spelled.c_str(), 0, 0);
    } else if (const auto* text = std::get_if<std::string>(&content)) {
      if (text->find('\0') != std::string::npos) {
        throw Error(ErrorCode::invalid_input, "text may not hold the character NUL");
      }
      add(text->c_str(), 0, 0);
    } else if (const auto* blob = std::get_if<Blob>(&content)) {
      add(blob->bytes.data(), static_cast<int>(blob->bytes.size()), 1);
    } else {
      add(nullptr, 0, 0);
    }
  }

  void add(const char* value, int length, int format) {
    values.push_back(value);
    lengths.push_back(length);
    formats.push_back(format);
  }

  std::vector<std::string> numbers;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;  // 0: text, 1: binary
};

void ignore_notice(void*, const char*) {}

}  // namespace

void Connection::connect() {
  statements_.clear();
  const std::string seconds = std::to_string(kConnectSeconds);
  const std::array keywords = {"dbname",           "connect_timeout",
                               "keepalives_idle",  "tcp_user_timeout",
                               "application_name", static_cast<const char*>(nullptr)};
  const std::array values = {url_.c_str(), seconds.c_str(), "15",
                             "15000",      "lendport",      static_cast<const char*>(nullptr)};
  connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (!is_alive()) {
    throw Error(ErrorCode::database_unavailable,
                "cannot connect to PostgreSQL: " +
                    std::string(connection_ ? PQerrorMessage(connection_.get()) : "no memory"));
  }
  PQsetNoticeProcessor(connection_.get(), ignore_notice, nullptr);
  if (PQserverVersion(connection_.get()) < kServerVersionMin) {
    connection_.reset();
    throw Error(ErrorCode::database_unavailable, "PostgreSQL must be 15 or newer");
  }
  PQsetClientEncoding(connection_.get(), "UTF8");
  run(kSession.c_str());
}

int Connection::socket() const {
  return connection_ ? PQsocket(connection_.get()) : -1;
}

std::set<std::string, std::less<>> Connection::notices() {
  if (PQconsumeInput(connection_.get()) == 0) {
    throw Error(ErrorCode::database_unavailable, "the connection to PostgreSQL broke");
  }
  struct Free {
    void operator()(PGnotify* notice) const { PQfreemem(notice); }
  };
  std::set<std::string, std::less<>> told;
  const int self = PQbackendPID(connection_.get());
  while (const std::unique_ptr<PGnotify, Free> notice{PQnotifies(connection_.get())}) {
    if (notice->be_pid != self) told.emplace(notice->extra);
  }
  return told;
}

bool Connection::is_alive() const {
  return connection_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

Connection::Result Connection::checked(PGresult* result) {
  Result owned(result);
  const ExecStatusType status = PQresultStatus(result);
  failed_by_chance_ = false;
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return owned;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view code = state == nullptr ? "" : state;
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  failed_by_chance_ = is_worth_a_retry(code);
  // Their names stay taken on the server until the session ends; new ones are given.
  if (is_stale_plan(code)) statements_.clear();
  throw error_of(is_alive() ? code : "",
                 message == nullptr ? PQerrorMessage(connection_.get()) : message);
}

void Connection::run(const char* sql) {
  checked(PQexec(connection_.get(), sql));
}

void Connection::rollback() noexcept {
  if (!is_alive() || PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) return;
  Result(PQexec(connection_.get(), "ROLLBACK"));
}

Connection::Prepared& Connection::prepared(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  if (statements_.size() >= kStatementsMax) {
    run("DEALLOCATE ALL");
    statements_.clear();
  }
  const std::string text(sql);
  const std::string name = "s" + std::to_string(++names_);
  checked(PQprepare(connection_.get(), name.c_str(), text.c_str(), 0, nullptr));
  return statements_.emplace(text, Prepared{name, nullptr}).first->second;
}

Connection::Result Connection::execute_prepared(const Prepared& prepared,
                                                const Values& parameters) {
  const Bound bound(parameters);
  return checked(PQexecPrepared(connection_.get(), prepared.name.c_str(),
                                static_cast<int>(parameters.size()), bound.values.data(),
                                bound.lengths.data(), bound.formats.data(), 0));
}

Rows Connection::query(std::string_view sql, const Values& parameters) {
  Prepared& statement = prepared(sql);
  const Result result = execute_prepared(statement, parameters);
  if (!statement.columns) statement.columns = columns_of(result.get());
  return rows_of(result.get(), statement.columns);
}

std::int64_t Connection::execute(std::string_view sql, const Values& parameters) {
  const Result result = execute_prepared(prepared(sql), parameters);
  const std::string touched = PQcmdTuples(result.get());
  return touched.empty() ? 0 : std::stoll(touched);
}

}  // namespace lendport::db::postgres

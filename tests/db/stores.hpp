// The stores every test of the database runs on.
#pragma once

#include "core/error.hpp"
#include "db/migrations.hpp"
#include "db/open.hpp"
#include "support/postgres.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace lendport {

// Found by GoogleTest, so that a failed comparison names the code.
inline void PrintTo(ErrorCode code, std::ostream* out) {
  *out << to_string(code);
}

}  // namespace lendport

namespace lendport::db {

enum class Engine { sqlite, postgres };

inline const Time kTestNow = from_unix_ms(1'700'000'000'000);

enum class Tables { none, built_in };

// One database of the test's own, gone at its end. With Tables::built_in it costs little to
// migrate.
class FreshStore {
 public:
  explicit FreshStore(Engine engine, Tables tables = Tables::none);
  ~FreshStore();

  const std::string& url() const { return url_; }
  Settings settings() const { return {.url = url_, .connections = 4}; }
  std::unique_ptr<Database> open() const { return db::open(settings()); }
  // PostgreSQL only.
  const support::PostgresDatabase& postgres() const { return *postgres_; }

 private:
  support::TempDir folder_;
  std::optional<support::PostgresDatabase> postgres_;
  std::string url_;
};

inline const auto kEngines = testing::Values(Engine::sqlite, Engine::postgres);

inline std::string engine_name(const testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::sqlite ? "Sqlite" : "Postgres";
}

// The code `call` fails with; nothing when it succeeds.
template <class Call>
std::optional<ErrorCode> failure_of(const Call& call) {
  try {
    call();
    return std::nullopt;
  } catch (const Error& error) {
    return error.code();
  }
}

}  // namespace lendport::db

// Migrations are turned into SQLite's words.
#include "db/sqlite/dialect.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::db::sqlite {
namespace {

TEST(ToSqlite, ChangesTypesAndMakesTablesStrict) {
  struct Case {
    std::string common;
    std::string sqlite;
  };
  const std::vector<Case> cases = {
      {"CREATE TABLE a (x BIGINT, y BYTEA, z TEXT)",
       "CREATE TABLE a (x INTEGER, y BLOB, z TEXT) STRICT"},
      {"\n CREATE TABLE IF NOT EXISTS a (x TEXT)",
       "\n CREATE TABLE IF NOT EXISTS a (x TEXT) STRICT"},
      {"ALTER TABLE a ADD COLUMN b BIGINT", "ALTER TABLE a ADD COLUMN b INTEGER"},
      {"CREATE INDEX a_b ON a (b)", "CREATE INDEX a_b ON a (b)"},
      {"INSERT INTO a VALUES ('BIGINT', 'it''s BYTEA', \"BIGINT\", BIGINT_2)",
       "INSERT INTO a VALUES ('BIGINT', 'it''s BYTEA', \"BIGINT\", BIGINT_2)"},
      {"UPDATE a SET x = 'BIGINT", "UPDATE a SET x = 'BIGINT"},
      {"", ""},
  };
  for (const Case& one : cases) EXPECT_EQ(to_sqlite(one.common), one.sqlite);
}

}  // namespace
}  // namespace lendport::db::sqlite

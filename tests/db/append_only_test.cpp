// What a table keeps, it keeps as it is: the engine itself sees to it.
#include "db/append_only.hpp"

#include "db/stores.hpp"

#include <gtest/gtest.h>

namespace lendport::db {
namespace {

TEST(AppendOnlyTable, IsNamedByOneStatementAlone) {
  EXPECT_EQ(append_only_table("APPEND ONLY audit"), "audit");
  EXPECT_EQ(append_only_table("\n  APPEND ONLY audit\n"), "audit");
  for (const char* other :
       {"", " ", "CREATE TABLE a (x TEXT)", "APPEND", "INSERT INTO a VALUES ('APPEND ONLY b')"}) {
    EXPECT_EQ(append_only_table(other), std::nullopt) << other;
  }
}

class AppendOnly : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    store_->write_now([](Transaction& tx) {
      tx.define("CREATE TABLE kept (id TEXT PRIMARY KEY, text TEXT NOT NULL)");
      tx.define("CREATE TABLE loose (id TEXT PRIMARY KEY, text TEXT NOT NULL)");
      tx.define("APPEND ONLY kept");
      tx.execute("INSERT INTO kept (id, text) VALUES ('1', 'a'), ('2', 'b')");
      tx.execute("INSERT INTO loose (id, text) VALUES ('1', 'a')");
    });
  }
  std::optional<ErrorCode> refusal_of(const std::string& sql) {
    return failure_of([&] { store_->write_now([&](Transaction& tx) { tx.execute(sql); }); });
  }
  std::string rows() {
    std::string all;
    store_->read_now([&](Snapshot& at) {
      all.clear();
      for (const Row& row : at.query("SELECT id, text FROM kept ORDER BY id")) {
        all += row.text("id") + row.text("text") + " ";
      }
    });
    return all;
  }

  FreshStore fresh_{GetParam()};
  std::unique_ptr<Database> store_ = fresh_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, AppendOnly, kEngines, engine_name);

TEST_P(AppendOnly, RefusesWhateverChangesOrTakesAway) {
  for (const char* sql :
       {"UPDATE kept SET text = 'x' WHERE id = '1'", "UPDATE kept SET text = text",
        "DELETE FROM kept WHERE id = '2'", "DELETE FROM kept",
        "INSERT INTO kept (id, text) VALUES ('1', 'x') ON CONFLICT (id) DO UPDATE SET text = "
        "excluded.text"}) {
    EXPECT_EQ(refusal_of(sql), ErrorCode::internal) << sql;
    EXPECT_EQ(rows(), "1a 2b ") << sql;
  }
  if (GetParam() == Engine::postgres) {
    EXPECT_EQ(refusal_of("TRUNCATE kept"), ErrorCode::internal);
    EXPECT_EQ(rows(), "1a 2b ");
  }
}

TEST_P(AppendOnly, TakesWhatIsNewAndLeavesOtherTablesAlone) {
  EXPECT_EQ(refusal_of("INSERT INTO kept (id, text) VALUES ('3', 'c')"), std::nullopt);
  EXPECT_EQ(rows(), "1a 2b 3c ");
  EXPECT_EQ(refusal_of("UPDATE loose SET text = 'x'"), std::nullopt);
  EXPECT_EQ(refusal_of("DELETE FROM loose"), std::nullopt);
}

}  // namespace
}  // namespace lendport::db

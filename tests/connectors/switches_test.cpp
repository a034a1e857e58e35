// What an operator wants of plugins, in the store.
#include "connectors/switches.hpp"

#include "core/error.hpp"
#include "db/migrated.hpp"
#include "db/versions.hpp"

#include <gtest/gtest.h>

namespace lendport::connectors {
namespace {

class Switches : public testing::TestWithParam<db::Engine> {
 protected:
  void keep(const Switch& changed) {
    db_.write([&](db::Transaction& tx) { store(tx, changed); });
  }
  PluginIds stopped() {
    return db_.read([](db::Snapshot& at) { return stopped_plugins(at); });
  }
  std::int64_t version() {
    return db_.read([](db::Snapshot& at) { return db::version_of(at, kSwitchesTopic); });
  }

  db::MigratedStore db_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Stores, Switches, db::kEngines, db::engine_name);

TEST_P(Switches, KeepWhatIsStoppedAndByWhom) {
  const Switch never = db_.read([](db::Snapshot& at) { return switch_of(at, "com.example.a"); });
  EXPECT_FALSE(never.stopped);
  EXPECT_EQ(never.version, 1);
  EXPECT_EQ(never.changed_by, "");
  const std::int64_t before = version();
  keep({"com.example.a", true, "the lender asked for it", {}, 2, "user_1", from_unix_ms(7)});
  const Switch off = db_.read([](db::Snapshot& at) { return switch_of(at, "com.example.a"); });
  EXPECT_TRUE(off.stopped);
  EXPECT_EQ(off.reason, "the lender asked for it");
  EXPECT_EQ(off.changed_by, "user_1");
  EXPECT_EQ(to_unix_ms(off.changed_at), 7);
  EXPECT_EQ(stopped(), PluginIds{"com.example.a"});
  EXPECT_TRUE(db_.read([](db::Snapshot& at) { return is_stopped(at, "com.example.a"); }));
  EXPECT_FALSE(db_.read([](db::Snapshot& at) { return is_stopped(at, "com.example.b"); }));
  EXPECT_GT(version(), before);
  keep({"com.example.a", false, "", {}, 3, "user_1", from_unix_ms(8)});
  EXPECT_EQ(stopped(), PluginIds{});
}

TEST_P(Switches, RefuseASecondOneOfTheSameVersion) {
  keep({"com.example.a", true, "one", {}, 2, "user_1", from_unix_ms(7)});
  EXPECT_EQ(db::failure_of([&] {
              keep({"com.example.a", false, "", {}, 2, "user_2", from_unix_ms(8)});
            }),
            ErrorCode::precondition_failed);
  EXPECT_EQ(stopped(), PluginIds{"com.example.a"});
}

TEST_P(Switches, KeepWhoTakesThePlaceOfALenderThatStopsLending) {
  const WindDown down{true, "it ends", {{"com.example.b", "B, Inc."}, {"com.example.c", "C"}}};
  keep({"com.example.a", false, "", down, 2, "user_1", from_unix_ms(7)});
  const auto found = db_.read([](db::Snapshot& at) { return switch_of(at, "com.example.a"); });
  EXPECT_EQ(found.wind_down, down);
  EXPECT_TRUE(read_successors("").empty());
  EXPECT_TRUE(read_successors("no tab").empty());
}

}  // namespace
}  // namespace lendport::connectors

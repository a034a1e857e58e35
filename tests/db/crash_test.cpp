// A process killed around its commit leaves all of a unit or nothing.
#include "db/stores.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#ifdef LENDPORT_CRASH_POINTS

namespace lendport::db {
namespace {

using namespace std::chrono_literals;

constexpr const char* kChildsUrl = "LENDPORT_TEST_CRASH_URL";

// Not a test of its own: what the killed process does.
TEST(CrashChild, Writes) {
  const char* url = std::getenv(kChildsUrl);
  if (url == nullptr) return;
  const auto database = open({.url = url, .connections = 1});
  for (int i = 0; i < 3; ++i) {
    database->write_now([&](Transaction& tx) {
      tx.execute("INSERT INTO a (n) VALUES ($1)", {2 * i});
      tx.execute("INSERT INTO a (n) VALUES ($1)", {2 * i + 1});
    });
  }
}

class Crash : public testing::TestWithParam<Engine> {};

INSTANTIATE_TEST_SUITE_P(Engines, Crash, kEngines, engine_name);

TEST_P(Crash, LeavesAllOfAUnitOrNothing) {
  struct Case {
    std::string at;
    std::int64_t rows;
    int exit_code;
  };
  const std::vector<Case> cases = {
      {"before_commit", 0, 137},  {"after_commit", 2, 137}, {"before_commit:3", 4, 137},
      {"after_commit:3", 6, 137}, {"elsewhere", 6, 0},
  };
  for (const Case& one : cases) {
    const FreshStore store(GetParam());
    const auto database = store.open();
    database->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (n BIGINT)"); });
    const support::Command child = {"/proc/self/exe",
                                    {"--gtest_filter=CrashChild.Writes"},
                                    {{kChildsUrl, store.url()},
                                     {"LENDPORT_CRASH_AT", one.at},
                                     {"GTEST_TOTAL_SHARDS", "1"},
                                     {"GTEST_SHARD_INDEX", "0"}}};
    EXPECT_EQ(support::run_to_end(child, 60s).exit_code, one.exit_code) << one.at;
    database->read_now([&](Snapshot& at) {
      EXPECT_EQ(at.query("SELECT count(*) AS n FROM a").front().integer("n"), one.rows) << one.at;
    });
  }
}

}  // namespace
}  // namespace lendport::db

#endif

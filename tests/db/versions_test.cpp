// Caches learn of every change, once.
#include "db/versions.hpp"

#include "db/migrated.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace lendport::db {
namespace {

class Versions : public testing::TestWithParam<Engine> {
 protected:
  std::int64_t bumped(std::string_view topic) {
    return store_.write([&](Transaction& tx) { return bump(tx, topic); });
  }
  std::vector<std::string> polled(Watch& watch) {
    std::vector<std::string> topics;
    for (const Version& version : support::run_task(watch.poll())) topics.push_back(version.topic);
    return topics;
  }

  MigratedStore store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, Versions, kEngines, engine_name);

using Topics = std::vector<std::string>;

TEST_P(Versions, RiseWithEachChange) {
  EXPECT_EQ(store_.read(current_version), 0);
  EXPECT_EQ(bumped("keys"), 1);
  EXPECT_EQ(bumped("catalog"), 2);
  EXPECT_EQ(bumped("keys"), 3);
  EXPECT_EQ(store_.read(current_version), 3);
  EXPECT_EQ(store_.read([](Snapshot& at) { return version_of(at, "catalog"); }), 2);
  EXPECT_EQ(store_.read([](Snapshot& at) { return version_of(at, "none"); }), 0);
}

TEST_P(Versions, AreSeenByAnotherProcessOnce) {
  const auto other = store_.again();
  Watch watch(*other);
  EXPECT_EQ(polled(watch), Topics{});
  bumped("keys");
  bumped("catalog");
  bumped("keys");
  EXPECT_EQ(polled(watch), (Topics{"catalog", "keys"}));
  EXPECT_EQ(polled(watch), Topics{});
  bumped("catalog");
  EXPECT_EQ(polled(watch), Topics{"catalog"});
}

TEST_P(Versions, AreNotRaisedByWhatRollsBack) {
  EXPECT_TRUE(failure_of([&] {
    store_->write_now([](Transaction& tx) {
      bump(tx, "keys");
      throw Error(ErrorCode::conflict, "no");
    });
  }));
  Watch watch(*store_);
  EXPECT_EQ(polled(watch), Topics{});
}

// Whoever polls while many bump misses none: a number never becomes visible after a higher one.
TEST_P(Versions, AreNeverOverlooked) {
  constexpr int kTopics = 60;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = writer; i < kTopics; i += 3) bumped("topic" + std::to_string(i));
    });
  }
  Watch watch(*store_);
  std::size_t seen = 0;
  for (int round = 0; round < 20; ++round) seen += polled(watch).size();
  for (std::thread& writer : writers) writer.join();
  seen += polled(watch).size();
  EXPECT_EQ(seen, std::size_t{kTopics});
}

}  // namespace
}  // namespace lendport::db

// A follower takes each event of an org once, with what it does because of it.
#include "events/followers.hpp"

#include "db/migrated.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace lendport::events {
namespace {

class Followers : public testing::TestWithParam<db::Engine> {
 protected:
  void happens(const std::string& org, int times = 1) {
    for (int i = 0; i < times; ++i) {
      store_.write([&](db::Transaction& tx) {
        append(tx, {.id = EventId{"evt_" + std::to_string(++made_)},
                    .org = OrgId{org},
                    .subject = {"application", "app_1"},
                    .type = "application.approved",
                    .payload = "{}",
                    .actor = "hub",
                    .at = db::kTestNow});
      });
    }
  }
  std::string taken(const std::string& org, const std::string& follower = "f") {
    const auto unit = [&](db::Transaction& tx) { return take(tx, OrgId{org}, follower); };
    std::string numbers;
    for (const Event& event : store_.write(unit)) numbers += std::to_string(event.sequence) + " ";
    return numbers;
  }
  std::string behind(const std::string& follower = "f", const std::string& after = "",
                     int limit = 10) {
    std::string orgs;
    for (const OrgId& org :
         store_.read([&](db::Snapshot& at) { return orgs_behind(at, follower, after, limit); })) {
      orgs += org.value + " ";
    }
    return orgs;
  }

  db::MigratedStore store_{GetParam()};
  std::atomic<int> made_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Followers, db::kEngines, db::engine_name);

TEST_P(Followers, TakeEachEventOfAnOrgOnceInOrder) {
  EXPECT_EQ(behind(), "");
  happens("org_1", 2);
  happens("org_2");
  EXPECT_EQ(behind(), "org_1 org_2 ");
  EXPECT_EQ(behind("f", "org_1"), "org_2 ");
  EXPECT_EQ(behind("f", "", 1), "org_1 ");
  EXPECT_EQ(taken("org_1"), "1 2 ");
  EXPECT_EQ(taken("org_1"), "");
  EXPECT_EQ(behind(), "org_2 ");
  happens("org_1");
  EXPECT_EQ(taken("org_1"), "3 ");
  EXPECT_EQ(taken("org_1", "other"), "1 2 3 ");
}

TEST_P(Followers, TakeAloneWhatMayLock) {
  happens("org_1", 5);
  const Alone alone = [](const Event& event) { return event.sequence == 3 || event.sequence == 4; };
  std::string batches;
  while (true) {
    const auto unit = [&](db::Transaction& tx) { return take(tx, OrgId{"org_1"}, "f", alone); };
    const std::vector<Event> batch = store_.write(unit);
    if (batch.empty()) break;
    for (const Event& event : batch) batches += std::to_string(event.sequence);
    batches += " ";
  }
  EXPECT_EQ(batches, "12 3 4 5 ");
}

TEST_P(Followers, SayHowFarTheyAreBehind) {
  const auto lag = [&] { return store_.read([](db::Snapshot& at) { return lag_of(at, "f"); }); };
  EXPECT_EQ(lag().events, 0);
  EXPECT_FALSE(lag().oldest);
  happens("org_1", 2);
  happens("org_2");
  EXPECT_EQ(lag().events, 3);
  EXPECT_EQ(lag().oldest, db::kTestNow);
  taken("org_1");
  EXPECT_EQ(lag().events, 1);
  taken("org_2");
  EXPECT_EQ(lag().events, 0);
  EXPECT_FALSE(lag().oldest);
}

TEST_P(Followers, BeginWithWhatHappensWhereTheStoreIsOlder) {
  const auto upgrade = [&](db::Transaction& tx) {
    for (const db::Migration& migration : db::built_in_migrations()) {
      if (migration.name != "0077_followers_begin") continue;
      for (const std::string& sql : db::statements_of(migration.sql)) tx.execute(sql, {});
    }
  };
  happens("org_1", 2);
  store_.write(upgrade);
  EXPECT_EQ(behind("notices") + behind("waterfall"), "");
  happens("org_1");
  happens("org_2");
  store_.write(upgrade);  // not where they are already
  EXPECT_EQ(taken("org_1", "notices"), "3 ");
  EXPECT_EQ(taken("org_1", "waterfall"), "3 ");
  EXPECT_EQ(taken("org_2", "notices"), "1 ");
}

TEST_P(Followers, TakeNothingThatIsRolledBack) {
  happens("org_1", 2);
  const auto unit = [&](db::Transaction& tx) {
    EXPECT_EQ(take(tx, OrgId{"org_1"}, "f").size(), 2U);
    tx.execute("INSERT INTO nowhere (a) VALUES (1)");
  };
  EXPECT_ANY_THROW(store_.write(unit));
  EXPECT_EQ(taken("org_1"), "1 2 ");
}

TEST_P(Followers, TakeSideBySideWhatNobodyElseTook) {
  happens("org_1", 3 * kTakenMax);
  std::atomic<int> count = 0;
  std::vector<std::thread> hubs;
  for (int i = 0; i < 4; ++i) {
    hubs.emplace_back([&] {
      for (int round = 0; round < 4; ++round) {
        const auto unit = [&](db::Transaction& tx) {
          return static_cast<int>(take(tx, OrgId{"org_1"}, "f").size());
        };
        count += store_.write(unit);
      }
    });
  }
  for (std::thread& hub : hubs) hub.join();
  EXPECT_EQ(count, 3 * kTakenMax);
}

}  // namespace
}  // namespace lendport::events

// Events are numbered without gaps, per org, in the order they become visible.
#include "events/events.hpp"

#include "db/migrated.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace lendport::events {
namespace {

const OrgId kOrg{"org_1"};
const OrgId kOther{"org_2"};
const Subject kApplication = {"application", "app_1"};

class Events : public testing::TestWithParam<db::Engine> {
 protected:
  NewEvent event(const OrgId& org = kOrg, const Subject& subject = kApplication) {
    return {.id = EventId{"evt_" + std::to_string(++made_)},
            .org = org,
            .subject = subject,
            .type = "application.approved",
            .payload = R"({"a":"é"})",
            .actor = "hub",
            .at = db::kTestNow};
  }
  std::int64_t appended(const NewEvent& event) {
    return store_.write([&](db::Transaction& tx) { return append(tx, event); });
  }
  std::vector<Event> listed(std::int64_t after, int limit = kListMax) {
    return store_.read([&](db::Snapshot& at) { return list(at, kOrg, after, limit); });
  }

  db::MigratedStore store_{GetParam()};
  std::atomic<int> made_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, Events, db::kEngines, db::engine_name);

TEST_P(Events, AreNumberedPerOrg) {
  EXPECT_EQ(appended(event()), 1);
  EXPECT_EQ(appended(event()), 2);
  EXPECT_EQ(appended(event(kOther)), 1);
  EXPECT_EQ(store_.read([](db::Snapshot& at) { return last_sequence(at, kOrg); }), 2);
  EXPECT_EQ(store_.read([](db::Snapshot& at) { return last_sequence(at, OrgId{"org_3"}); }), 0);
}

TEST_P(Events, AreListedAsTheyWereAppended) {
  const NewEvent first = event();
  appended(first);
  const Event found = listed(0).at(0);
  EXPECT_EQ(found.id, first.id);
  EXPECT_EQ(found.org, kOrg);
  EXPECT_EQ(found.subject.id, "app_1");
  EXPECT_EQ(found.subject.kind, "application");
  EXPECT_EQ(found.type, first.type);
  EXPECT_EQ(found.payload, first.payload);
  EXPECT_EQ(found.actor, "hub");
  EXPECT_EQ(found.at, db::kTestNow);
  EXPECT_EQ(found.sequence, 1);
}

TEST_P(Events, AreListedInPagesAndBySubject) {
  const Subject other = {"application", "app_2"};
  for (int i = 0; i < 5; ++i) appended(event(kOrg, i % 2 == 0 ? kApplication : other));
  EXPECT_EQ(listed(0, 2).size(), 2U);
  EXPECT_EQ(listed(2, 2).at(0).sequence, 3);
  EXPECT_EQ(listed(5).size(), 0U);
  const auto of_other =
      store_.read([&](db::Snapshot& at) { return list(at, kOrg, other, 2, kListMax); });
  ASSERT_EQ(of_other.size(), 1U);
  EXPECT_EQ(of_other.at(0).sequence, 4);
}

TEST_P(Events, AreFoundByWhatTheyAre) {
  const auto of = [&](const OrgId& org, const std::string& type, const Subject& subject) {
    NewEvent one = event(org, subject);
    one.type = type;
    return appended(one);
  };
  const auto latest_type = [&](const std::vector<std::string>& types) {
    const auto found =
        store_.read([&](db::Snapshot& at) { return latest_of(at, kOrg, kApplication, types); });
    return found ? found->type : "none";
  };
  EXPECT_EQ(latest_type({"application.waiting"}), "none");
  of(kOrg, "application.waiting", kApplication);
  of(kOrg, "application.confirmed", kApplication);
  of(kOrg, "application.retrying", kApplication);
  of(kOrg, "application.waiting", {"application", "app_2"});
  of(kOther, "application.waiting", kApplication);
  EXPECT_EQ(latest_type({"application.waiting", "application.confirmed"}), "application.confirmed");
  EXPECT_EQ(latest_type({"application.waiting"}), "application.waiting");
}

TEST_P(Events, AreFoundByTypeAndTime) {
  const auto of = [&](const std::string& type, const std::string& payload, Time at) {
    NewEvent one = event();
    one.subject = {"application", "app_since"};
    one.type = type;
    one.payload = payload;
    one.at = at;
    appended(one);
  };
  const Time begin = event().at;
  const auto found = [&](int limit) {
    std::string payloads;
    for (const Event& one : store_.read([&](db::Snapshot& at) {
           return since(at, kOrg, {"application", "app_since"}, "application.refused_step",
                        begin + std::chrono::seconds{1}, limit);
         })) {
      payloads += one.payload;
    }
    return payloads;
  };
  EXPECT_EQ(found(10), "");
  of("application.refused_step", "0", begin);
  of("application.refused_step", "1", begin + std::chrono::seconds{1});
  of("application.confirmed", "2", begin + std::chrono::seconds{2});
  of("application.refused_step", "3", begin + std::chrono::seconds{3});
  EXPECT_EQ(found(10), "31");
  EXPECT_EQ(found(1), "3");
}

TEST_P(Events, RefuseTooMuch) {
  NewEvent large = event();
  large.payload.assign(kPayloadBytesMax + 1, ' ');
  EXPECT_EQ(db::failure_of([&] { appended(large); }), ErrorCode::internal);
}

// A reader who goes on from the last number it saw sees each event once, whatever is written
// meanwhile and whatever of it is rolled back.
TEST_P(Events, AreNeverOverlooked) {
  constexpr int kWriters = 4;
  constexpr int kEach = 15;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const NewEvent kept = event();
        const NewEvent lost = event();
        appended(kept);
        EXPECT_TRUE(db::failure_of([&] {
          store_->write_now([&](db::Transaction& tx) {
            append(tx, lost);
            throw Error(ErrorCode::conflict, "no");
          });
        }));
      }
    });
  }
  std::int64_t seen = 0;
  const auto follow = [&] {
    for (const Event& one : listed(seen)) EXPECT_EQ(one.sequence, ++seen);
  };
  for (int round = 0; round < 50; ++round) follow();
  for (std::thread& writer : writers) writer.join();
  follow();
  EXPECT_EQ(seen, kWriters * kEach);
}

}  // namespace
}  // namespace lendport::events

// Jobs are kept, taken by one worker at a time, and given back when a worker is gone.
#include "jobs/jobs.hpp"

#include "db/migrated.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace lendport::jobs {
namespace {

using namespace std::chrono_literals;
const Time kNow = db::kTestNow;
const OrgId kOrg{"org_1"};

class Jobs : public testing::TestWithParam<db::Engine> {
 protected:
  static NewJob job(const std::string& id, Time run_at = kNow,
                    std::optional<std::string> unique_key = std::nullopt) {
    return {.id = JobId{id},
            .kind = "test",
            .org = kOrg,
            .payload = "{\"id\":\"" + id + "\"}",
            .run_at = run_at,
            .unique_key = std::move(unique_key)};
  }
  std::string put(const NewJob& job, Time now = kNow) {
    return store_.write([&](db::Transaction& tx) { return enqueue(tx, job, now).value; });
  }
  std::vector<Lease> taken(Time now = kNow, int count = 10, const std::string& owner = "a") {
    const Claim wanted = {{"test", "more"}, owner, now, 30s, count};
    return store_.write([&](db::Transaction& tx) { return claim(tx, wanted); });
  }
  template <class Call>
  std::optional<ErrorCode> ended(const Call& call) {
    return db::failure_of([&] { store_.write(call); });
  }
  std::optional<ErrorCode> completed(const Lease& lease) {
    return ended([&](db::Transaction& tx) { complete(tx, lease); });
  }
  Time due_at(const std::string& id) {
    return store_.read([&](db::Snapshot& at) {
      return at.find("SELECT due_at_ms FROM jobs WHERE id = $1", {id})->time("due_at_ms");
    });
  }
  // Whether there was anything to bring forward.
  bool brought_forward(Time now, std::chrono::milliseconds by = 0ms) {
    const std::vector<std::string> kinds = {"test"};
    const SetBack clock = {now, by, 30s};
    const auto look = [&](db::Snapshot& at) { return any_reckoned_ahead(at, kinds, clock); };
    const bool any = store_.read(look);
    const auto move = [&](db::Transaction& tx) { return bring_forward(tx, kinds, clock); };
    EXPECT_EQ(store_.write(move) > 0, any);
    return any;
  }
  std::vector<KindDepth> depths_now() { return store_.read(depth_by_kind); }
  Depth depth_now() { return store_.read(depth); }

  db::MigratedStore store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, Jobs, db::kEngines, db::engine_name);

TEST_P(Jobs, AreTakenWhenDueTheLongestDueFirst) {
  put(job("late", kNow + 1s));
  put(job("second", kNow - 1s));
  put(job("first", kNow - 2s));
  NewJob other = job("other", kNow - 3s);
  other.kind = "unknown";
  put(other);
  EXPECT_EQ(taken(kNow, 1).at(0).id.value, "first");
  const auto leases = taken();
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_EQ(leases[0].id.value, "second");
  EXPECT_EQ(leases[0].kind, "test");
  EXPECT_EQ(leases[0].org, kOrg);
  EXPECT_EQ(leases[0].payload, R"({"id":"second"})");
  EXPECT_EQ(leases[0].attempt, 1);
  EXPECT_EQ(leases[0].epoch, 1);
  EXPECT_EQ(taken(kNow + 1s).at(0).id.value, "late");
}

TEST_P(Jobs, LeaveTheQueueWhenDone) {
  put(job("a"));
  const Lease lease = taken().at(0);
  EXPECT_TRUE(store_.read([&](db::Snapshot& at) { return is_held(at, lease); }));
  EXPECT_EQ(completed(lease), std::nullopt);
  EXPECT_FALSE(store_.read([&](db::Snapshot& at) { return is_held(at, lease); }));
  EXPECT_EQ(completed(lease), ErrorCode::lease_lost);
  EXPECT_EQ(taken(kNow + 1h).size(), 0U);
}

// The worker that pauses finds its job in other hands; whatever it wrote with it is undone.
TEST_P(Jobs, AreFencedAgainstAWorkerWhoseLeaseRanOut) {
  put(job("a"));
  const Lease paused = taken(kNow, 1, "a").at(0);
  EXPECT_EQ(taken(kNow + 29s, 1, "b").size(), 0U);
  const Lease second = taken(kNow + 30s, 1, "b").at(0);
  EXPECT_EQ(second.epoch, 2);
  EXPECT_EQ(second.attempt, 2);
  EXPECT_EQ(ended([&](db::Transaction& tx) {
              enqueue(tx, job("b"), kNow);
              complete(tx, paused);
            }),
            ErrorCode::lease_lost);
  EXPECT_EQ(ended([&](db::Transaction& tx) {
              retry_at(tx, paused, {kNow, kNow}, "x");
            }),
            ErrorCode::lease_lost);
  EXPECT_EQ(ended([&](db::Transaction& tx) { fail(tx, paused, "x"); }), ErrorCode::lease_lost);
  EXPECT_FALSE(store_.write([&](db::Transaction& tx) { return renew(tx, paused, kNow + 9h); }));
  EXPECT_EQ(completed(second), std::nullopt);
  EXPECT_EQ(depth_now().waiting, 0);
}

TEST_P(Jobs, AreKeptByARenewedLease) {
  put(job("a"));
  const Lease lease = taken().at(0);
  EXPECT_TRUE(store_.write([&](db::Transaction& tx) { return renew(tx, lease, kNow + 60s); }));
  EXPECT_EQ(taken(kNow + 59s).size(), 0U);
  EXPECT_EQ(taken(kNow + 60s).size(), 1U);
}

TEST_P(Jobs, OfAProcessBeforeAreTakenBack) {
  put(job("a"));
  const Lease lost = taken(kNow, 1, "before").at(0);
  store_.write([](db::Transaction& tx) { take_back_leases(tx, kNow + 1s); });
  EXPECT_EQ(taken(kNow).size(), 0U);
  EXPECT_EQ(taken(kNow + 1s, 1, "now").at(0).epoch, lost.epoch + 1);
  EXPECT_EQ(ended([&](db::Transaction& tx) { complete(tx, lost); }), ErrorCode::lease_lost);
}

TEST_P(Jobs, AreTriedAgainLater) {
  put(job("a"));
  const Lease first = taken().at(0);
  EXPECT_FALSE(ended([&](db::Transaction& tx) { retry_at(tx, first, {kNow + 5s, kNow}, "busy"); }));
  EXPECT_EQ(taken(kNow + 4s).size(), 0U);
  const Lease second = taken(kNow + 5s).at(0);
  EXPECT_EQ(second.attempt, 2);
  EXPECT_FALSE(ended([&](db::Transaction& tx) {
    retry_at(tx, second, {kNow + 9s, kNow}, "wait", false);
  }));
  EXPECT_EQ(taken(kNow + 9s).at(0).attempt, 2);
}

TEST_P(Jobs, StayWhenGivenUpUntilAnOperatorLooks) {
  put(job("a", kNow, "key"));
  const Lease lease = taken().at(0);
  const std::string reason = std::string(kReasonBytesMax - 1, 'x') + "\xC3\xA9";
  EXPECT_FALSE(ended([&](db::Transaction& tx) { fail(tx, lease, reason); }));
  EXPECT_EQ(taken(kNow + 1h).size(), 0U);
  const auto failed = store_.read([](db::Snapshot& at) { return list_failed(at, kOrg, 10); });
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, std::string(kReasonBytesMax - 1, 'x'));
  EXPECT_EQ(failed[0].attempts, 1);
  const auto again = [&](const OrgId& org) {
    return ended([&](db::Transaction& tx) { run_again(tx, org, JobId{"a"}, kNow); });
  };
  EXPECT_EQ(again(OrgId{"org_2"}), ErrorCode::not_found);
  put(job("b", kNow, "key"));
  EXPECT_EQ(again(kOrg), ErrorCode::conflict);
  EXPECT_EQ(completed(taken().at(0)), std::nullopt);
  EXPECT_EQ(again(kOrg), std::nullopt);
  EXPECT_EQ(taken().at(0).attempt, 1);
}

TEST_P(Jobs, WithOneKeyWaitOnce) {
  EXPECT_EQ(put(job("a", kNow + 10s, "key")), "a");
  EXPECT_EQ(put(job("b", kNow + 20s, "key")), "a");
  EXPECT_EQ(put(job("c", kNow + 5s, "key")), "a");
  EXPECT_EQ(taken(kNow + 4s).size(), 0U);
  EXPECT_EQ(taken(kNow + 5s).size(), 1U);
  EXPECT_EQ(depth_now().waiting, 0);
}

TEST_P(Jobs, AskedForWhileRunningRunOnceMore) {
  put(job("a", kNow, "key"));
  const Lease lease = taken().at(0);
  EXPECT_EQ(put(job("b", kNow + 2s, "key")), "a");
  EXPECT_EQ(put(job("c", kNow + 3s, "key")), "a");
  EXPECT_EQ(completed(lease), std::nullopt);
  EXPECT_EQ(taken(kNow + 1s).size(), 0U);
  const Lease again = taken(kNow + 2s).at(0);
  EXPECT_EQ(again.attempt, 1);
  EXPECT_EQ(again.epoch, 2);
  EXPECT_EQ(completed(again), std::nullopt);
  EXPECT_EQ(put(job("d", kNow, "key")), "d");
}

// The clock is set back by a day, from kNow.
const Time kSetBack = kNow - 24h;

// By as much as their clock was ahead, or by what the clock is known to have been set back where
// that comes near.
TEST_P(Jobs, ReckonedByAClockThatWasSetBackAreBroughtForward) {
  struct Case {
    const char* id;
    Time reckoned;
    Time due;
    std::chrono::milliseconds set_back;
    Time then;
  };
  const Case cases[] = {
      {"at-once", kNow, kNow, 0ms, kSetBack},
      {"later", kNow, kNow + 60s, 0ms, kSetBack + 60s},
      {"known", kNow - 20s, kNow + 60s, 24h, kSetBack + 60s},
      {"known-to-be-less", kNow, kNow + 60s, 1h, kSetBack + 60s},
      {"of-another-clock", kSetBack + 6s, kSetBack + 60s, 24h, kSetBack + 54s},
      {"of-no-known-clock", Time{}, kNow + 60s, 24h, kSetBack + 60s},
      {"of-the-past", kNow, kNow - 1h, 0ms, kSetBack - 1h},
      {"right", kSetBack, kSetBack + 60s, 24h, kSetBack + 60s},
      {"long-ago", kSetBack - 10s, kNow + 720h, 24h, kNow + 720h},
      {"a-little-ahead", kSetBack + kClockSlack, kSetBack + 60s, 24h, kSetBack + 60s},
  };
  for (const Case& one : cases) {
    put(job(one.id, one.due), one.reckoned);
    EXPECT_EQ(brought_forward(kSetBack, one.set_back), one.then != one.due || one.reckoned == kNow)
        << one.id;
    EXPECT_EQ(due_at(one.id), one.then) << one.id;
    EXPECT_FALSE(brought_forward(kSetBack, one.set_back)) << one.id;
    EXPECT_EQ(due_at(one.id), one.then) << one.id << ", a second time";
  }
}

// However their time was reckoned last.
TEST_P(Jobs, AreBroughtForwardWhereverTheirTimeCameFrom) {
  const auto then = [&](const char* id) {
    EXPECT_TRUE(brought_forward(kSetBack)) << id;
    EXPECT_FALSE(brought_forward(kSetBack)) << id;
    return due_at(id) - kSetBack;
  };
  put(job("retried", kSetBack), kSetBack);
  const Lease retried = taken(kSetBack).at(0);
  ended([&](db::Transaction& tx) { retry_at(tx, retried, {kNow + 5s, kNow}, "busy"); });
  EXPECT_EQ(then("retried"), 5s);

  put(job("run-again", kSetBack), kSetBack);
  const Lease failed = taken(kSetBack).at(0);
  ended([&](db::Transaction& tx) { fail(tx, failed, "x"); });
  ended([&](db::Transaction& tx) { run_again(tx, kOrg, JobId{"run-again"}, kNow); });
  EXPECT_EQ(then("run-again"), 0s);

  put(job("sooner", kNow + 9s, "sooner"), kSetBack);
  put(job("other", kNow + 7s, "sooner"), kNow);
  EXPECT_EQ(then("sooner"), 7s);
}

// The end of the lease is another's to move: who holds it renews it.
TEST_P(Jobs, AskedForAgainAreBroughtForwardToo) {
  for (const bool ends_well : {true, false}) {
    put(job("a", kSetBack, "key"), kSetBack);
    const Lease lease = taken(kSetBack).at(0);
    put(job("b", kNow + 3s, "key"), kNow);
    EXPECT_TRUE(brought_forward(kSetBack));
    EXPECT_EQ(due_at("a"), kSetBack + 30s);
    ended([&](db::Transaction& tx) {
      if (ends_well) {
        complete(tx, lease);
      } else {
        retry_at(tx, lease, {kSetBack + 60s, kSetBack}, "busy");
      }
    });
    EXPECT_EQ(due_at("a"), kSetBack + 3s);
    EXPECT_EQ(completed(taken(kSetBack + 3s).at(0)), std::nullopt);
  }
}

// Asked for again by the clock of before, when the lease ends by the new one.
TEST_P(Jobs, AskedForAgainAreBroughtForwardAfterTheirLeaseToo) {
  put(job("a", kSetBack, "key"), kSetBack);
  const Lease lease = taken(kSetBack).at(0);
  put(job("b", kNow, "key"), kNow);
  EXPECT_EQ(completed(lease), std::nullopt);
  EXPECT_EQ(due_at("a"), kNow);
  EXPECT_TRUE(brought_forward(kSetBack));
  EXPECT_EQ(due_at("a"), kSetBack);
}

// Whose holder is gone. One that another hub may have given is left alone.
TEST_P(Jobs, AreHeldNoLongerThanALeaseAfterTheClockWasSetBack) {
  put(job("a", kNow, "key"));
  const Lease lost = taken().at(0);
  store_.write([&](db::Transaction& tx) { return renew(tx, lost, kNow + kLeaseLongest); });
  EXPECT_FALSE(brought_forward(kNow));
  put(job("b", kSetBack + 9s, "key"), kSetBack);
  EXPECT_TRUE(brought_forward(kSetBack));
  EXPECT_EQ(due_at("a"), kSetBack + 30s);
  EXPECT_FALSE(brought_forward(kSetBack));
  EXPECT_EQ(ended([&](db::Transaction& tx) { complete(tx, lost); }), std::nullopt);
  EXPECT_EQ(due_at("a"), kSetBack + 9s) << "asked for again by the clock as it is";
}

TEST_P(Jobs, AskedForByTheClockOfBeforeKeepALeaseThatAnotherHubMayHaveGiven) {
  put(job("a", kSetBack, "key"), kSetBack);
  const Lease lease = taken(kSetBack).at(0);
  store_.write([&](db::Transaction& tx) { return renew(tx, lease, kSetBack + 5min); });
  put(job("b", kNow + 3s, "key"), kNow);
  EXPECT_TRUE(brought_forward(kSetBack));
  EXPECT_EQ(due_at("a"), kSetBack + 5min);
  EXPECT_EQ(completed(lease), std::nullopt);
  EXPECT_EQ(due_at("a"), kSetBack + 3s);
}

// An older hub's, held when its clock was set back.
TEST_P(Jobs, OfNoKnownClockAreBroughtForwardAfterTheirLeaseWasCut) {
  put(job("a", kNow, "key"), Time{});
  const Lease lost = taken().at(0);
  store_.write([&](db::Transaction& tx) { return renew(tx, lost, kNow + kLeaseLongest); });
  put(job("b", kNow + 9s, "key"), Time{});
  EXPECT_TRUE(brought_forward(kSetBack));
  EXPECT_EQ(due_at("a"), kSetBack + 30s);
  EXPECT_EQ(completed(lost), std::nullopt);
  EXPECT_EQ(due_at("a"), kNow + 9s);
  EXPECT_TRUE(brought_forward(kSetBack, 24h));
  EXPECT_EQ(due_at("a"), kSetBack + 9s);
}

TEST_P(Jobs, OfALongQueueAreBroughtForwardSoManyAtATime) {
  store_.write([&](db::Transaction& tx) {
    for (int i = 0; i <= kBroughtForwardMax; ++i) {
      enqueue(tx, job("job-" + std::to_string(i), kNow), kNow);
    }
  });
  const auto move = [&](db::Transaction& tx) {
    return bring_forward(tx, {"test"}, {kSetBack, 0ms, 30s});
  };
  EXPECT_EQ(store_.write(move), kBroughtForwardMax);
  EXPECT_EQ(store_.write(move), 1);
  EXPECT_EQ(taken(kSetBack, 2 * kBroughtForwardMax).size(), kBroughtForwardMax + 1U);
}

TEST_P(Jobs, OfOthersAndGivenUpOnesAreNotBroughtForward) {
  NewJob other = job("other", kNow + 1s);
  other.kind = "more";
  put(other);
  put(job("failed"));
  const Lease lease = taken().at(0);
  ended([&](db::Transaction& tx) { fail(tx, lease, "x"); });
  EXPECT_FALSE(brought_forward(kSetBack));
  EXPECT_EQ(due_at("other"), kNow + 1s);
}

TEST_P(Jobs, CanBeCancelled) {
  put(job("a", kNow, "waits"));
  put(job("b", kNow - 1s, "runs"));
  const Lease running = taken(kNow, 1).at(0);
  put(job("c", kNow, "runs"));
  store_.write([](db::Transaction& tx) {
    cancel(tx, "waits");
    cancel(tx, "runs");
  });
  EXPECT_EQ(completed(running), std::nullopt);
  EXPECT_EQ(taken(kNow + 1h).size(), 0U);
}

TEST_P(Jobs, SignalWhenSomethingIsDue) {
  std::atomic<int> heard = 0;
  const auto subscription = store_->on_signal(std::string(kSignal), [&] { ++heard; });
  put(job("later", kNow + 1s));
  EXPECT_EQ(heard, 0);
  EXPECT_FALSE(store_.read([](db::Snapshot& at) { return any_due(at, {"test"}, kNow); }));
  put(job("now"));
  EXPECT_EQ(heard, 1);
  EXPECT_TRUE(store_.read([](db::Snapshot& at) { return any_due(at, {"test"}, kNow); }));
}

TEST_P(Jobs, AreCounted) {
  for (const char* id : {"a", "b", "c"}) put(job(id));
  const auto leases = taken(kNow, 2);
  EXPECT_FALSE(ended([&](db::Transaction& tx) { fail(tx, leases.at(0), "x"); }));
  EXPECT_EQ(depth_now().waiting, 1);
  EXPECT_EQ(depth_now().leased, 1);
  EXPECT_EQ(depth_now().failed, 1);
}

TEST_P(Jobs, AreCountedByKindWithTheOldestThatWaits) {
  EXPECT_TRUE(depths_now().empty());
  put(job("a", kNow - 9s));
  ASSERT_EQ(taken().size(), 1U);
  put(job("b", kNow - 3s));
  put(job("c", kNow - 5s));
  NewJob other = job("d", kNow + 7s);
  other.kind = "more";
  put(other);
  std::map<std::string, KindDepth> found;
  for (const KindDepth& one : depths_now()) found.emplace(one.kind, one);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found["test"].depth.waiting, 2);
  EXPECT_EQ(found["test"].depth.leased, 1);
  EXPECT_EQ(found["test"].oldest_due, kNow - 5s);
  EXPECT_EQ(found["more"].depth.waiting, 1);
  EXPECT_EQ(found["more"].oldest_due, kNow + 7s);
}

TEST_P(Jobs, RefuseTooMuch) {
  NewJob large = job("a");
  large.payload.assign(kPayloadBytesMax + 1, ' ');
  EXPECT_EQ(db::failure_of([&] { put(large); }), ErrorCode::internal);
}

TEST_P(Jobs, AreTakenByOneWorkerEach) {
  constexpr int kJobs = 60;
  for (int i = 0; i < kJobs; ++i) put(job("job" + std::to_string(i)));
  std::vector<std::vector<Lease>> mine(3);
  std::vector<std::thread> workers;
  for (std::size_t worker = 0; worker < mine.size(); ++worker) {
    workers.emplace_back([&, worker] {
      for (auto leases = taken(kNow, 7, std::to_string(worker)); !leases.empty();
           leases = taken(kNow, 7, std::to_string(worker))) {
        mine[worker].insert(mine[worker].end(), leases.begin(), leases.end());
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  std::set<std::string> ids;
  std::size_t count = 0;
  for (const auto& leases : mine) {
    count += leases.size();
    for (const Lease& lease : leases) ids.insert(lease.id.value);
  }
  EXPECT_EQ(ids.size(), std::size_t{kJobs});
  EXPECT_EQ(count, std::size_t{kJobs});
}

}  // namespace
}  // namespace lendport::jobs

// Every job is done, however often handlers fail and workers vanish, and never twice.
#include "jobs/worker.hpp"

#include "db/migrated.hpp"
#include "support/run_task.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <random>

namespace lendport::jobs {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;
using support::run_task;

class SteppedClock final : public Clock {
 public:
  Time now() const override { return time; }
  Time time = db::kTestNow;
};

class Workers : public testing::TestWithParam<db::Engine> {
 protected:
  std::unique_ptr<Worker> worker(const std::string& owner = "a", int running_max = 4) {
    const WorkerSettings settings = {owner, running_max, 30s};
    auto made = std::make_unique<Worker>(
        *store_, clock_, settings, [this](std::uint64_t bound) { return random_() % bound; },
        [](db::Transaction& tx, const Lease& lease, std::string_view reason) {
          tx.execute("INSERT INTO effects (id) VALUES ($1)",
                     {lease.id.value + " given up: " + std::string(reason)});
        });
    return made;
  }
  void SetUp() override {
    store_.write(
        [](db::Transaction& tx) { tx.define("CREATE TABLE effects (id TEXT PRIMARY KEY)"); });
  }
  void put(const std::string& id, const std::string& kind = "test") {
    const NewJob job = {.id = JobId{id},
                        .kind = kind,
                        .org = OrgId{"org_1"},
                        .payload = "{}",
                        .run_at = clock_.time,
                        .unique_key = std::nullopt};
    store_.write([&](db::Transaction& tx) { enqueue(tx, job, clock_.time); });
  }
  int step(Worker& worker) { return run_task(worker.step(clock_.time)); }
  std::vector<std::string> effects() {
    return store_.read([](db::Snapshot& at) {
      std::vector<std::string> ids;
      for (const db::Row& row : at.query("SELECT id FROM effects ORDER BY id")) {
        ids.push_back(row.text("id"));
      }
      return ids;
    });
  }
  Depth depth_now() { return store_.read(depth); }
  Time due_at(const std::string& id) {
    return store_.read([&](db::Snapshot& at) {
      return at.find("SELECT due_at_ms FROM jobs WHERE id = $1", {id})->time("due_at_ms");
    });
  }

  db::MigratedStore store_{GetParam()};
  SteppedClock clock_;
  std::minstd_rand random_{7};
};

INSTANTIATE_TEST_SUITE_P(Engines, Workers, db::kEngines, db::engine_name);

Task<void> nothing(const Lease&, Deadline) {
  co_return;
}

TEST_P(Workers, RunWhatIsDueAndCompleteIt) {
  const auto mine = worker();
  mine->handle("test", {nothing});
  EXPECT_EQ(step(*mine), 0);
  put("a");
  put("b");
  put("other", "unknown");
  EXPECT_EQ(step(*mine), 2);
  EXPECT_EQ(step(*mine), 0);
  EXPECT_EQ(depth_now().waiting, 1);
  EXPECT_EQ(depth_now().leased, 0);
}

TEST_P(Workers, GiveHandlersTheirJobAndADeadline) {
  const auto mine = worker();
  Lease seen;
  Deadline until;
  const auto handler = [&](const Lease& lease, Deadline deadline) -> Task<void> {
    seen = lease;
    until = deadline;
    co_return;
  };
  mine->handle("test", {.run = handler, .patience = 10s});
  put("a");
  step(*mine);
  EXPECT_EQ(seen.id.value, "a");
  EXPECT_EQ(seen.owner, "a");
  EXPECT_NEAR(std::chrono::duration<double>(until - std::chrono::steady_clock::now()).count(), 10,
              5);
}

TEST_P(Workers, BringForwardWhatWaitsForAClockThatWasSetBack) {
  const auto mine = worker();
  const auto held_back = [&](const Lease& lease, Deadline) -> Task<void> {
    const auto put_off = [&](db::Transaction& tx) {
      retry_at(tx, lease, {clock_.time + 60s, clock_.time}, "later", false);
    };
    co_await store_->write(put_off);
  };
  mine->handle("test", {held_back});
  put("a");
  put("other", "unknown");
  EXPECT_EQ(step(*mine), 1);
  const Time before = clock_.time;
  clock_.time -= 24h;
  EXPECT_TRUE(run_task(mine->bring_forward(24h)));
  EXPECT_EQ(due_at("a"), clock_.time + 60s);
  EXPECT_EQ(due_at("other"), before) << "another worker's";
  clock_.time += 61s;
  EXPECT_EQ(step(*mine), 1);
}

// Else the lease would end a day from now, and keep the job from everyone if its worker died.
TEST_P(Workers, RenewTheirLeasesWhenTheClockIsSetBack) {
  const auto mine = worker();
  const auto set_back_while_it_runs = [&](const Lease&, Deadline) -> Task<void> {
    clock_.time -= 24h;
    co_await mine->renew(clock_.time);
    EXPECT_EQ(due_at("a"), clock_.time + 30s);
  };
  mine->handle("test", {set_back_while_it_runs});
  put("a");
  EXPECT_EQ(step(*mine), 1);
  EXPECT_EQ(depth_now().leased, 0);
}

// Each handler waits until all of them are running.
TEST_P(Workers, RunHandlersSideBySideUpToTheirNumber) {
  const auto mine = worker("a", 3);
  int running = 0;
  std::vector<net::steady_timer*> bells;
  const auto handler = [&](const Lease&, Deadline) -> Task<void> {
    net::steady_timer bell(co_await net::this_coro::executor, Deadline::max());
    bells.push_back(&bell);
    if (++running == 3) {
      for (net::steady_timer* one : bells) one->expires_at(Deadline::min());
    }
    boost::system::error_code rung;
    co_await bell.async_wait(net::redirect_error(net::use_awaitable, rung));
  };
  mine->handle("test", {handler});
  for (const char* id : {"a", "b", "c", "d"}) put(id);
  EXPECT_EQ(step(*mine), 3);
  EXPECT_EQ(running, 3);
  EXPECT_EQ(depth_now().waiting, 1);
}

TEST_P(Workers, LeaveALeaseAloneThatItsHandlerEnded) {
  const auto mine = worker();
  const auto handler = [&](const Lease& lease, Deadline) -> Task<void> {
    const auto later = [&](db::Transaction& tx) {
      retry_at(tx, lease, {clock_.time + 7s, clock_.time}, "later");
    };
    co_await store_->write(later);
  };
  mine->handle("test", {handler});
  put("a");
  step(*mine);
  EXPECT_EQ(due_at("a"), clock_.time + 7s);
}

TEST_P(Workers, TryAgainWithPausesThatDoubleAndThenGiveUp) {
  const auto mine = worker();
  const auto handler = [](const Lease&, Deadline) -> Task<void> {
    throw Error(ErrorCode::lender_unavailable, "no answer");
    co_return;
  };
  mine->handle("test", {.run = handler, .attempts_max = 6, .pause_first = 100ms, .pause_max = 1s});
  put("a");
  for (const auto full : {100ms, 200ms, 400ms, 800ms, 1000ms}) {
    EXPECT_EQ(step(*mine), 1);
    const auto pause = due_at("a") - clock_.time;
    EXPECT_GE(pause, full / 2);
    EXPECT_LE(pause, full);
    clock_.time = due_at("a");
  }
  EXPECT_EQ(effects().size(), 0U);
  EXPECT_EQ(step(*mine), 1);
  EXPECT_EQ(depth_now().failed, 1);
  EXPECT_EQ(effects(), std::vector<std::string>{"a given up: lender_unavailable: no answer"});
}

TEST_P(Workers, ShowNobodyASurprise) {
  const auto mine = worker();
  const auto handler = [](const Lease&, Deadline) -> Task<void> {
    throw std::runtime_error("078-05-1120");
    co_return;
  };
  mine->handle("test", {.run = handler, .attempts_max = 1});
  put("a");
  step(*mine);
  EXPECT_EQ(effects(), std::vector<std::string>{"a given up: internal"});
}

TEST_P(Workers, KeepTheirJobsByRenewing) {
  const auto mine = worker("a");
  const auto other = worker("b");
  other->handle("test", {nothing});
  const auto handler = [&](const Lease&, Deadline) -> Task<void> {
    for (int i = 0; i < 5; ++i) {
      clock_.time += 20s;
      co_await mine->renew(clock_.time);
      const int stolen = co_await other->start(clock_.time);
      EXPECT_EQ(stolen, 0);
    }
  };
  mine->handle("test", {handler});
  put("a");
  EXPECT_EQ(step(*mine), 1);
  EXPECT_EQ(depth_now().leased, 0);
}

// Two workers, handlers that fail at random before or after their effect, steps whose worker
// vanishes with its jobs in hand. The effect and the end of the lease are one transaction, and the
// effect's key would refuse a second one.
TEST_P(Workers, DoEveryJobOnceWhateverHappens) {
  constexpr int kJobs = 40;
  for (int i = 0; i < kJobs; ++i) put("job" + std::to_string(100 + i));
  const auto handler = [&](const Lease& lease, Deadline) -> Task<void> {
    if (random_() % 3 == 0) throw Error(ErrorCode::lender_unavailable, "no answer");
    const auto effect = [&](db::Transaction& tx) {
      tx.execute("INSERT INTO effects (id) VALUES ($1)", {lease.id});
      complete(tx, lease);
    };
    co_await store_->write(effect);
    if (random_() % 3 == 0) throw std::runtime_error("after the effect");
  };
  auto first = worker("a");
  auto second = worker("b");
  for (Worker* one : {first.get(), second.get()}) {
    one->handle("test", {.run = handler, .attempts_max = 50});
  }
  for (int round = 0; round < 200 && effects().size() < kJobs; ++round) {
    if (round % 5 == 4) {
      // A process that dies: its jobs stay leased until the lease runs out.
      const Claim dying = {{"test"}, "dead", clock_.time, 30s, 3};
      store_.write([&](db::Transaction& tx) { claim(tx, dying); });
    }
    step(round % 2 == 0 ? *first : *second);
    clock_.time += 10s;
  }
  EXPECT_EQ(effects().size(), std::size_t{kJobs});
  const Depth left = depth_now();
  EXPECT_EQ(left.waiting + left.leased + left.failed, 0);
}

}  // namespace
}  // namespace lendport::jobs

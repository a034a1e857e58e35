// The loop takes what is due without being asked, and stops when what runs has ended.
#include "jobs/loop.hpp"

#include "db/migrated.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

namespace lendport::jobs {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

// The system's, as it is set.
class SetClock final : public Clock {
 public:
  Time now() const override { return system_.now() + ahead.load(); }
  std::atomic<std::chrono::milliseconds> ahead{};

 private:
  SystemClock system_;
};

class Loops : public testing::TestWithParam<db::Engine> {
 protected:
  void SetUp() override {
    worker_.handle("test", {[this](const Lease&, Deadline) { return count(); }});
    for (std::thread& thread : threads_) thread = std::thread([this] { context_.run(); });
    loop_.start();
  }
  void TearDown() override {
    stop();
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
  }
  void stop() { net::co_spawn(context_, loop_.stop(), net::use_future).get(); }

  // The handler: takes a while, then counts.
  Task<void> count() {
    {
      const std::lock_guard lock(mutex_);
      ++started_;
      changed_.notify_all();
    }
    net::steady_timer while_(co_await net::this_coro::executor, takes_);
    boost::system::error_code ignored;
    co_await while_.async_wait(net::redirect_error(net::use_awaitable, ignored));
    const std::lock_guard lock(mutex_);
    ++done_;
    changed_.notify_all();
  }
  bool reach(const int& counter, int wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return counter >= wanted; });
  }
  void put(const std::string& id, std::chrono::milliseconds in = 0ms) { put(id, clock_.now(), in); }
  void put(const std::string& id, Time now, std::chrono::milliseconds in) {
    const NewJob job = job_of(id, now + in);
    store_.write([&](db::Transaction& tx) { enqueue(tx, job, now); });
  }
  static NewJob job_of(const std::string& id, Time run_at) {
    return {.id = JobId{id},
            .kind = "test",
            .org = OrgId{},
            .payload = "{}",
            .run_at = run_at,
            .unique_key = std::nullopt};
  }

  db::MigratedStore store_{GetParam()};
  SetClock clock_;
  net::io_context context_;
  net::executor_work_guard<net::io_context::executor_type> work_{context_.get_executor()};
  Worker worker_{*store_, clock_, {"a", 4, 30s}, [](std::uint64_t) { return 0; }, nullptr};
  Loop loop_{context_.get_executor(), *store_, worker_, clock_};
  std::array<std::thread, 2> threads_;
  std::chrono::milliseconds takes_{0};
  std::mutex mutex_;  // protects what follows
  std::condition_variable changed_;
  int started_ = 0;
  int done_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, Loops, db::kEngines, db::engine_name);

TEST_P(Loops, RunMoreThanTheWorkersHandlers) {
  for (int i = 0; i < 20; ++i) put("job" + std::to_string(i));
  EXPECT_TRUE(reach(done_, 20));
}

TEST_P(Loops, SeeWhatFallsDueByItself) {
  put("later", 300ms);
  EXPECT_TRUE(reach(done_, 1));
}

// Twenty one after the other: with the timer alone they would take five seconds.
TEST_P(Loops, AreWokenByACommit) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 1; i <= 20; ++i) {
    put("job" + std::to_string(i));
    ASSERT_TRUE(reach(done_, i));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20 * kLookEvery / 2);
}

// A unit of work reads the clock, the clock is set back and the loop sees it, the unit commits.
TEST_P(Loops, SeeWhatWasReckonedBeforeTheClockWasSetBackAndCommittedAfter) {
  put("before");
  ASSERT_TRUE(reach(done_, 1));
  const Time old_clock = clock_.now();
  clock_.ahead = -24h;
  put("seen", old_clock, 0ms);
  ASSERT_TRUE(reach(done_, 2)) << "the loop has seen it";
  put("late", old_clock, 0ms);
  EXPECT_TRUE(reach(done_, 3));
}

// Or by another hub, which is gone.
TEST_P(Loops, SeeAtTheirStartWhatWasReckonedByAClockAhead) {
  stop();
  put("left", clock_.now() + 24h, 0ms);
  Loop next{context_.get_executor(), *store_, worker_, clock_};
  next.start();
  EXPECT_TRUE(reach(done_, 1));
  net::co_spawn(context_, next.stop(), net::use_future).get();
}

TEST_P(Loops, SeeAllOfALongQueueThatWasReckonedByAClockAhead) {
  stop();
  const int jobs = kBroughtForwardMax + 1;
  store_.write([&](db::Transaction& tx) {
    const Time ahead = clock_.now() + 24h;
    for (int i = 0; i < jobs; ++i) enqueue(tx, job_of("job" + std::to_string(i), ahead), ahead);
  });
  Loop next{context_.get_executor(), *store_, worker_, clock_};
  next.start();
  EXPECT_TRUE(reach(done_, jobs));
  net::co_spawn(context_, next.stop(), net::use_future).get();
}

TEST_P(Loops, StopWhenWhatRunsHasEnded) {
  takes_ = 200ms;
  put("a");
  ASSERT_TRUE(reach(started_, 1));
  stop();
  EXPECT_EQ(done_, 1);
  put("b");
  stop();
  EXPECT_EQ(store_.read(depth).waiting, 1);
}

}  // namespace
}  // namespace lendport::jobs

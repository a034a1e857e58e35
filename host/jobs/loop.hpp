// Keeps a worker going: the only place of jobs/ with a timer.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"
#include "db/database.hpp"
#include "jobs/worker.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace lendport::jobs {

// How long a job that falls due by itself may wait to be seen. What this process enqueues is seen
// at once, by the signal of its commit.
inline constexpr std::chrono::milliseconds kLookEvery{250};
inline constexpr std::chrono::milliseconds kPauseAfterFailure{1'000};
// How soon it looks again for what was reckoned by a clock that was set back since: this long after
// it saw that, then after twice as long, for a unit of work may have read the clock before and
// commit late; and now and then at any time, for what another process left.
inline constexpr std::chrono::seconds kHeedFirst{1};
inline constexpr std::chrono::minutes kHeedSeldom{10};

// Takes what is due whenever something is, renews leases while handlers run, and goes on after a
// failure of the database. Thread-safe. Its worker is used on the loop's own strand alone.
class Loop {
 public:
  // All of them outlive the loop.
  Loop(const boost::asio::any_io_executor& executor, db::Database& database, Worker& worker,
       const Clock& clock);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  // REQUIRES: stop() has returned, or the executor runs no more.
  ~Loop();

  void start();
  // Looks now rather than at the next turn.
  void wake();
  // Takes nothing more, and returns once what runs has ended. Bounded by the patience of the kinds.
  // REQUIRES: start() was called.
  Task<void> stop();

 private:
  struct State;

  std::shared_ptr<State> state_;
  db::Subscription due_;
};

}  // namespace lendport::jobs

// Runs the handlers of jobs that are due: one step of the queue at a given time.
//
// Knows no timer: the loop of the hub (jobs/loop.hpp) calls it again and again, a simulation steps
// it with a clock of its own. Everything of a worker runs on one strand: the one its coroutines are
// awaited on.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"
#include "db/database.hpp"
#include "jobs/jobs.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::jobs {

// What to do with jobs of one kind. The handler ends its lease in the transaction of its story, by
// complete(), retry_at() or fail(); one that returns with the lease still held has done its work,
// and the job is completed for it. One that throws is tried again after a pause that doubles, with
// jitter, until its attempts are used up; then the job is given up. A job may run again after its
// story was committed (the process died before it could say so), never side by side with itself.
struct Kind {
  std::function<Task<void>(const Lease&, Deadline)> run;
  int attempts_max = 15;
  std::chrono::milliseconds pause_first{1'000};
  std::chrono::milliseconds pause_max{600'000};
  // How long one attempt may take; the deadline that the handler is given.
  std::chrono::milliseconds patience{60'000};
};

struct WorkerSettings {
  std::string owner;                            // unique per process, for the operator
  int running_max = 32;                         // handlers side by side
  std::chrono::milliseconds lease_for{30'000};  // renewed when a third of it is gone
};

// Called in the transaction that gives a job up, so that somebody is told of it: an event, an
// attention item. What it throws keeps the job from being given up; it is tried once more.
using OnGivenUp = std::function<void(db::Transaction&, const Lease&, std::string_view reason)>;

// A number below `bound`, from the system or a simulation's seed.
using RandomBelow = std::function<std::uint64_t(std::uint64_t bound)>;

class Worker {
 public:
  // `database` and `clock` outlive the worker.
  Worker(db::Database& database, const Clock& clock, WorkerSettings settings, RandomBelow random,
         OnGivenUp on_given_up);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  // REQUIRES: nothing is running, or its strand runs no more.
  ~Worker();

  // Before the first step. A kind without a handler stays in the queue for a program that knows it.
  void handle(std::string kind, Kind how);

  // Those that have a handler.
  const std::vector<std::string>& kinds() const { return kind_names_; }

  // Takes what is due at `now`, as far as handlers are free, starts them and returns how many.
  Task<int> start(Time now);
  // Brings forward what was reckoned by a clock that was set back since; by how much, if that is
  // known, else 0. kBroughtForwardMax at a time; whether that was all.
  Task<bool> bring_forward(std::chrono::milliseconds set_back);
  // Moves the end of the leases of what runs, also where the clock was set back.
  Task<void> renew(Time now);
  // Returns once nothing is running.
  Task<void> idle();
  // Takes, runs and waits: one step of a simulation or a test.
  Task<int> step(Time now);

  int running() const;
  // `bell` is called on the strand each time a handler ended.
  void on_end(std::function<void()> bell);

 private:
  struct Running;

  Task<void> run(Lease lease);
  Task<void> settle(const Lease& lease, const std::string& failure);
  void end(const JobId& job);
  std::chrono::milliseconds pause_after(const Kind& kind, int attempt) const;

  db::Database& database_;
  const Clock& clock_;
  const WorkerSettings settings_;
  const RandomBelow random_;
  const OnGivenUp on_given_up_;
  std::map<std::string, Kind> kinds_;
  std::vector<std::string> kind_names_;
  std::function<void()> bell_;
  std::unique_ptr<Running> running_;
};

}  // namespace lendport::jobs

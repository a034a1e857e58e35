// The units of work that wait for one of the database's threads.
#pragma once

#include "core/error.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/database.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace lendport::db {

// One closure on its way through the queue: `unit` writes or `look` reads, the other is null. Both
// belong to the caller, who waits until end() was called, exactly once, on any thread.
struct Work {
  // Answers the caller, and lets go of what it waits with.
  void end(const std::exception_ptr& failure) { std::exchange(finish, nullptr)(failure); }

  const Unit* unit = nullptr;
  const Look* look = nullptr;
  Deadline deadline = Deadline::max();
  std::function<void(std::exception_ptr failure)> finish;
};

// A bounded queue, first in, first out. What is still waiting at its deadline is taken off and
// finished with Error{overloaded}, also while all threads are busy. Of the threads that wait for
// work the last to come is the first to get some: its connection has the statements prepared and
// the pages at hand, and a hub with little to do keeps one connection warm rather than all
// lukewarm. Thread-safe.
class Queue {
 public:
  explicit Queue(std::size_t waiting_max);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  // REQUIRES: the threads that take() have ended.
  ~Queue();

  // Waits for the work's end and rethrows its failure, on the caller's executor, which must outlive
  // the queue. A full or closed queue fails at once with Error{overloaded}.
  Task<void> run(Work work);
  // The same, blocking the calling thread.
  void run_now(Work work);

  // Blocks until something waits, then takes up to `count`. Empty only when the queue is closed
  // and has run dry.
  std::vector<Work> take(std::size_t count);

  // The store is out of reach: fails what waits and what comes with Error{database_unavailable}
  // until `reachable` is said again.
  void set_reachable(bool reachable);

  // Nothing more is let in; what waits is still handed out.
  void close();

 private:
  // A thread that waits for work.
  struct Taker {
    std::condition_variable called_up;
    bool called = false;
  };

  void push(Work work);
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  void call_last_taker();
  void sweep();
  std::vector<Work> remove_overdue();

  const std::size_t waiting_max_;
  std::mutex mutex_;            // protects what follows
  std::vector<Taker*> takers_;  // the last to come is called first
  std::condition_variable sweeper_wanted_;
  std::deque<Work> waiting_;
  bool sweeper_sleeps_ = true;
  bool reachable_ = true;
  bool closed_ = false;
  std::thread sweeper_;
};

}  // namespace lendport::db

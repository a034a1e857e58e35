// How many calls may be under way side by side under one name, so that what is slow keeps no more.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace lendport::connectors {

// Calls that may wait for a place under one name; more are refused at once.
inline constexpr std::size_t kWaitingMax = 16;

// Thread-safe. Keeps nothing of a name that is idle.
class Bulkhead {
 public:
  // A place, if one of `at_once` is free and nobody waits for it. Each is given back once.
  bool take(const std::string& name, int at_once);
  // Waits in line for one; false when none came free until `until`, and at once when kWaitingMax
  // wait already. REQUIRES: the caller runs on a strand (or on an io_context with one thread).
  Task<bool> wait_for(std::string name, int at_once, Deadline until);
  // To whoever waits first.
  void give_back(const std::string& name, std::chrono::steady_clock::duration held);

  // When one that is refused should ask again, not before `earliest`: those that are refused one
  // after the other come back one after the other, as fast as places came free lately.
  std::chrono::milliseconds turn(const std::string& name, int at_once,
                                 std::chrono::milliseconds earliest);
  int in_use(const std::string& name) const;

 private:
  struct Waiter;
  struct Lane {
    int in_use = 0;
    std::deque<std::shared_ptr<Waiter>> waiting;
    std::chrono::steady_clock::duration held_usually{0};
    std::chrono::steady_clock::time_point last_turn{};
  };
  std::shared_ptr<Waiter> stand_in_line(const std::string& name, int at_once, Waiter waiter);
  bool leave_line(const std::string& name, const std::shared_ptr<Waiter>& waiter);
  void forget_idle(const std::string& name);

  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<std::string, Lane, std::less<>> lanes_;
};

}  // namespace lendport::connectors

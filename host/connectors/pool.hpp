// The threads that run connectors' callbacks, and the lanes that keep them one at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace lendport::connectors {

struct PoolSettings {
  int threads = 2;
  std::chrono::milliseconds slow_after{50};   // CPU time of a callback that is logged
  std::chrono::milliseconds hung_after{250};  // wall time after which its thread is replaced
  int replacements_max = 8;                   // hung threads at once; beyond, the pool shrinks
};

struct PoolState;  // shared by the pool, its threads and its lanes

// What runs on a lane runs one at a time and in order, on whichever thread. One per instance.
// Thread-safe.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  using Work = std::function<void()>;

  // Work that waits on one lane; more is refused.
  static constexpr std::size_t kWaitingMax = 65'536;

  Lane(std::shared_ptr<PoolState> pool, std::string name);

  // Runs `work` later, never inside this call. False: refused, too much waits or the pool has
  // ended.
  bool post(Work work);

  // Runs `work` on the caller's own thread if the lane is free; false: it is not, nothing ran. For
  // callers that may be kept by a callback, such as a benchmark or a test: nobody replaces them.
  bool try_run(const Work& work);

  // A callback on this lane has not come back in time. False again once it does.
  bool hung() const { return hung_; }

  const std::string& name() const { return name_; }

 private:
  friend struct PoolState;
  void run_timed(const Work& work);
  // Takes the next work, or gives the lane up.
  bool next(Work& work);

  std::shared_ptr<PoolState> pool_;
  std::string name_;
  std::atomic<bool> hung_ = false;
  std::mutex mutex_;
  // State below is protected by mutex_.
  std::deque<Work> waiting_;
  bool busy_ = false;
};

// Starts its threads at once. The destructor runs what waits, joins the threads and leaves those
// that hang to themselves: their lanes are never used again.
class Pool {
 public:
  explicit Pool(PoolSettings settings);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  std::shared_ptr<Lane> make_lane(std::string name);

  // Threads whose callback does not come back, right now.
  int hung_threads() const;

 private:
  std::shared_ptr<PoolState> state_;
  std::thread watchdog_;
};

}  // namespace lendport::connectors

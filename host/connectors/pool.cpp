#include "connectors/pool.hpp"

#include "telemetry/log.hpp"

#include <ctime>
#include <vector>

namespace lendport::connectors {
namespace {

using Clock = std::chrono::steady_clock;

// A lane gives way to others after so many pieces of work.
constexpr int kPiecesInATurnMax = 64;
constexpr std::chrono::milliseconds kWatchEvery{100};
constexpr std::chrono::seconds kDrainMax{2};

std::int64_t ticks_now() {
  return Clock::now().time_since_epoch().count();
}

std::chrono::nanoseconds cpu_now() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}

// On the pool's threads: when the callback began that runs now; 0: none runs.
thread_local std::atomic<std::int64_t>* callback_start = nullptr;

}  // namespace

// A hung thread keeps it alive past the pool.
struct PoolState : std::enable_shared_from_this<PoolState> {
  struct Worker {
    std::thread thread;
    std::atomic<std::int64_t> callback_start = 0;
    Lane* lane = nullptr;  // protected by mutex, as the rest
    bool replaced = false;
    bool over = false;
  };

  bool submit(std::shared_ptr<Lane> lane);  // false: the pool has stopped
  void start_worker();
  void work(Worker& self);
  void run_lane(Lane& lane);
  void watch();
  bool hangs(const Worker& worker) const;
  void replace_hung();
  void stop();

  PoolSettings settings;
  mutable std::mutex mutex;
  // State below is protected by mutex.
  std::condition_variable ready;
  std::condition_variable idle;
  std::condition_variable stopped;
  std::deque<std::shared_ptr<Lane>> lanes;  // with work
  std::list<Worker> workers;
  int at_work = 0;
  int hung = 0;
  bool stopping = false;
};

Lane::Lane(std::shared_ptr<PoolState> pool, std::string name)
    : pool_(std::move(pool)), name_(std::move(name)) {}

bool Lane::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kWaitingMax) return false;
    waiting_.push_back(std::move(work));
    if (busy_) return true;
    busy_ = true;
  }
  if (pool_->submit(shared_from_this())) return true;
  std::deque<Work> dropped;  // outside the lock: what they hold may come back here
  const std::lock_guard lock(mutex_);
  dropped.swap(waiting_);
  busy_ = false;
  return false;
}

bool Lane::try_run(const Work& work) {
  {
    const std::lock_guard lock(mutex_);
    if (busy_) return false;
    busy_ = true;
  }
  run_timed(work);
  {
    const std::lock_guard lock(mutex_);
    busy_ = !waiting_.empty();
    if (!busy_) return true;
  }
  pool_->submit(shared_from_this());
  return true;
}

bool Lane::next(Work& work) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    busy_ = false;
    return false;
  }
  work = std::move(waiting_.front());
  waiting_.pop_front();
  return true;
}

void Lane::run_timed(const Work& work) {
  const auto cpu_before = cpu_now();
  const std::int64_t start = ticks_now();
  if (callback_start != nullptr) *callback_start = start;
  work();
  if (callback_start != nullptr) *callback_start = 0;
  if (Clock::duration(ticks_now() - start) < pool_->settings.slow_after) return;
  const auto cpu = std::chrono::duration_cast<std::chrono::microseconds>(cpu_now() - cpu_before);
  if (cpu < pool_->settings.slow_after) return;
  telemetry::log(telemetry::Level::warn, "connector_slow_callback",
                 {{"lane", name_}, {"cpu", cpu}});
}

bool PoolState::submit(std::shared_ptr<Lane> lane) {
  const std::lock_guard lock(mutex);
  if (stopping) return false;
  lanes.push_back(std::move(lane));
  ready.notify_one();
  return true;
}

// REQUIRES: the mutex is held, or no thread runs yet.
void PoolState::start_worker() {
  Worker& worker = workers.emplace_back();
  worker.thread = std::thread([self = shared_from_this(), &worker] { self->work(worker); });
}

void PoolState::work(Worker& self) {
  callback_start = &self.callback_start;
  std::unique_lock lock(mutex);
  while (true) {
    ready.wait(lock, [&] { return !lanes.empty() || stopping; });
    if (lanes.empty()) break;
    auto lane = std::move(lanes.front());
    lanes.pop_front();
    ++at_work;
    self.lane = lane.get();
    lock.unlock();
    run_lane(*lane);
    lock.lock();
    self.lane = nullptr;
    --at_work;
    if (self.replaced) {
      --hung;
      lane->hung_ = false;
    }
    idle.notify_all();
    lock.unlock();
    lane.reset();  // what it held may come back here for the mutex
    lock.lock();
    if (self.replaced) break;
  }
  self.over = true;
  idle.notify_all();
}

void PoolState::run_lane(Lane& lane) {
  Lane::Work work;
  for (int turn = 0; turn < kPiecesInATurnMax; ++turn) {
    if (!lane.next(work)) return;
    lane.run_timed(work);
    work = nullptr;
    if (lane.hung_.exchange(false)) break;
  }
  submit(lane.shared_from_this());
}

void PoolState::watch() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    stopped.wait_for(lock, kWatchEvery, [&] { return stopping; });
    if (!stopping) replace_hung();
  }
}

bool PoolState::hangs(const Worker& worker) const {
  const std::int64_t start = worker.callback_start;
  return start != 0 && worker.lane != nullptr &&
         Clock::duration(ticks_now() - start) >= settings.hung_after;
}

// Marks callbacks that do not come back and puts a thread in the place of theirs.
void PoolState::replace_hung() {
  std::vector<Worker*> found;
  for (Worker& worker : workers) {
    if (!worker.replaced && hangs(worker)) found.push_back(&worker);
  }
  for (Worker* worker : found) {
    if (hung >= settings.replacements_max) return;
    worker->replaced = true;
    worker->lane->hung_ = true;
    ++hung;
    telemetry::log(telemetry::Level::error, "connector_hung", {{"lane", worker->lane->name()}});
    start_worker();
  }
  idle.notify_all();
}

void PoolState::stop() {
  std::unique_lock lock(mutex);
  idle.wait_for(lock, kDrainMax, [&] { return lanes.empty() && at_work == hung; });
  stopping = true;
  ready.notify_all();
  stopped.notify_all();
  for (Worker& worker : workers) {
    while (!worker.over && !hangs(worker)) idle.wait_for(lock, kWatchEvery);
    if (!worker.over) {  // it ends when its callback does, if it ever does
      if (!worker.replaced) ++hung;
      worker.replaced = true;
      worker.thread.detach();
      continue;
    }
    lock.unlock();
    worker.thread.join();
    lock.lock();
  }
}

Pool::Pool(PoolSettings settings) : state_(std::make_shared<PoolState>()) {
  state_->settings = settings;
  for (int i = 0; i < settings.threads; ++i) state_->start_worker();
  watchdog_ = std::thread([state = state_] { state->watch(); });
}

Pool::~Pool() {
  state_->stop();
  watchdog_.join();
}

std::shared_ptr<Lane> Pool::make_lane(std::string name) {
  return std::make_shared<Lane>(state_, std::move(name));
}

int Pool::hung_threads() const {
  const std::lock_guard lock(state_->mutex);
  return state_->hung;
}

}  // namespace lendport::connectors

#include "connectors/bulkhead.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace lendport::connectors {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenTurnsMin{2};
constexpr std::chrono::milliseconds kBetweenTurnsMax{1'000};
constexpr std::chrono::milliseconds kTurnMax{30'000};

}  // namespace

struct Bulkhead::Waiter {
  asio::steady_timer bell;  // on its owner's strand
  bool granted = false;     // protected by mutex_
};

bool Bulkhead::take(const std::string& name, int at_once) {
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_[name];
  if (lane.in_use >= at_once || !lane.waiting.empty()) return false;
  ++lane.in_use;
  return true;
}

std::shared_ptr<Bulkhead::Waiter> Bulkhead::stand_in_line(const std::string& name, int at_once,
                                                          Waiter waiter) {
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_[name];
  if (lane.waiting.size() >= kWaitingMax) return nullptr;
  auto shared = std::make_shared<Waiter>(std::move(waiter));
  if (lane.in_use < at_once && lane.waiting.empty()) {
    ++lane.in_use;
    shared->granted = true;
  } else {
    lane.waiting.push_back(shared);
  }
  return shared;
}

// Whether it was its turn after all.
bool Bulkhead::leave_line(const std::string& name, const std::shared_ptr<Waiter>& waiter) {
  const std::lock_guard lock(mutex_);
  if (!waiter->granted) std::erase(lanes_[name].waiting, waiter);
  return waiter->granted;
}

Task<bool> Bulkhead::wait_for(std::string name, int at_once, Deadline until) {
  asio::steady_timer bell(co_await asio::this_coro::executor, until);
  const auto waiter = stand_in_line(name, at_once, Waiter{std::move(bell)});
  if (!waiter) co_return false;
  const auto has_its_turn = [&] {
    const std::lock_guard lock(mutex_);
    return waiter->granted;
  };
  if (has_its_turn()) co_return true;
  boost::system::error_code cancelled;
  co_await waiter->bell.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  co_return leave_line(name, waiter);
}

void Bulkhead::give_back(const std::string& name, steady_clock::duration held) {
  std::shared_ptr<Waiter> next;
  {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[name];
    lane.held_usually += (held - lane.held_usually) / 4;
    if (lane.waiting.empty()) {
      --lane.in_use;
      forget_idle(name);
    } else {
      next = lane.waiting.front();
      lane.waiting.pop_front();
      next->granted = true;
    }
  }
  if (next) asio::post(next->bell.get_executor(), [next] { next->bell.cancel(); });
}

void Bulkhead::forget_idle(const std::string& name) {
  const auto found = lanes_.find(name);
  const Lane& lane = found->second;
  const bool idle = lane.in_use == 0 && lane.waiting.empty();
  if (idle && lane.last_turn <= steady_clock::now()) lanes_.erase(found);
}

std::chrono::milliseconds Bulkhead::turn(const std::string& name, int at_once,
                                         std::chrono::milliseconds earliest) {
  using std::chrono::milliseconds;
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_[name];
  const auto now = steady_clock::now();
  const auto apart = std::clamp<steady_clock::duration>(lane.held_usually / at_once,
                                                        kBetweenTurnsMin, kBetweenTurnsMax);
  lane.last_turn = std::max(lane.last_turn + apart, now + earliest);
  // A line that is longer is asked again before its turn; it is no promise.
  lane.last_turn = std::min<steady_clock::time_point>(lane.last_turn, now + earliest + kTurnMax);
  return std::chrono::duration_cast<milliseconds>(lane.last_turn - now) + milliseconds{1};
}

int Bulkhead::in_use(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(name);
  return found == lanes_.end() ? 0 : found->second.in_use;
}

}  // namespace lendport::connectors

#include "db/queue.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <future>
#include <memory>
#include <utility>

namespace lendport::db {
namespace net = boost::asio;
namespace {

// How late a unit may be taken off after its deadline while every thread is busy.
constexpr std::chrono::milliseconds kSweepEvery{20};

std::exception_ptr failure_of(ErrorCode code, const char* detail) {
  return std::make_exception_ptr(Error(code, detail));
}

void fail_all(std::vector<Work>& refused, const std::exception_ptr& failure) {
  for (Work& work : refused) work.end(failure);
}

std::exception_ptr overdue() {
  return failure_of(ErrorCode::overloaded, "the store was too busy to begin in time; try again");
}

// Resumes the coroutine behind `handler` on its own executor, never on the database's thread.
template <class Handler>
std::function<void(std::exception_ptr)> resume_through(Handler handler) {
  auto executor =
      net::prefer(net::get_associated_executor(handler), net::execution::outstanding_work.tracked);
  auto waiting = std::make_shared<Handler>(std::move(handler));
  return [executor, waiting](const std::exception_ptr& failure) {
    net::post(executor, [waiting, failure] { std::move (*waiting)(failure); });
  };
}

}  // namespace

Queue::Queue(std::size_t waiting_max) : waiting_max_(waiting_max), sweeper_([this] { sweep(); }) {}

Queue::~Queue() {
  close();
  sweeper_.join();
}

Task<void> Queue::run(Work work) {
  const auto start = [&](auto handler) {
    work.finish = resume_through(std::move(handler));
    push(std::move(work));
  };
  co_await net::async_initiate<const net::use_awaitable_t<>&, void(std::exception_ptr)>(
      start, net::use_awaitable);
}

void Queue::run_now(Work work) {
  auto ended = std::make_shared<std::promise<void>>();
  auto result = ended->get_future();
  work.finish = [ended](const std::exception_ptr& failure) {
    failure ? ended->set_exception(failure) : ended->set_value();
  };
  push(std::move(work));
  result.get();
}

void Queue::push(Work work) {
  std::exception_ptr refusal;
  {
    const std::lock_guard lock(mutex_);
    if (!reachable_) {
      refusal = failure_of(ErrorCode::database_unavailable, "the database cannot be reached");
    } else if (closed_ || waiting_.size() >= waiting_max_) {
      refusal = failure_of(ErrorCode::overloaded, "the store has too much waiting; try again");
    } else {
      waiting_.push_back(std::move(work));
      if (!takers_.empty()) call_last_taker();
      if (std::exchange(sweeper_sleeps_, false)) sweeper_wanted_.notify_one();
      return;
    }
  }
  work.end(refusal);
}

// Under the lock: the taker is gone as soon as it has it.
void Queue::call_last_taker() {
  Taker& taker = *takers_.back();
  takers_.pop_back();
  taker.called = true;
  taker.called_up.notify_one();
}

void Queue::wait_for_work(std::unique_lock<std::mutex>& lock) {
  Taker self;
  takers_.push_back(&self);
  self.called_up.wait(lock, [&self] { return self.called; });
}

std::vector<Work> Queue::take(std::size_t count) {
  std::vector<Work> taken;
  std::vector<Work> late;
  bool dry = false;
  while (taken.empty() && !dry) {
    std::unique_lock lock(mutex_);
    while (!closed_ && waiting_.empty()) wait_for_work(lock);
    const auto now = std::chrono::steady_clock::now();
    while (!waiting_.empty() && taken.size() < count) {
      auto& into = waiting_.front().deadline > now ? taken : late;
      into.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    dry = closed_ && waiting_.empty();
    lock.unlock();
    if (!late.empty()) fail_all(late, overdue());
    late.clear();
  }
  return taken;
}

void Queue::set_reachable(bool reachable) {
  std::vector<Work> lost;
  {
    const std::lock_guard lock(mutex_);
    reachable_ = reachable;
    if (!reachable) {
      lost.assign(std::make_move_iterator(waiting_.begin()),
                  std::make_move_iterator(waiting_.end()));
      waiting_.clear();
    }
  }
  fail_all(lost,
           failure_of(ErrorCode::database_unavailable, "the connection to the database broke"));
}

void Queue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  while (!takers_.empty()) call_last_taker();
  sweeper_wanted_.notify_one();
}

std::vector<Work> Queue::remove_overdue() {
  std::vector<Work> late;
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(waiting_, [&](Work& work) {
    if (work.deadline > now) return false;
    late.push_back(std::move(work));
    return true;
  });
  return late;
}

void Queue::sweep() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    sweeper_sleeps_ = waiting_.empty();
    if (sweeper_sleeps_) {
      sweeper_wanted_.wait(lock);
    } else {
      sweeper_wanted_.wait_for(lock, kSweepEvery);
    }
    std::vector<Work> late = remove_overdue();
    lock.unlock();
    if (!late.empty()) fail_all(late, overdue());
    late.clear();
    lock.lock();
  }
}

}  // namespace lendport::db

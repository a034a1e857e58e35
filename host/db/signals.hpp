// Tells parts of this process that a unit of work was committed, here or in another process:
// "jobs", "versions".
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace lendport::db {

// Ends when it goes: after its destructor the callback runs no more. May outlive the database.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
  Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    std::swap(end_, other.end_);
    return *this;
  }
  ~Subscription() {
    if (end_) end_();
  }

 private:
  std::function<void()> end_;
};

// Thread-safe. Callbacks run on the database's threads, one at a time: they only post or set a
// flag, and neither subscribe nor end a subscription.
class Signals {
 public:
  Subscription subscribe(std::string channel, std::function<void()> callback);
  void raise(const std::set<std::string, std::less<>>& channels);

 private:
  struct Subscriber {
    std::string channel;
    std::function<void()> callback;
  };
  struct State {
    std::mutex mutex;  // protects what follows
    std::map<int, Subscriber> subscribers;
    int next = 0;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace lendport::db

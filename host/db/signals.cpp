#include "db/signals.hpp"

namespace lendport::db {

Subscription Signals::subscribe(std::string channel, std::function<void()> callback) {
  const std::lock_guard lock(state_->mutex);
  const int number = state_->next++;
  state_->subscribers[number] = {std::move(channel), std::move(callback)};
  return Subscription([state = state_, number] {
    const std::lock_guard erasing(state->mutex);
    state->subscribers.erase(number);
  });
}

void Signals::raise(const std::set<std::string, std::less<>>& channels) {
  if (channels.empty()) return;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [number, subscriber] : state_->subscribers) {
    if (channels.contains(subscriber.channel)) subscriber.callback();
  }
}

}  // namespace lendport::db

#include "http/body_bytes.hpp"

namespace lendport::http {

BodyBytes::Room BodyBytes::take(const std::string& sender, std::size_t bytes) {
  if (bytes == 0) return Room::enough;
  const std::lock_guard lock(mutex_);
  if (bytes > all_max_ - all_) return Room::none;
  const auto held = of_senders_.find(sender);
  const std::size_t has = held == of_senders_.end() ? 0 : held->second;
  if (bytes > each_max_ - has) return Room::not_of_sender;
  all_ += bytes;
  of_senders_[sender] = has + bytes;
  return Room::enough;
}

void BodyBytes::give_back(const std::string& sender, std::size_t bytes) {
  if (bytes == 0) return;
  const std::lock_guard lock(mutex_);
  all_ -= bytes;
  const auto held = of_senders_.find(sender);
  held->second -= bytes;
  if (held->second == 0) of_senders_.erase(held);
}

}  // namespace lendport::http

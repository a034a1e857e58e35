#include "http/connections.hpp"

namespace lendport::http {

Connections::Connections(std::size_t total_max, std::size_t per_address_max)
    : total_max_(total_max), per_address_max_(per_address_max) {}

std::unique_ptr<Connections::Place> Connections::take_place(const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (places_ >= total_max_) return nullptr;
  std::size_t& here = by_address_[address];
  if (here >= per_address_max_) return nullptr;
  ++here;
  ++places_;
  return std::make_unique<Place>(*this, address);
}

Connections::Place::~Place() {
  if (connections_ != nullptr) connections_->give_back(address_);
}

void Connections::give_back(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto here = by_address_.find(address);
  if (--here->second == 0) by_address_.erase(here);
  if (--places_ == 0) emptied_.notify_all();
}

void Connections::add(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  open_.emplace(connection.get(), connection);
}

void Connections::remove(const Connection* connection) {
  const std::lock_guard lock(mutex_);
  open_.erase(connection);
}

void Connections::sweep(Connection::Moment now) {
  std::vector<std::shared_ptr<Connection>> late;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [raw, weak] : open_) {
      if (raw->deadline() > now) continue;
      if (auto connection = weak.lock()) late.push_back(std::move(connection));
    }
  }
  for (const auto& connection : late) connection->expire();
}

std::vector<std::shared_ptr<Connection>> Connections::all() {
  std::vector<std::shared_ptr<Connection>> alive;
  const std::lock_guard lock(mutex_);
  for (const auto& [raw, weak] : open_) {
    if (auto connection = weak.lock()) alive.push_back(std::move(connection));
  }
  return alive;
}

void Connections::drain() {
  draining_ = true;
  for (const auto& connection : all()) connection->drain();
}

void Connections::cut() {
  for (const auto& connection : all()) connection->cut();
}

bool Connections::wait_until_empty(Connection::Moment until) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_until(lock, until, [&] { return places_ == 0; });
}

std::size_t Connections::count() const {
  const std::lock_guard lock(mutex_);
  return places_;
}

}  // namespace lendport::http

// The open connections: how many, of whom, and which of them has overstayed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace lendport::http {

// One connection as the register sees it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  virtual ~Connection() = default;

  // Ends what the connection waits for now, if it is past its deadline. Any thread.
  virtual void expire() = 0;
  // Ends it as soon as no request is under way. Any thread.
  virtual void drain() = 0;
  // Ends it, whatever is under way. Any thread.
  virtual void cut() = 0;

  Moment deadline() const { return deadline_.load(std::memory_order_relaxed); }

 protected:
  // One store instead of a timer of its own: the register looks at all of them a few times a
  // second.
  void set_deadline(Moment moment) { deadline_.store(moment, std::memory_order_relaxed); }

 private:
  std::atomic<Moment> deadline_{Moment::max()};
};

// Thread-safe. Outlives every connection in it.
class Connections {
 public:
  Connections(std::size_t total_max, std::size_t per_address_max);

  // A place among the open connections; gives it back when it goes.
  class Place {
   public:
    Place(Connections& connections, std::string address)
        : connections_(&connections), address_(std::move(address)) {}
    Place(Place&& other) noexcept
        : connections_(other.connections_), address_(std::move(other.address_)) {
      other.connections_ = nullptr;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    Connections* connections_;
    std::string address_;
  };

  // Nothing when the hub or the address holds as many as it may.
  std::unique_ptr<Place> take_place(const std::string& address);

  void add(const std::shared_ptr<Connection>& connection);
  void remove(const Connection* connection);

  // Has those whose deadline has passed end.
  void sweep(Connection::Moment now);
  // Has all of them end; later ones too.
  void drain();
  // Cuts all of them.
  void cut();
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  // Whether all places were given back before `until`.
  bool wait_until_empty(Connection::Moment until);

  std::size_t count() const;

 private:
  void give_back(const std::string& address);
  std::vector<std::shared_ptr<Connection>> all();

  const std::size_t total_max_;
  const std::size_t per_address_max_;
  std::atomic<bool> draining_ = false;

  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::size_t places_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> open_;
  std::condition_variable emptied_;
};

}  // namespace lendport::http

// The bulkhead: how many requests to one endpoint are in flight, so that a slow one does not hold
// up the others.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace lendport::webhooks {

// Of this process. Thread-safe. Who finds no room is told when there will be some, each another
// moment: a long queue waits in the store, and is not looked at again and again.
class Lanes {
 public:
  // So far ahead those who find no room come at the pace of the endpoint. A longer queue comes
  // later, one each kAwayStep: it costs as little however long it is, and one that the endpoint
  // catches up with is not away for longer than it must.
  static constexpr std::chrono::minutes kAwayAtPace{5};
  static constexpr std::chrono::milliseconds kAwayStep{100};

  explicit Lanes(int each) : state_(std::make_shared<State>()), each_(each) {}

  // Room in a lane; given back when it goes. May outlive the lanes.
  class Turn {
   public:
    Turn(Turn&& other) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();
    // How long the request took: what the next in the queue have to wait for.
    void took(std::chrono::milliseconds duration) { duration_ = duration; }

   private:
    friend class Lanes;
    struct Lane {
      int in_flight = 0;
      Deadline free_at{};                   // for whom is sent away next
      std::chrono::milliseconds pace{100};  // of the last request
    };
    struct State {
      std::mutex mutex;  // protects what follows
      std::map<std::string, Lane> lanes;
    };
    Turn(std::shared_ptr<State> state, std::string lane)
        : state_(std::move(state)), lane_(std::move(lane)) {}

    std::shared_ptr<State> state_;
    std::string lane_;
    std::optional<std::chrono::milliseconds> duration_;
  };

  // Room now, or in `wait` how long until one asks again. By the steady clock: what a set clock
  // once said must not stay in a lane.
  std::optional<Turn> enter(const EndpointId& endpoint, Deadline now,
                            std::chrono::milliseconds& wait);

 private:
  using State = Turn::State;

  std::shared_ptr<State> state_;
  int each_;
};

}  // namespace lendport::webhooks

// The guard before each connection: how many calls at once, and none while its lender is down.
#pragma once

#include "connectors/connectors.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>

namespace lendport::connectors {

// Thread-safe. Keeps nothing of a connection that is idle and well.
class Circuits {
 public:
  Circuits(int failures, std::chrono::milliseconds open_for)
      : failures_max_(failures), open_for_(open_for) {}

  struct Admission {
    bool admitted = false;
    bool full = false;  // else: the circuit is open
    std::chrono::milliseconds retry_after{0};
  };

  // Every admission is followed by one `leave`. While the circuit is half open one call is let in.
  Admission enter(const ConnectionId& connection, std::int64_t in_flight_max);
  void leave(const ConnectionId& connection);

  // Whether a request of the connection was answered. Opening and closing is logged once each.
  void note(const ConnectionId& connection, bool answered);

  ConnectionHealth health(const ConnectionId& connection) const;

 private:
  struct Entry {
    int in_flight = 0;
    int failures = 0;
    Circuit circuit = Circuit::closed;
    bool probing = false;
    std::chrono::steady_clock::time_point open_until{};
  };
  const int failures_max_;
  const std::chrono::milliseconds open_for_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<ConnectionId, Entry> entries_;
};

// Leaves at the end of the scope.
class Admitted {
 public:
  Admitted(Circuits& circuits, ConnectionId connection, std::int64_t in_flight_max)
      : circuits_(circuits),
        connection_(std::move(connection)),
        admission_(circuits.enter(connection_, in_flight_max)) {}
  Admitted(const Admitted&) = delete;
  Admitted& operator=(const Admitted&) = delete;
  ~Admitted() {
    if (admission_.admitted) circuits_.leave(connection_);
  }
  const Circuits::Admission& admission() const { return admission_; }

 private:
  Circuits& circuits_;
  ConnectionId connection_;
  Circuits::Admission admission_;
};

}  // namespace lendport::connectors

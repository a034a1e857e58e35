// The breaker of each connection: none of its calls leaves while its lender is down.
#pragma once

#include "connectors/connectors.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace lendport::connectors {

struct CircuitSettings {
  int failures = 5;  // one after the other, until the circuit opens
  std::chrono::milliseconds open_for{30'000};
};

// It opens as well when so many of the last requests failed, in whatever order.
inline constexpr int kCircuitWindow = 20;
inline constexpr int kCircuitWindowFailures = 10;

// A lender that went down, or came back, and of which nobody was told yet.
struct CircuitChange {
  ConnectionId connection;
  bool down = false;
};

// Thread-safe. Keeps nothing of a connection that is well. A failure is a request without an
// answer, or with one that says that the lender is down; whatever it answers else is none.
class Circuits {
 public:
  explicit Circuits(CircuitSettings settings) : settings_(settings) {}

  struct Entry {
    bool admitted = true;
    bool probe = false;  // the one call that is let in to see whether the lender is back
    std::chrono::milliseconds retry_after{0};  // not admitted: until the next probe
  };
  // Every entry of a probe is followed by one `leave`.
  Entry enter(const ConnectionId& connection);
  void leave_probe(const ConnectionId& connection);

  // Whether a request of the connection was answered. Opening and closing is logged once each.
  void note(const ConnectionId& connection, bool answered);

  // What is to be told, again and again until `told` says that it was.
  std::vector<CircuitChange> changes() const;
  void told(const CircuitChange& change);
  // These lenders, all of them, are told to be down, by whichever process or an earlier life of
  // this one: their next answer is worth telling. Keeps no call from them. A lender that was only
  // expected to be down and is not among them any more is as well as it was: its next outage is
  // news again.
  void expect_down(const std::vector<ConnectionId>& all);

  ConnectionHealth health(const ConnectionId& connection) const;

 private:
  struct Guard {
    int failures = 0;          // one after the other
    std::uint32_t window = 0;  // a bit for each of the last requests that failed, the latest lowest
    int counted = 0;           // in the window
    Circuit circuit = Circuit::closed;
    bool probing = false;
    bool suspected = false;  // by expect_down, and nothing heard since
    bool told_down = false;
    std::chrono::steady_clock::time_point open_until{};

    bool is_down() const { return circuit != Circuit::closed || suspected; }
    bool is_well() const { return !is_down() && !told_down && window == 0; }
  };
  void count(Guard& guard, bool failed) const;
  bool must_open(const Guard& guard) const;

  const CircuitSettings settings_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<ConnectionId, Guard> guards_;
};

}  // namespace lendport::connectors

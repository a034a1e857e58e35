// Who may call a lender now: the breaker of the connection and the places at it and its connector.
#pragma once

#include "connectors/bulkhead.hpp"
#include "connectors/circuit.hpp"
#include "connectors/connectors.hpp"

#include <memory>
#include <string>

namespace lendport::connectors {

struct DoorwaySettings {
  CircuitSettings circuit;
  int calls_per_connection = 16;  // side by side; a manifest may ask for fewer
  int calls_per_plugin = 24;      // of all its connections
};

// A call that finds no place waits in line so long, and no longer than its own deadline.
inline constexpr std::chrono::milliseconds kWaitForPlaceMax{2'000};

// What a call is of.
struct Caller {
  std::string plugin;
  ConnectionId connection;
  int at_once_max = 0;  // of the connection, as the manifest says
};

// Thread-safe. Places may outlive whoever made it.
class Doorway : public std::enable_shared_from_this<Doorway> {
 public:
  explicit Doorway(DoorwaySettings settings) : settings_(settings), circuits_(settings.circuit) {}

  // At once.
  Admission admit(const Caller& caller);
  // Waits for a place, never for a lender that is down.
  // REQUIRES: the caller runs on a strand (or on an io_context with one thread).
  Task<Admission> admit_in_turn(Caller caller, Deadline until);

  Circuits& circuits() { return circuits_; }
  ConnectionHealth health(const ConnectionId& connection) const;

 private:
  struct Held;
  int limit_of(const Caller& caller) const;
  Admission enter(const Caller& caller);
  Admission refuse_busy(const Caller& caller);
  Admission refuse_down(const Caller& caller, std::chrono::milliseconds until_probe);

  const DoorwaySettings settings_;
  Circuits circuits_;
  Bulkhead connections_;
  Bulkhead plugins_;
};

}  // namespace lendport::connectors

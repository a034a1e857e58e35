#include "connectors/doorway.hpp"

#include <algorithm>

namespace lendport::connectors {

using std::chrono::steady_clock;

// A place at the connection and one at the plugin, until the last copy goes.
struct Doorway::Held {
  Held(std::shared_ptr<Doorway> its_door, const Caller& its_caller)
      : door(std::move(its_door)), caller(its_caller) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    const auto held = steady_clock::now() - since;
    if (probe) door->circuits_.leave_probe(caller.connection);
    door->plugins_.give_back(caller.plugin, held);
    door->connections_.give_back(caller.connection.value, held);
  }

  const std::shared_ptr<Doorway> door;
  const Caller caller;
  const steady_clock::time_point since = steady_clock::now();
  bool probe = false;
};

int Doorway::limit_of(const Caller& caller) const {
  return std::max(1, std::min(settings_.calls_per_connection, caller.at_once_max));
}

Admission Doorway::refuse_busy(const Caller& caller) {
  return {
      nullptr, kBusyCode,
      connections_.turn(caller.connection.value, limit_of(caller), std::chrono::milliseconds{})};
}

Admission Doorway::refuse_down(const Caller& caller, std::chrono::milliseconds until_probe) {
  return {nullptr, kDownCode,
          connections_.turn(caller.connection.value, limit_of(caller), until_probe)};
}

// With both places taken. Both are given back when the circuit is open.
Admission Doorway::enter(const Caller& caller) {
  const auto held = std::make_shared<Held>(shared_from_this(), caller);
  const Circuits::Entry entry = circuits_.enter(caller.connection);
  if (!entry.admitted) return refuse_down(caller, entry.retry_after);
  held->probe = entry.probe;
  return {held, {}, {}};
}

Admission Doorway::admit(const Caller& caller) {
  const ConnectionHealth known = circuits_.health(caller.connection);
  if (known.circuit == Circuit::open && known.probe_in.count() > 0) {
    return refuse_down(caller, known.probe_in);
  }
  if (!connections_.take(caller.connection.value, limit_of(caller))) return refuse_busy(caller);
  if (!plugins_.take(caller.plugin, settings_.calls_per_plugin)) {
    connections_.give_back(caller.connection.value, {});
    return refuse_busy(caller);
  }
  return enter(caller);
}

Task<Admission> Doorway::admit_in_turn(Caller caller, Deadline until) {
  Admission now = admit(caller);
  if (now.place || now.code != kBusyCode) co_return now;
  const Deadline patience = std::min(until, steady_clock::now() + kWaitForPlaceMax);
  const std::string connection = caller.connection.value;
  const bool here = co_await connections_.wait_for(connection, limit_of(caller), patience);
  if (!here) co_return refuse_busy(caller);
  const bool there =
      co_await plugins_.wait_for(caller.plugin, settings_.calls_per_plugin, patience);
  if (there) co_return enter(caller);
  connections_.give_back(connection, {});
  co_return refuse_busy(caller);
}

ConnectionHealth Doorway::health(const ConnectionId& connection) const {
  ConnectionHealth health = circuits_.health(connection);
  health.in_flight = connections_.in_use(connection.value);
  return health;
}

}  // namespace lendport::connectors

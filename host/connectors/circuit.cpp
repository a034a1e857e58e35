#include "connectors/circuit.hpp"

#include "telemetry/log.hpp"

namespace lendport::connectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBusyRetryAfter{1000};

}  // namespace

Circuits::Admission Circuits::enter(const ConnectionId& connection, std::int64_t in_flight_max) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[connection];
  if (entry.circuit != Circuit::closed) {
    const auto now = Clock::now();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(entry.open_until - now);
    if (left.count() > 0) return {false, false, left};
    if (entry.probing) return {false, false, kBusyRetryAfter};
    entry.circuit = Circuit::half_open;
    entry.probing = true;
  } else if (entry.in_flight >= in_flight_max) {
    return {false, true, kBusyRetryAfter};
  }
  ++entry.in_flight;
  return {true, false, {}};
}

void Circuits::leave(const ConnectionId& connection) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(connection);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  --entry.in_flight;
  if (entry.in_flight == 0) {
    entry.probing = false;  // a probe that never reached the lender tells nothing
    if (entry.circuit == Circuit::closed && entry.failures == 0) entries_.erase(found);
  }
}

void Circuits::note(const ConnectionId& connection, bool answered) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(connection);
  if (found == entries_.end() && answered) return;
  Entry& entry = found == entries_.end() ? entries_[connection] : found->second;
  if (answered) {
    entry.failures = 0;
    if (entry.circuit == Circuit::closed) return;
    entry.circuit = Circuit::closed;
    entry.probing = false;
    telemetry::log(telemetry::Level::info, "lender_up", {{"connection", connection}});
    return;
  }
  ++entry.failures;
  if (entry.circuit == Circuit::closed && entry.failures < failures_max_) return;
  if (entry.circuit == Circuit::closed) {
    telemetry::log(telemetry::Level::warn, "lender_down",
                   {{"connection", connection}, {"failures", entry.failures}});
  }
  entry.circuit = Circuit::open;
  entry.probing = false;
  entry.open_until = Clock::now() + open_for_;
}

ConnectionHealth Circuits::health(const ConnectionId& connection) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(connection);
  if (found == entries_.end()) return {};
  return {found->second.circuit, found->second.in_flight, false};
}

}  // namespace lendport::connectors

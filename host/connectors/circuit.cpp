#include "connectors/circuit.hpp"

#include "telemetry/log.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

namespace lendport::connectors {
namespace {

using std::chrono::steady_clock;

// While a probe is under way its end is not known: ask again soon.
constexpr std::chrono::milliseconds kWhileProbing{1'000};
constexpr std::uint32_t kWindowBits = (1U << kCircuitWindow) - 1;

}  // namespace

Circuits::Entry Circuits::enter(const ConnectionId& connection) {
  const std::lock_guard lock(mutex_);
  const auto found = guards_.find(connection);
  if (found == guards_.end() || found->second.circuit == Circuit::closed) return {};
  Guard& guard = found->second;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(guard.open_until - steady_clock::now());
  if (left.count() > 0) return {false, false, left};
  if (guard.probing) return {false, false, kWhileProbing};
  guard.circuit = Circuit::half_open;
  guard.probing = true;
  return {true, true, {}};
}

// A probe that never reached the lender tells nothing: another may try.
void Circuits::leave_probe(const ConnectionId& connection) {
  const std::lock_guard lock(mutex_);
  const auto found = guards_.find(connection);
  if (found != guards_.end()) found->second.probing = false;
}

void Circuits::count(Guard& guard, bool failed) const {
  guard.failures = failed ? guard.failures + 1 : 0;
  guard.window = (guard.window << 1U | (failed ? 1U : 0U)) & kWindowBits;
  guard.counted = std::min(guard.counted + 1, kCircuitWindow);
}

bool Circuits::must_open(const Guard& guard) const {
  if (guard.circuit != Circuit::closed || guard.failures >= settings_.failures) return true;
  return guard.counted == kCircuitWindow && std::popcount(guard.window) >= kCircuitWindowFailures;
}

void Circuits::note(const ConnectionId& connection, bool answered) {
  const std::lock_guard lock(mutex_);
  const auto found = guards_.find(connection);
  if (found == guards_.end() && answered) return;
  Guard& guard = found == guards_.end() ? guards_[connection] : found->second;
  count(guard, !answered);
  if (answered) {
    const bool was_down = guard.is_down();
    // One answer settles it: what failed before says nothing of the lender as it is now.
    if (was_down) guard = Guard{.told_down = guard.told_down};
    if (was_down) {
      telemetry::log(telemetry::Level::info, "lender_up", {{"connection", connection}});
    }
    if (guard.is_well()) guards_.erase(connection);
    return;
  }
  if (!must_open(guard)) return;
  if (!guard.is_down()) {
    telemetry::log(telemetry::Level::warn, "lender_down",
                   {{"connection", connection}, {"failures", guard.failures}});
  }
  guard.circuit = Circuit::open;
  guard.probing = false;
  guard.open_until = steady_clock::now() + settings_.open_for;
}

std::vector<CircuitChange> Circuits::changes() const {
  const std::lock_guard lock(mutex_);
  std::vector<CircuitChange> found;
  for (const auto& [connection, guard] : guards_) {
    if (guard.is_down() != guard.told_down) found.push_back({connection, guard.is_down()});
  }
  return found;
}

void Circuits::told(const CircuitChange& change) {
  const std::lock_guard lock(mutex_);
  const auto found = guards_.find(change.connection);
  if (found == guards_.end()) return;
  found->second.told_down = change.down;
  if (found->second.is_well()) guards_.erase(found);
}

void Circuits::expect_down(const std::vector<ConnectionId>& all) {
  const std::lock_guard lock(mutex_);
  for (auto at = guards_.begin(); at != guards_.end();) {
    Guard& guard = at->second;
    const bool only_expected = guard.suspected && guard.circuit == Circuit::closed;
    if (only_expected && std::find(all.begin(), all.end(), at->first) == all.end()) {
      guard.suspected = guard.told_down = false;
    }
    at = guard.is_well() ? guards_.erase(at) : std::next(at);
  }
  for (const ConnectionId& connection : all) {
    Guard& guard = guards_[connection];
    if (!guard.is_down() && !guard.told_down) guard.suspected = true;
    guard.told_down = true;
  }
}

ConnectionHealth Circuits::health(const ConnectionId& connection) const {
  const std::lock_guard lock(mutex_);
  ConnectionHealth health;
  const auto found = guards_.find(connection);
  if (found == guards_.end() || found->second.circuit == Circuit::closed) return health;
  health.circuit = found->second.circuit;
  const auto left = found->second.open_until - steady_clock::now();
  health.probe_in = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                             std::chrono::milliseconds{0});
  return health;
}

}  // namespace lendport::connectors

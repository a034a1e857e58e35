// Which plugins an operator stopped: kept in the store, so that it holds in every process and after
// a restart.
#pragma once

#include "core/time.hpp"
#include "db/database.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

// Before a job that found its connector stopped, or not ready, looks again.
inline constexpr std::chrono::seconds kConnectorPause{15};

// The topic of `versions` that a switch bumps.
inline constexpr std::string_view kSwitchesTopic = "plugins";

// A connector that takes the place of one whose lender stops lending.
struct Successor {
  std::string plugin;  // the manifest's id
  std::string name;    // as its manifest said then

  friend bool operator==(const Successor&, const Successor&) = default;
};

// A lender that stops lending: what is open goes on, nothing is new.
struct WindDown {
  bool on = false;
  std::string reason;  // one sentence, shown to reps; empty when it is not on
  std::vector<Successor> successors;

  friend bool operator==(const WindDown&, const WindDown&) = default;
};

// As a text of the store; names have one line.
std::string write_successors(const std::vector<Successor>& successors);
std::vector<Successor> read_successors(std::string_view text);

// How one plugin is switched. A plugin that never was runs, in version 1.
struct Switch {
  std::string plugin;  // the manifest's id
  bool stopped = false;
  std::string reason;  // the operator's words; empty when it runs
  WindDown wind_down;
  std::int64_t version = 1;
  std::string changed_by;  // a user's id; empty: never switched
  Time changed_at{};
};

using PluginIds = std::set<std::string, std::less<>>;

Switch switch_of(db::Snapshot& at, std::string_view plugin);
// Whether its calls are refused. What would call it is put off, not failed.
bool is_stopped(db::Snapshot& at, std::string_view plugin);
PluginIds stopped_plugins(db::Snapshot& at);

// Stores `changed` and bumps the topic, so it comes late in a transaction. Throws
// Error{precondition_failed} when the stored version is not the one before.
void store(db::Transaction& tx, const Switch& changed);

}  // namespace lendport::connectors

// Which plugins an operator stopped: kept in the store, so that it holds in every process and after
// a restart.
#pragma once

#include "core/time.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace lendport::connectors {

// The topic of `versions` that a switch bumps.
inline constexpr std::string_view kSwitchesTopic = "plugins";

// How one plugin is switched. A plugin that never was runs, in version 1.
struct Switch {
  std::string plugin;  // the manifest's id
  bool stopped = false;
  std::string reason;  // the operator's words; empty when it runs
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

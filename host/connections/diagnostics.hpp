// What an operator or a lender needs to look into a connection that does not work, and nothing of
// anybody's secrets or persons.
#pragma once

#include "connections/health.hpp"
#include "connectors/connectors.hpp"
#include "connectors/journal.hpp"
#include "events/events.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Requests and events in one download, the latest.
inline constexpr int kDiagnosticCallsMax = 200;
inline constexpr int kDiagnosticEventsMax = 100;

struct Diagnostics {
  LenderHealth health;  // with the connection
  std::optional<connectors::PluginView> plugin;
  std::vector<connectors::JournalEntry> calls;
  std::vector<events::Event> events;  // of the connection; their payloads are left out
  connectors::Secrets secrets;        // to be taken out of whatever names them
};

namespace connections {

// The download. Settings without secrets and personal members, URLs without what may name a person,
// and whatever text holds a stored secret, "***" in its place.
std::string diagnostics_text(const Diagnostics& diagnostics);

// `url` without its query; parts of the path that are an address, escaped text or a long number are
// "***".
std::string without_persons(std::string_view url);

}  // namespace connections
}  // namespace lendport

#include "connections/diagnostics.hpp"

#include "connections/connections.hpp"
#include "connections/ground.hpp"
#include "connections/record.hpp"

#include <algorithm>
#include <cctype>

namespace lendport {
namespace connections {
namespace {

// Phone and social security numbers have more.
constexpr std::ptrdiff_t kDigitsMax = 6;

bool may_name_a_person(std::string_view part) {
  const auto digits =
      std::count_if(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  const bool letters =
      std::any_of(part.begin(), part.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
  if (part.find_first_of("@%+ ") != std::string_view::npos) return true;
  return digits > kDigitsMax && !letters;
}

}  // namespace

std::string without_persons(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::size_t slash = std::min(url.find('/', host), url.size());
  std::string clean(url.substr(0, slash));
  while (slash < url.size()) {
    const std::size_t end = std::min(url.find('/', slash + 1), url.size());
    const std::string_view part = url.substr(slash + 1, end - slash - 1);
    clean += "/";
    clean += may_name_a_person(part) ? "***" : part;
    slash = end;
  }
  return clean;
}

}  // namespace connections

Task<Diagnostics> Connections::diagnostics(Principal caller, OrgId org, ConnectionId id,
                                           Deadline deadline) {
  Diagnostics found;
  const auto look = [&](db::Snapshot& at) {
    const Connection connection = connections::own(at, caller, org, id);
    found.health = connections::health_of(at, connection, tallies_, needs_.clock.now());
    found.secrets = connections::opened(needs_, at, connection);
    found.calls = connectors::latest_calls(at, id, kDiagnosticCallsMax);
    found.events = events::latest(at, org, {"connection", id.value}, kDiagnosticEventsMax);
  };
  co_await needs_.db.read(look, deadline);
  found.health.now = needs_.connectors.health(id);
  for (const connectors::PluginView& plugin : needs_.connectors.plugins()) {
    if (plugin.id == found.health.connection.plugin_id) found.plugin = plugin;
  }
  co_return found;
}

}  // namespace lendport

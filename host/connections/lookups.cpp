// Finding connections: for their org, and for the capabilities that call lenders.
#include "connections/connections.hpp"
#include "connections/ground.hpp"
#include "connections/record.hpp"
#include "connections/store.hpp"

#include <utility>

namespace lendport {
namespace {

constexpr int kReachingMax = 1000;  // of one org: one per plugin

}  // namespace

Task<Connection> Connections::get(Principal caller, OrgId org, ConnectionId id, Deadline deadline) {
  co_return co_await needs_.db.read(
      [&](db::Snapshot& at) { return connections::own(at, caller, org, id); }, deadline);
}

Task<std::vector<Connection>> Connections::list(Principal caller, OrgId org,
                                                std::optional<ConnectionId> after, int limit,
                                                Deadline deadline) {
  const std::string from = after ? after->value : std::string();
  co_return co_await needs_.db.read(
      [&](db::Snapshot& at) {
        return connections::list_own(at, org, caller.environment, from, limit);
      },
      deadline);
}

std::optional<Connection> Connections::find(db::Snapshot& at, const OrgId& org,
                                            Environment environment, const ConnectionId& id) {
  if (auto own = connections::find_own(at, org, environment, id)) return own;
  for (const OrgId& above : upstream_of(at, org)) {
    if (above == org) continue;
    auto found = connections::find_own(at, above, environment, id);
    if (found && found->with_sub_orgs) return found;
  }
  return std::nullopt;
}

std::vector<Connection> Connections::reaching(db::Snapshot& at, const OrgId& org,
                                              Environment environment) {
  std::vector<Connection> found;
  for (const OrgId& above : upstream_of(at, org)) {
    for (Connection& c : connections::list_own(at, above, environment, "", kReachingMax)) {
      if (c.org == org || c.with_sub_orgs) found.push_back(std::move(c));
    }
  }
  return found;
}

std::vector<Connection> Connections::connected(db::Snapshot& at, std::string_view after,
                                               int limit) {
  return connections::list_connected(at, after, limit);
}

std::optional<Connection> Connections::find_by_id(db::Snapshot& at, const ConnectionId& id) {
  return connections::find_any(at, id);
}

connectors::Call Connections::call_for(db::Snapshot& at, const ConnectionId& id) {
  const auto found = connections::find_any(at, id);
  if (!found || found->disconnected_at) connections::throw_missing();
  connectors::Call call;
  call.plugin = found->plugin_id;
  call.org = found->org;
  call.connection = found->id;
  call.environment = found->environment;
  call.settings_revision = found->settings_revision;
  call.settings = found->settings;
  call.secrets = connections::opened(needs_, at, *found);
  return call;
}

Task<connectors::Call> Connections::call_for(ConnectionId id, Deadline deadline) {
  co_return co_await needs_.db.read([&](db::Snapshot& at) { return call_for(at, id); }, deadline);
}

}  // namespace lendport

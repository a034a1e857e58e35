#include "connections/plugins.hpp"

#include "connections/json.hpp"
#include "connections/texts.hpp"
#include "events/audit.hpp"
#include "http/conditional.hpp"

#include <algorithm>
#include <utility>

namespace lendport {
namespace {

using connectors::Switch;

// The event's type says which of the two switches was turned.
std::string_view type_of(const Switch& before, const Switch& after) {
  if (!(before.wind_down == after.wind_down)) {
    return after.wind_down.on ? "plugin.winding_down" : "plugin.lending_resumed";
  }
  return after.stopped ? "plugin.stopped" : "plugin.started";
}

bool is_same(const Switch& one, const Switch& other) {
  return one.stopped == other.stopped && one.reason == other.reason &&
         one.wind_down == other.wind_down;
}

void record(const Plugins::Needs& needs, db::Transaction& tx, const Principal& caller,
            const Switch& before, const Switch& after) {
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = caller.org;
  event.subject = {"plugin", after.plugin};
  event.type = type_of(before, after);
  event.payload = connections::record_text(after);
  event.actor = caller.user.value;
  event.at = after.changed_at;
  events::record(tx, event, connections::record_text(before), event.payload, caller.request_id);
}

}  // namespace

Task<http::Response> Plugins::stop(const http::Request& request, std::string plugin,
                                   std::string reason) {
  const Turn off = [&](Switch& wanted) {
    wanted.stopped = true;
    wanted.reason = reason;
  };
  co_return co_await turn(request, plugin, off, Deadline::min());
}

Task<http::Response> Plugins::start(const http::Request& request, std::string plugin) {
  const Turn on = [](Switch& wanted) {
    wanted.stopped = false;
    wanted.reason.clear();
  };
  co_return co_await turn(request, plugin, on, request.deadline);
}

std::vector<connectors::Successor> Plugins::named(
    const std::string& plugin, const std::vector<std::string>& successors) const {
  std::vector<connectors::Successor> found;
  std::vector<Violation> unknown;
  for (const std::string& id : successors) {
    const auto manifest = id == plugin ? nullptr : needs_.connectors.manifest(id);
    if (manifest) {
      found.push_back({id, manifest->name});
    } else {
      unknown.push_back(
          violation("/successors/" + std::to_string(found.size() + unknown.size()), "unknown",
                    row_of(connections_texts::kRefusals, "unknown_successor"), {{"plugin", id}}));
    }
  }
  if (!unknown.empty()) {
    throw Error(std::move(unknown), said(row_of(connections_texts::kRefusals, "no_successor")));
  }
  return found;
}

Task<http::Response> Plugins::wind_down(const http::Request& request, std::string plugin,
                                        WindDownRequest wanted) {
  const connectors::WindDown down{true, wanted.reason, named(plugin, wanted.successors)};
  const Turn turned = [&](Switch& one) { one.wind_down = down; };
  co_return co_await turn(request, plugin, turned, Deadline::min());
}

Task<http::Response> Plugins::resume_lending(const http::Request& request, std::string plugin) {
  const Turn turned = [](Switch& one) { one.wind_down = {}; };
  co_return co_await turn(request, plugin, turned, Deadline::min());
}

Task<http::Response> Plugins::turn(const http::Request& request, const std::string& plugin,
                                   const Turn& turn, Deadline until) {
  const auto work = [&](db::Transaction& tx) { return take(tx, request, plugin, turn); };
  http::Response response = co_await needs_.db.write(work, request.deadline);
  co_await needs_.connectors.heed_switches(until);
  co_return response;
}

http::Response Plugins::take(db::Transaction& tx, const http::Request& request,
                             const std::string& plugin, const Turn& turn) const {
  const Switch before = connectors::switch_of(tx, plugin);
  if (!is_known(before)) http::throw_not_found();
  http::require_match(request, http::version_etag(before.version));
  Switch after = before;
  turn(after);
  if (!is_same(before, after)) {
    after.version = before.version + 1;
    after.changed_by = request.principal.user.value;
    after.changed_at = needs_.clock.now();
    record(needs_, tx, request.principal, before, after);
    connectors::store(tx, after);
  }
  http::Response response = http::ok(*connections::write(after));
  response.etag = http::version_etag(after.version);
  if (request.keep) request.keep(tx, response, {});
  return response;
}

Task<void> Plugins::keep(const http::Request& request, const http::Response& answer) {
  if (!request.keep) co_return;
  const auto work = [&](db::Transaction& tx) { request.keep(tx, answer, {}); };
  co_await needs_.db.write(work, request.deadline);
}

// Also one that is installed in another process, or was here before, if it was ever switched.
bool Plugins::is_known(const Switch& stored) const {
  const auto plugins = needs_.connectors.plugins();
  return !stored.changed_by.empty() ||
         std::any_of(plugins.begin(), plugins.end(),
                     [&](const auto& one) { return one.id == stored.plugin; });
}

Task<Switch> Plugins::find(std::string plugin, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) { return connectors::switch_of(at, plugin); };
  co_return co_await needs_.db.read(look, deadline);
}

}  // namespace lendport

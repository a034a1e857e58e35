#include "connections/plugins.hpp"

#include "connections/json.hpp"
#include "events/audit.hpp"
#include "http/conditional.hpp"

#include <algorithm>
#include <utility>

namespace lendport {
namespace {

using connectors::Switch;

void record(const Plugins::Needs& needs, db::Transaction& tx, const Principal& caller,
            const Switch& before, const Switch& after) {
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = caller.org;
  event.subject = {"plugin", after.plugin};
  event.type = after.stopped ? "plugin.stopped" : "plugin.started";
  event.payload = connections::record_text(after);
  event.actor = caller.user.value;
  event.at = after.changed_at;
  events::record(tx, event, connections::record_text(before), event.payload, caller.request_id);
}

}  // namespace

Task<http::Response> Plugins::stop(const http::Request& request, std::string plugin,
                                   std::string reason) {
  Switch wanted;
  wanted.plugin = std::move(plugin);
  wanted.stopped = true;
  wanted.reason = std::move(reason);
  co_return co_await turn(request, std::move(wanted));
}

Task<http::Response> Plugins::start(const http::Request& request, std::string plugin) {
  Switch wanted;
  wanted.plugin = std::move(plugin);
  co_return co_await turn(request, std::move(wanted));
}

Task<http::Response> Plugins::turn(const http::Request& request, Switch wanted) {
  const auto work = [&](db::Transaction& tx) { return take(tx, request, wanted); };
  http::Response response = co_await needs_.db.write(work, request.deadline);
  const Deadline until = wanted.stopped ? Deadline::min() : request.deadline;
  co_await needs_.connectors.heed_switches(until);
  co_return response;
}

http::Response Plugins::take(db::Transaction& tx, const http::Request& request,
                             const Switch& wanted) const {
  const Switch before = connectors::switch_of(tx, wanted.plugin);
  if (!is_known(before)) http::throw_not_found();
  http::require_match(request, http::version_etag(before.version));
  Switch after = before;
  if (before.stopped != wanted.stopped || before.reason != wanted.reason) {
    after = wanted;
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

#include "connections/plugin_routes.hpp"

#include "connections/json.hpp"
#include "http/conditional.hpp"

#include <utility>

namespace lendport::connections {
namespace {

using connectors::PluginState;
using connectors::PluginView;
using http::Request;
using http::Response;

bool for_operator(const Request& request) {
  return request.principal.may(Permission::plugins_operate);
}

bool is_shown(const PluginView& plugin, bool to_operator) {
  return to_operator || (plugin.state == PluginState::ready && plugin.manifest);
}

Response page_of(std::vector<PluginView> plugins, const http::Cursors& cursors,
                 const Request& request) {
  const bool to_operator = for_operator(request);
  std::erase_if(plugins, [&](const PluginView& one) { return !is_shown(one, to_operator); });
  return cursors.page(request, *write(plugins, to_operator), std::nullopt);
}

Task<Response> list_plugins(connectors::Connectors& connectors, const http::Cursors& cursors,
                            const Request& request) {
  co_return page_of(connectors.plugins(), cursors, request);
}

Task<Response> rescan_plugins(Plugins& plugins, connectors::Connectors& connectors,
                              const http::Cursors& cursors, const Request& request) {
  auto found = co_await connectors.rescan();
  Response answer = page_of(std::move(found), cursors, request);
  co_await plugins.keep(request, answer);
  co_return answer;
}

// Two versions may stand side by side while one drains: the ready one is meant.
PluginView view_of(const connectors::Connectors& connectors, const Request& request) {
  const std::string& id = request.path_parameter("plugin");
  const bool to_operator = for_operator(request);
  const std::vector<PluginView> plugins = connectors.plugins();
  const PluginView* found = nullptr;
  for (const PluginView& plugin : plugins) {
    if (plugin.id != id || !(is_shown(plugin, to_operator) || plugin.switched_off)) continue;
    if (found == nullptr || plugin.state == PluginState::ready) found = &plugin;
  }
  if (found == nullptr) http::throw_not_found();
  return *found;
}

Task<Response> get_plugin(Plugins& plugins, connectors::Connectors& connectors,
                          const Request& request) {
  const PluginView found = view_of(connectors, request);
  if (!for_operator(request)) co_return http::ok(*write_whole(found, nullptr));
  const connectors::Switch how = co_await plugins.find(found.id, request.deadline);
  Response response = http::ok(*write_whole(found, &how));
  // It names what may be switched. The state moves by itself, so no GET is answered "not modified".
  response.headers.emplace_back("ETag", http::version_etag(how.version));
  co_return response;
}

Task<Response> stop_plugin(Plugins& plugins, const Request& request) {
  std::string reason = read_stop(request.body);
  co_return co_await plugins.stop(request, request.path_parameter("plugin"), std::move(reason));
}

Task<Response> start_plugin(Plugins& plugins, const Request& request) {
  co_return co_await plugins.start(request, request.path_parameter("plugin"));
}

Task<Response> wind_down_plugin(Plugins& plugins, const Request& request) {
  WindDownRequest wanted = read_wind_down(request.body);
  co_return co_await plugins.wind_down(request, request.path_parameter("plugin"),
                                       std::move(wanted));
}

Task<Response> resume_lending(Plugins& plugins, const Request& request) {
  co_return co_await plugins.resume_lending(request, request.path_parameter("plugin"));
}

}  // namespace

http::Routes plugin_routes(Plugins& plugins, connectors::Connectors& connectors,
                           const http::Cursors& cursors) {
  using http::Method;
  using enum http::Idempotency;
  const auto rescan = [&plugins, &connectors, &cursors](const Request& request) {
    return rescan_plugins(plugins, connectors, cursors, request);
  };
  const auto list = [&connectors, &cursors](const Request& request) {
    return list_plugins(connectors, cursors, request);
  };
  const auto turn = [&](auto* handler) {
    return [&plugins, handler](const Request& request) { return handler(plugins, request); };
  };
  http::Routes routes = {
      {Method::get, "/v1/plugins", Permission::plugins_read, none, "List the plugins", "",
       "PluginPage", list},
      {Method::get, "/v1/plugins/{plugin}", Permission::plugins_read, none,
       "Show a plugin with its form, texts and icon", "", "Plugin",
       [&plugins, &connectors](const Request& request) {
         return get_plugin(plugins, connectors, request);
       }},
      {Method::post, "/v1/plugins/{plugin}:stop", Permission::plugins_operate, optional,
       "Stop a plugin: what it does ends, nothing new begins", "PluginStop", "PluginSwitch",
       turn(&stop_plugin)},
      {Method::post, "/v1/plugins/{plugin}:start", Permission::plugins_operate, optional,
       "Start a stopped plugin again", "", "PluginSwitch", turn(&start_plugin)},
      {Method::post, "/v1/plugins/{plugin}:wind-down", Permission::plugins_operate, optional,
       "The lender stops lending: nothing new, what is open is followed", "PluginWindDown",
       "PluginSwitch", turn(&wind_down_plugin)},
      {Method::post, "/v1/plugins/{plugin}:resume-lending", Permission::plugins_operate, optional,
       "The lender lends again", "", "PluginSwitch", turn(&resume_lending)},
      {Method::post, "/v1/plugins:rescan", Permission::plugins_operate, optional,
       "Look at the plugin folder again", "", "PluginPage", rescan},
  };
  for (http::Route& route : routes) {
    route.if_match = route.path.starts_with("/v1/plugins/") && route.method == Method::post;
  }
  return routes;
}

}  // namespace lendport::connections

#include "http/system_routes.hpp"

#include "core/quote.hpp"

#include <algorithm>
#include <memory>

namespace lendport::http {
namespace {

Route row(std::string path, std::string summary, Handler handler) {
  Route route;
  route.method = Method::get;
  route.path = std::move(path);
  route.is_public = true;
  route.summary = std::move(summary);
  route.success_status = 200;
  route.handler = std::move(handler);
  return route;
}

Response json_text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

std::string text_of(const std::vector<Check>& checks, bool ready) {
  std::string json = std::string("{\"ready\":") + (ready ? "true" : "false") + ",\"checks\":[";
  bool first = true;
  for (const Check& check : checks) {
    json += first ? "{\"name\":" : ",{\"name\":";
    append_quoted(json, check.name);
    json += check.ready ? ",\"ready\":true,\"detail\":" : ",\"ready\":false,\"detail\":";
    append_quoted(json, check.detail);
    json += '}';
    first = false;
  }
  return json + "]}";
}

}  // namespace

Routes system_routes(SystemPorts ports) {
  const auto shared = std::make_shared<const SystemPorts>(std::move(ports));
  Routes routes;
  routes.push_back(
      row("/healthz", "Whether the process answers.",
          [](const Request&) -> Task<Response> { co_return json_text("{\"status\":\"ok\"}"); }));
  routes.push_back(row("/readyz", "Whether everything the hub needs is there, one by one.",
                       [shared](const Request&) -> Task<Response> {
                         const std::vector<Check> checks = co_await shared->checks();
                         const bool ready =
                             std::all_of(checks.begin(), checks.end(),
                                         [](const Check& check) { return check.ready; });
                         Response response = json_text(text_of(checks, ready));
                         response.status = ready ? 200 : 503;
                         co_return response;
                       }));
  routes.push_back(row("/metrics", "Counters and durations, in Prometheus' text form.",
                       [shared](const Request&) -> Task<Response> {
                         std::string text = co_await shared->metrics();
                         Response response = json_text(std::move(text));
                         response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                         co_return response;
                       }));
  routes.push_back(row("/version", "Which version of the hub this is.",
                       [shared](const Request&) -> Task<Response> {
                         co_return json_text("{\"version\":" + json_quoted(shared->version) +
                                             ",\"commit\":" + json_quoted(shared->commit) + "}");
                       }));
  return routes;
}

}  // namespace lendport::http

#include "connections/inbound_routes.hpp"

#include "connections/json_inbound.hpp"

#include <charconv>

namespace lendport {
namespace {

using http::Request;
using http::Response;

constexpr const char* kWebhook = R"({
 "type": "object",
 "required": ["id", "state", "received_at"],
 "properties": {
  "id": {"type": "string"},
  "state": {"type": "string", "enum": ["received", "refused", "ignored", "verified", "acted"]},
  "reason": {"type": "string", "description": "Why it was refused or ignored, or how it acted."},
  "event_id": {"type": ["string", "null"], "description": "The lender's own, once verified."},
  "event_type": {"type": ["string", "null"]},
  "bytes": {"type": "integer"},
  "received_at": {"type": "string", "format": "date-time"},
  "settled_at": {"type": ["string", "null"], "format": "date-time"}}})";

constexpr const char* kPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/InboundWebhook"}}}}]})";

// "1714814400000/inhook_…": the last item of the page before.
std::optional<std::pair<Time, std::string>> after_of(const std::string& position) {
  if (position.empty()) return std::nullopt;
  std::int64_t ms = 0;
  std::from_chars(position.data(), position.data() + position.size(), ms);
  return std::pair(from_unix_ms(ms), position.substr(position.find('/') + 1));
}

Task<Response> receive(InboundWebhooks& webhooks, const Request& request) {
  Delivery delivery{request.headers, request.body};
  co_await webhooks.receive(request.path_parameter("token"), std::move(delivery), request.deadline);
  Response response;
  response.status = 202;
  response.body = "{}";
  co_return response;
}

Task<Response> list(InboundWebhooks& webhooks, const http::Cursors& cursors,
                    const Request& request) {
  const http::PageRequest page = cursors.read(request);
  InboundWebhooks::ListQuery query{after_of(page.position), static_cast<int>(page.limit) + 1};
  auto found = co_await webhooks.list(request.principal, request.id_in_path<OrgId>("org"),
                                      request.id_in_path<ConnectionId>("connection"),
                                      std::move(query), request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.pop_back();
    next = std::to_string(to_unix_ms(found.back().received_at)) + "/" + found.back().id.value;
  }
  co_return cursors.page(request, *connections::write(found), next);
}

}  // namespace

http::Routes inbound_webhook_routes(InboundWebhooks& webhooks, const http::Cursors& cursors) {
  using http::Method;
  using enum http::Idempotency;
  const auto take = [&webhooks](const Request& request) { return receive(webhooks, request); };
  const auto listed = [&webhooks, &cursors](const Request& request) {
    return list(webhooks, cursors, request);
  };
  http::Routes routes = {
      {Method::post, std::string(kWebhookPath) + "{token}", std::nullopt, none,
       "Where a connection's lender sends webhooks; any content type", "", "", take},
      {Method::get, "/v1/orgs/{org}/connections/{connection}/webhooks",
       Permission::connections_read, none, "Webhooks of the lender, newest first; never their body",
       "", "InboundWebhookPage", listed},
  };
  routes[0].is_public = true;
  routes[0].keeps_headers = true;
  routes[0].body_bytes_max = kWebhookBodyBytesMax;
  routes[0].success_status = 202;
  routes[1].query_parameters = {"limit", "cursor"};
  return routes;
}

http::Schemas inbound_webhook_schemas() {
  return {{"InboundWebhook", kWebhook}, {"InboundWebhookPage", kPage}};
}

}  // namespace lendport

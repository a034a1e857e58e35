#include "connections/inbound_routes.hpp"

#include "connections/json_inbound.hpp"

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
  InboundWebhooks::ListQuery query{http::read_position(page), static_cast<int>(page.limit) + 1};
  auto found = co_await webhooks.list(request.principal, request.id_in_path<OrgId>("org"),
                                      request.id_in_path<ConnectionId>("connection"),
                                      std::move(query), request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.pop_back();
    next = http::write_position(found.back().received_at, found.back().id.value);
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

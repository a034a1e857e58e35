#include "webhooks/routes.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "http/conditional.hpp"
#include "http/stored_answer.hpp"
#include "webhooks/event_types.hpp"
#include "webhooks/json.hpp"

#include <utility>

namespace lendport {
namespace {

using http::Request;
using http::Response;

// What the handlers stand on.
struct Desk {
  Webhooks& webhooks;
  const Clock& clock;
  const http::Cursors& cursors;
};

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

EndpointId endpoint_of(const Request& request) {
  return request.id_in_path<EndpointId>("endpoint");
}

std::string path_of(const WebhookEndpoint& endpoint) {
  return "/v1/orgs/" + endpoint.org.value + "/webhook-endpoints/" + endpoint.id.value;
}

std::string path_of(const WebhookDelivery& delivery) {
  return "/v1/orgs/" + delivery.org.value + "/webhook-endpoints/" + delivery.endpoint.value +
         "/deliveries/" + delivery.id.value;
}

// What fails and recovers by itself is shown too, so the tag is of the bytes.
Response shown(const Desk& desk, const WebhookEndpoint& endpoint) {
  Response response = http::ok(*webhooks::write(endpoint, desk.clock.now()));
  response.etag = http::version_etag(endpoint.version, response.body);
  return response;
}

Response with_secret(const Desk& desk, const NewEndpoint& made, bool is_new) {
  const webhooks::Written body = webhooks::write(made, desk.clock.now());
  Response response = is_new ? http::created(path_of(made.endpoint), *body) : http::ok(*body);
  response.etag = http::version_etag(made.endpoint.version);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response queued(const WebhookDelivery& delivery) {
  return http::accepted(path_of(delivery), *webhooks::write(delivery));
}

// The endpoint of the path, which If-Match must name.
Task<WebhookEndpoint> matched(const Desk& desk, const Request& request) {
  WebhookEndpoint found = co_await desk.webhooks.get(request.principal, org_of(request),
                                                     endpoint_of(request), request.deadline);
  http::require_match(request, http::version_etag(found.version));
  co_return found;
}

// --- Endpoints -----------------------------------------------------------------------------------

Task<Response> list_endpoints(const Desk& desk, const Request& request) {
  const http::PageRequest page = desk.cursors.read(request);
  std::optional<EndpointId> after;
  if (!page.position.empty()) after = EndpointId{page.position};
  const int limit = static_cast<int>(page.limit);
  auto found = co_await desk.webhooks.list(request.principal, org_of(request), after, limit + 1,
                                           request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.pop_back();
    next = found.back().id.value;
  }
  co_return desk.cursors.page(request, *webhooks::write(found, desk.clock.now()), next);
}

Task<Response> post_endpoint(const Desk& desk, const Request& request) {
  const EndpointChange draft = webhooks::read_draft(request.body);
  Response answer;
  const auto keep = http::keeping<NewEndpoint>(
      request, answer, [&](const NewEndpoint& made) { return with_secret(desk, made, true); });
  co_await desk.webhooks.create(request.principal, org_of(request), draft, request.deadline, keep);
  co_return answer;
}

Task<Response> get_endpoint(const Desk& desk, const Request& request) {
  co_return shown(desk, co_await desk.webhooks.get(request.principal, org_of(request),
                                                   endpoint_of(request), request.deadline));
}

Task<Response> patch_endpoint(const Desk& desk, const Request& request) {
  const WebhookEndpoint before = co_await matched(desk, request);
  const EndpointChange patch = webhooks::read_patch(request.body);
  const WebhookEndpoint after = co_await desk.webhooks.change(
      request.principal, before.org, before.id, before.version, patch, request.deadline);
  co_return shown(desk, after);
}

Task<Response> delete_endpoint(const Desk& desk, const Request& request) {
  const WebhookEndpoint before = co_await matched(desk, request);
  co_await desk.webhooks.remove(request.principal, before.org, before.id, before.version,
                                request.deadline);
  co_return http::no_content();
}

Task<Response> enable_endpoint(const Desk& desk, const Request& request) {
  const WebhookEndpoint before = co_await matched(desk, request);
  EndpointChange patch;
  patch.enabled = true;
  Response answer;
  const auto keep = http::keeping<WebhookEndpoint>(
      request, answer, [&](const WebhookEndpoint& after) { return shown(desk, after); });
  co_await desk.webhooks.change(request.principal, before.org, before.id, before.version, patch,
                                request.deadline, keep);
  co_return answer;
}

Task<Response> rotate_secret(const Desk& desk, const Request& request) {
  const WebhookEndpoint before = co_await matched(desk, request);
  Response answer;
  const auto keep = http::keeping<NewEndpoint>(
      request, answer, [&](const NewEndpoint& made) { return with_secret(desk, made, false); });
  co_await desk.webhooks.rotate_secret(request.principal, before.org, before.id, before.version,
                                       request.deadline, keep);
  co_return answer;
}

Task<Response> test_endpoint(const Desk& desk, const Request& request) {
  Response answer;
  const auto keep = http::keeping<WebhookDelivery>(request, answer, &queued);
  co_await desk.webhooks.ping(request.principal, org_of(request), endpoint_of(request),
                              request.deadline, keep);
  co_return answer;
}

Response told(const Recovered& recovered) {
  return http::ok(*webhooks::write(recovered));
}

Task<Response> recover(const Desk& desk, const Request& request) {
  const Time since = webhooks::read_since(request.body);
  Response answer;
  const auto keep = http::keeping<Recovered>(request, answer, &told);
  co_await desk.webhooks.recover(request.principal, org_of(request), endpoint_of(request), since,
                                 request.deadline, keep);
  co_return answer;
}

// --- Deliveries ----------------------------------------------------------------------------------

std::optional<Time> time_in(const Request& request, std::string_view name) {
  const auto text = request.query_parameter(name);
  if (!text) return std::nullopt;
  const auto time = parse_time(*text);
  if (!time) {
    throw Error(
        {{"/" + std::string(name), "not_a_time", "must be RFC 3339: 2026-05-04T09:30:00Z"}});
  }
  return *time;
}

DeliveryFilter filter_in(const Request& request) {
  DeliveryFilter filter;
  if (const auto word = request.query_parameter("state")) {
    filter.state = parse_delivery_state(*word);
    if (!filter.state) {
      throw Error({{"/state", "unknown_choice", "must be one of pending, delivered, failed"}});
    }
  }
  filter.type = request.query_parameter("type");
  const bool known =
      !filter.type || *filter.type == webhooks::kPingType || webhooks::is_event_type(*filter.type);
  if (!known) {
    const std::string meant = nearest(*filter.type, webhooks::event_types());
    throw Error({{"/type", "unknown_choice",
                  "there are no events of this type" +
                      (meant.empty() ? "" : ": did you mean " + meant + "?")}});
  }
  filter.since = time_in(request, "since");
  filter.until = time_in(request, "until");
  return filter;
}

std::optional<DeliveryPosition> position_in(const http::PageRequest& page) {
  auto position = http::read_position(page);
  if (!position) return std::nullopt;
  return DeliveryPosition{position->first, DeliveryId{std::move(position->second)}};
}

Task<Response> list_deliveries(const Desk& desk, const Request& request) {
  const http::PageRequest page = desk.cursors.read(request);
  const DeliveryFilter filter = filter_in(request);
  const auto after = position_in(page);
  auto found = co_await desk.webhooks.deliveries(
      request.principal, org_of(request), endpoint_of(request), filter, after,
      static_cast<int>(page.limit) + 1, request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.pop_back();
    next = http::write_position(found.back().created_at, found.back().id.value);
  }
  co_return desk.cursors.page(request, *webhooks::write(found), next);
}

Task<Response> get_delivery(const Desk& desk, const Request& request) {
  const Webhooks::Told told =
      co_await desk.webhooks.delivery(request.principal, org_of(request), endpoint_of(request),
                                      request.id_in_path<DeliveryId>("delivery"), request.deadline);
  co_return http::ok(*webhooks::write(told.delivery, told.attempts));
}

Task<Response> resend(const Desk& desk, const Request& request) {
  Response answer;
  const auto keep = http::keeping<WebhookDelivery>(request, answer, &queued);
  co_await desk.webhooks.resend(request.principal, org_of(request), endpoint_of(request),
                                request.id_in_path<DeliveryId>("delivery"), request.deadline, keep);
  co_return answer;
}

// What there is beside the row: keys, If-Match, parameters, the status of success.
void describe(http::Routes& routes) {
  for (http::Route& route : routes) {
    if (route.method == http::Method::post) route.idempotency = http::Idempotency::optional;
    const bool changes = route.method == http::Method::patch || route.method == http::Method::del;
    route.if_match =
        changes || route.path.ends_with(":enable") || route.path.ends_with(":rotate-secret");
    if (route.response_schema.ends_with("Page")) route.query_parameters = {"limit", "cursor"};
    if (route.response_schema == "WebhookDeliveryPage") {
      for (const char* name : {"state", "type", "since", "until"}) {
        route.query_parameters.emplace_back(name);
      }
    }
    if (route.response_schema == "NewWebhookEndpoint" && !route.path.ends_with("secret")) {
      route.success_status = 201;
    }
    if (route.path.ends_with(":test") || route.path.ends_with(":resend")) {
      route.success_status = 202;
    }
  }
}

}  // namespace

http::Routes webhook_routes(Webhooks& webhooks, const Clock& clock, const http::Cursors& cursors) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  const Desk desk{webhooks, clock, cursors};
  const auto to = [desk](auto* handler) {
    return [desk, handler](const Request& request) { return handler(desk, request); };
  };
  const std::string all = "/v1/orgs/{org}/webhook-endpoints";
  const std::string one = all + "/{endpoint}";
  const std::string log = one + "/deliveries";
  http::Routes routes = {
      {Method::get, all, webhooks_read, none, "List the org's webhook endpoints", "",
       "WebhookEndpointPage", to(&list_endpoints)},
      {Method::post, all, webhooks_write, none, "Make a webhook endpoint; its secret is shown once",
       "WebhookEndpointDraft", "NewWebhookEndpoint", to(&post_endpoint)},
      {Method::get, one, webhooks_read, none, "Show a webhook endpoint, without its secret", "",
       "WebhookEndpoint", to(&get_endpoint)},
      {Method::patch, one, webhooks_write, none, "Change or disable a webhook endpoint",
       "WebhookEndpointPatch", "WebhookEndpoint", to(&patch_endpoint)},
      {Method::del, one, webhooks_write, none, "Delete a webhook endpoint and its log", "", "",
       to(&delete_endpoint)},
      {Method::post, one + ":enable", webhooks_write, none,
       "Enable a webhook endpoint again; :recover sends what it missed", "", "WebhookEndpoint",
       to(&enable_endpoint)},
      {Method::post, one + ":rotate-secret", webhooks_write, none,
       "Give a new secret, shown once; the one before signs beside it for a day", "",
       "NewWebhookEndpoint", to(&rotate_secret)},
      {Method::post, one + ":test", webhooks_write, none, "Send a message of type webhook.ping", "",
       "WebhookDelivery", to(&test_endpoint)},
      {Method::post, one + ":recover", webhooks_write, none,
       "Send again what failed since a time, up to 1000 at once", "WebhookRecovery",
       "WebhookRecovered", to(&recover)},
      {Method::get, log, webhooks_read, none,
       "List deliveries, the newest first; filters: state, type, since, until", "",
       "WebhookDeliveryPage", to(&list_deliveries)},
      {Method::get, log + "/{delivery}", webhooks_read, none,
       "Show a delivery: what is sent, and each attempt", "", "WebhookDeliveryDetail",
       to(&get_delivery)},
      {Method::post, log + "/{delivery}:resend", webhooks_write, none,
       "Send a delivery once more, under the same id", "", "WebhookDelivery", to(&resend)},
  };
  describe(routes);
  return routes;
}

}  // namespace lendport

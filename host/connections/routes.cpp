#include "connections/routes.hpp"

#include "connections/json.hpp"
#include "connections/json_inbound.hpp"
#include "connections/plugin_routes.hpp"
#include "http/bound.hpp"
#include "http/conditional.hpp"
#include "http/stored_answer.hpp"

#include <utility>

namespace lendport {
namespace {

using http::Request;
using http::Response;
using Bound = http::Bound<Connections>;

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

std::string path_of(const Connection& connection) {
  return "/v1/orgs/" + connection.org.value + "/connections/" + connection.id.value;
}

Response shown(const Request& request, const Connection& connection) {
  Response response = http::ok(*connections::write(connection, request.language));
  response.etag = http::version_etag(connection.version, response.body);
  return response;
}

Response answered(const Request& request, const ConnectionOutcome& outcome) {
  if (const auto* refused = std::get_if<ConnectionRefused>(&outcome)) {
    return connections::problem_of(*refused, request);
  }
  return shown(request, std::get<Connection>(outcome));
}

// Keeps what `shown` says of the connection for a repeated request.
db::Keep<Connection> keeping(const Request& request, Response& answer) {
  const auto render = [&request](const Connection& made) { return shown(request, made); };
  return http::keeping<Connection>(request, answer, render);
}

// The connection of the path, which If-Match must name.
Task<Connection> matched(Connections& connections, const Request& request) {
  Connection found =
      co_await connections.get(request.principal, org_of(request),
                               request.id_in_path<ConnectionId>("connection"), request.deadline);
  http::require_match(request, http::version_etag(found.version));
  co_return found;
}

Task<Response> list_offers(Connections& connections, const http::Cursors& cursors,
                           const Request& request) {
  const auto offers = co_await connections.offers(org_of(request), request.deadline);
  co_return cursors.page(request, *connections::write(offers), std::nullopt);
}

Response made_offer(const Offer& offer) {
  Response response = http::created("/v1/orgs/" + offer.org.value + "/offers/" + offer.id.value,
                                    *connections::write(offer));
  response.etag = http::version_etag(offer.version);
  return response;
}

Task<Response> post_offer(Connections& connections, const Request& request) {
  const auto wanted = connections::read_offer(request.body);
  Response answer;
  const auto keep = http::keeping<Offer>(request, answer, &made_offer);
  co_await connections.offer(request.principal, org_of(request), wanted.plugin_id, wanted.scope,
                             request.deadline, keep);
  co_return answer;
}

Task<Response> delete_offer(Connections& connections, const Request& request) {
  const auto id = request.id_in_path<OfferId>("offer");
  const auto offers = co_await connections.offers(org_of(request), request.deadline);
  for (const Offer& offer : offers) {
    if (offer.id != id || offer.org != org_of(request)) continue;
    http::require_match(request, http::version_etag(offer.version));
    co_await connections.withdraw_offer(request.principal, offer.org, id, offer.version,
                                        request.deadline);
    co_return http::no_content();
  }
  http::throw_not_found();
}

Task<Response> list_connections(Connections& connections, const http::Cursors& cursors,
                                const Request& request) {
  const http::PageRequest page = cursors.read(request);
  std::optional<ConnectionId> after;
  if (!page.position.empty()) after = ConnectionId{page.position};
  const int limit = static_cast<int>(page.limit);
  auto found = co_await connections.list(request.principal, org_of(request), after, limit + 1,
                                         request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.pop_back();
    next = found.back().id.value;
  }
  co_return cursors.page(request, *connections::write(found, request.language), next);
}

Task<Response> post_connection(Connections& connections, const Request& request) {
  auto draft = connections::read_draft(request.body);
  Response answer;
  const auto keep = http::keeping<Connection>(request, answer, [&](const Connection& made) {
    Response response = shown(request, made);
    response.status = 201;
    response.headers.emplace_back("Location", path_of(made));
    return response;
  });
  const auto outcome = co_await connections.connect(request.principal, org_of(request),
                                                    std::move(draft), request.deadline, keep);
  if (const auto* refused = std::get_if<ConnectionRefused>(&outcome)) {
    co_return connections::problem_of(*refused, request);
  }
  co_return answer;
}

Response tested(const ConnectionTested& result) {
  return http::ok(*connections::write(result));
}

Task<Response> test_connection(Connections& connections, const Request& request) {
  auto wanted = connections::read_test(request.body);
  Response kept;
  db::Keep<ConnectionTested> keep;  // costs a transaction here: only for who asks for it
  if (request.keep) keep = http::keeping<ConnectionTested>(request, kept, &tested);
  const auto outcome =
      co_await connections.test(request.principal, org_of(request), std::move(wanted.draft),
                                std::move(wanted.stored), request.deadline, keep);
  if (const auto* refused = std::get_if<ConnectionRefused>(&outcome)) {
    co_return connections::problem_of(*refused, request);
  }
  co_return tested(std::get<ConnectionTested>(outcome));
}

Response shown_with(const Request& request, const Connection& connection,
                    const std::optional<WebhookAddress>& address) {
  const auto whole = connections::write(connection, request.language);
  Response response = http::ok(*connections::with_address(whole, address));
  response.etag = http::version_etag(connection.version, response.body);
  return response;
}

// Where its lender sends webhooks is for those who may change the connection.
Task<Response> get_connection(Connections& connections, const Request& request) {
  const Connection found =
      co_await connections.get(request.principal, org_of(request),
                               request.id_in_path<ConnectionId>("connection"), request.deadline);
  if (!request.principal.may(Permission::connections_write)) co_return shown(request, found);
  const auto address = co_await connections.webhook_address(found, request.deadline);
  co_return shown_with(request, found, address);
}

Task<Response> get_health(Connections& connections, const Request& request) {
  const LenderHealth health =
      co_await connections.health(request.principal, org_of(request),
                                  request.id_in_path<ConnectionId>("connection"), request.deadline);
  co_return http::ok(*connections::write(health, request.language));
}

Task<Response> get_diagnostics(Connections& connections, const Request& request) {
  const Diagnostics found = co_await connections.diagnostics(
      request.principal, org_of(request), request.id_in_path<ConnectionId>("connection"),
      request.deadline);
  Response response;
  response.body = connections::diagnostics_text(found);
  response.headers.emplace_back(
      "Content-Disposition",
      "attachment; filename=\"" + found.health.connection.id.value + "-diagnostics.json\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

Task<Response> put_connection(Connections& connections, const Request& request) {
  const Connection before = co_await matched(connections, request);
  auto draft = connections::read_draft(request.body);
  const auto outcome = co_await connections.change(
      request.principal, before.org, before.id, before.version, std::move(draft), request.deadline);
  co_return answered(request, outcome);
}

Task<Response> reconnect(Connections& connections, const Request& request) {
  const Connection before = co_await matched(connections, request);
  auto draft = connections::read_reconnect(request.body);
  Response kept;
  const auto keep = keeping(request, kept);
  const auto outcome =
      co_await connections.reconnect(request.principal, before.org, before.id, before.version,
                                     std::move(draft), request.deadline, keep);
  co_return answered(request, outcome);
}

Task<Response> enable(Connections& connections, const Request& request) {
  const Connection before = co_await matched(connections, request);
  const bool with_sub_orgs = connections::read_enable(request.body);
  Response answer;
  const auto keep = keeping(request, answer);
  co_await connections.enable(request.principal, before.org, before.id, before.version,
                              with_sub_orgs, request.deadline, keep);
  co_return answer;
}

Task<Response> disable(Connections& connections, const Request& request) {
  const Connection before = co_await matched(connections, request);
  const std::string reason = connections::read_disable(request.body);
  Response answer;
  const auto keep = keeping(request, answer);
  co_await connections.disable(request.principal, before.org, before.id, before.version, reason,
                               request.deadline, keep);
  co_return answer;
}

Task<Response> rotate_webhook(Connections& connections, const Request& request) {
  const Connection before = co_await matched(connections, request);
  Response answer;
  const auto render = [&request](const RotatedWebhook& rotated) {
    return shown_with(request, rotated.connection, rotated.address);
  };
  const auto keep = http::keeping<RotatedWebhook>(request, answer, render);
  co_await connections.rotate_webhook(request.principal, before.org, before.id, before.version,
                                      request.deadline, keep);
  co_return answer;
}

Task<Response> delete_connection(Connections& connections, const Request& request) {
  const Connection before = co_await matched(connections, request);
  co_await connections.disconnect(request.principal, before.org, before.id, before.version,
                                  request.deadline);
  co_return http::no_content();
}

const std::string kOffers = "/v1/orgs/{org}/offers";
const std::string kAll = "/v1/orgs/{org}/connections";
const std::string kOne = kAll + "/{connection}";

http::Routes offer_rows(const Bound& asks) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  return {
      {Method::get, kOffers, connections_read, none, "List the plugins offered to the org", "",
       "OfferPage", asks(&list_offers)},
      {Method::post, kOffers, offers_write, optional, "Offer a plugin to an org or its network",
       "OfferDraft", "Offer", asks(&post_offer)},
      {Method::del, kOffers + "/{offer}", offers_write, none, "Withdraw an offer", "", "",
       asks(&delete_offer)},
  };
}

http::Routes connection_rows(const Bound& asks) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  return {
      {Method::get, kAll, connections_read, none, "List the org's connections", "",
       "ConnectionPage", asks(&list_connections)},
      {Method::post, kAll, connections_write, optional,
       "Connect a lender; checked before it is saved", "ConnectionDraft", "Connection",
       asks(&post_connection)},
      {Method::post, kAll + ":test", connections_write, optional,
       "Check a draft with the lender; saves nothing", "ConnectionTest", "ConnectionTested",
       asks(&test_connection)},
      {Method::get, kOne, connections_read, none, "Show a connection, secrets masked", "",
       "Connection", asks(&get_connection)},
      {Method::get, kOne + "/health", connections_read, none,
       "How the lender does: success rate, last error, circuit breaker", "", "ConnectionHealth",
       asks(&get_health)},
      {Method::get, kOne + "/diagnostics", audit_read, none,
       "Download what is known of a connection that does not work, redacted", "",
       "ConnectionDiagnostics", asks(&get_diagnostics)},
      {Method::put, kOne, connections_write, none, "Change a connection's settings and policies",
       "ConnectionDraft", "Connection", asks(&put_connection)},
      {Method::del, kOne, connections_write, none,
       "Disconnect; secrets are destroyed; refused while applications are open", "", "",
       asks(&delete_connection)},
  };
}

http::Routes verb_rows(const Bound& asks) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  return {
      {Method::post, kOne + ":reconnect", connections_write, optional,
       "Give new credentials for the same account", "ConnectionReconnect", "Connection",
       asks(&reconnect)},
      {Method::post, kOne + ":enable", connections_write, optional, "Switch a connection on",
       "ConnectionEnable", "Connection", asks(&enable)},
      {Method::post, kOne + ":disable", connections_write, optional,
       "Switch a connection off, with the reason reps are shown", "ConnectionDisable", "Connection",
       asks(&disable)},
      {Method::post, kOne + ":rotate-webhook", connections_write, optional,
       "Give the lender's webhooks a new address; the one before works for three days", "",
       "Connection", asks(&rotate_webhook)},
  };
}

void complete(http::Route& route) {
  using http::Method;
  if (route.path == kAll && route.method == Method::get) {
    route.query_parameters = {"limit", "cursor"};
  }
  const bool creates = route.path == kAll || route.path == kOffers;
  if (creates && route.method == Method::post) route.success_status = 201;
  const bool of_one = route.path.starts_with(kOne) || route.method == Method::del;
  route.if_match = of_one && route.method != Method::get;
}

}  // namespace

http::Routes connections_routes(Connections& connections, Plugins& plugins,
                                connectors::Connectors& connectors, const http::Cursors& cursors) {
  const Bound asks{connections, cursors};
  http::Routes routes = connections::plugin_routes(plugins, connectors, cursors);
  for (http::Routes rows : {offer_rows(asks), connection_rows(asks), verb_rows(asks)}) {
    for (http::Route& route : rows) {
      complete(route);
      routes.push_back(std::move(route));
    }
  }
  return routes;
}

}  // namespace lendport

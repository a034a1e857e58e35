#include "http/gate.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "http/conditional.hpp"
#include "http/head.hpp"
#include "http/stored_answer.hpp"
#include "http/target.hpp"

#include <algorithm>

namespace lendport::http {
namespace {

constexpr std::size_t kTokenBytesMax = 512;
constexpr std::size_t kParameterShownBytes = 64;  // of a name that nobody knows

std::string allow_list(const std::vector<Method>& methods) {
  std::string list;
  for (const Method method : methods) {
    if (!list.empty()) list += ", ";
    list += to_string(method);
    if (method == Method::get) list += ", HEAD";
  }
  return list;
}

// "Bearer <token>"; empty when there is no such token.
std::string_view bearer_token(std::string_view authorization) {
  const std::size_t blank = authorization.find(' ');
  if (!same_ignoring_case(authorization.substr(0, blank), "Bearer")) return {};
  if (blank == std::string_view::npos) return {};
  const std::string_view token = authorization.substr(blank + 1);
  const bool sound = !token.empty() && token.size() <= kTokenBytesMax &&
                     token.find_first_of(" \t,") == std::string_view::npos;
  return sound ? token : std::string_view();
}

void require_permission(const Exchange& exchange) {
  const Permission needed = *exchange.route->permission;
  if (exchange.request.principal.may(needed)) return;
  throw Error(ErrorCode::forbidden,
              "your key does not hold the permission " + std::string(to_string(needed)));
}

// Whether no parameter of a media type ("; charset=utf-8; …") names another character set.
bool is_in_utf8(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = parameters.find(';');
    const std::string_view one = trimmed(parameters.substr(0, end));
    parameters.remove_prefix(end == std::string_view::npos ? parameters.size() : end + 1);
    const std::size_t is = one.find('=');
    if (!same_ignoring_case(one.substr(0, is), "charset")) continue;
    std::string_view value = is == std::string_view::npos ? "" : one.substr(is + 1);
    if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    if (!same_ignoring_case(value, "utf-8")) return false;
  }
  return true;
}

// RFC 8259, 8.1: JSON between systems is UTF-8; what says otherwise would be read wrongly.
void require_json(const Envelope& envelope, const Route& route) {
  if (route.request_schema.empty() || envelope.body_end.framing == Framing::none) return;
  const std::string_view type = envelope.content_type;
  const std::size_t end = std::min(type.find(';'), type.size());
  if (!same_ignoring_case(trimmed(type.substr(0, end)), "application/json")) {
    throw Error(ErrorCode::unsupported_media_type, "send the body as application/json");
  }
  if (!is_in_utf8(type.substr(std::min(end + 1, type.size())))) {
    throw Error(ErrorCode::unsupported_media_type,
                "send the body in UTF-8, without another charset");
  }
}

std::string too_large_for(const Route& route) {
  const std::string bytes = std::to_string(body_bytes_max(route)) + " bytes";
  return reads_body(route) ? "the body may hold " + bytes + " at most"
                           : "no body is read here: send none, or " + bytes + " at most";
}

void require_room(const Envelope& envelope, const Route& route) {
  if (envelope.body_end.framing != Framing::length ||
      envelope.body_end.length <= body_bytes_max(route))
    return;
  throw Error(ErrorCode::payload_too_large, too_large_for(route));
}

std::string what_to_ask(const std::string& name, const std::vector<std::string>& known) {
  if (known.empty()) return "is not a parameter here, where none is read: remove it";
  const std::string meant = nearest(name, known);
  if (!meant.empty()) return "is not a parameter here: did you mean " + meant + "?";
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
  return "is not a parameter here: it reads " + list;
}

// A filter that nobody reads would answer with everything. Public routes may be probed with what a
// balancer adds.
void require_known_query(const Exchange& exchange) {
  const Route& route = *exchange.route;
  if (route.is_public) return;
  const std::vector<std::string>& known = route.query_parameters;
  std::vector<Violation> unknown;
  for (const auto& [name, value] : exchange.request.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string shown = cut(name, kParameterShownBytes);
    unknown.push_back({"/" + shown, "unknown_parameter", what_to_ask(name, known)});
  }
  if (!unknown.empty()) throw Error(std::move(unknown), "the query names what is not read here");
}

void read_idempotency_key(const Envelope& envelope, Exchange& exchange) {
  const Idempotency wanted = exchange.route->idempotency;
  if (wanted == Idempotency::none) return;
  if (!envelope.idempotency_key) {
    if (wanted == Idempotency::optional) return;
    throw Error(ErrorCode::idempotency_key_missing,
                "send an Idempotency-Key: this request reaches a lender");
  }
  if (!is_idempotency_key(*envelope.idempotency_key)) {
    throw Error(ErrorCode::malformed_request,
                "an Idempotency-Key is 1 to 255 visible ASCII characters");
  }
  exchange.request.idempotency_key = std::string(*envelope.idempotency_key);
}

void require_if_match(const Exchange& exchange) {
  if (exchange.route->if_match && exchange.request.if_match.empty()) throw_if_match_missing();
}

// "\"key\";r=1999;t=1"
std::string quota_text(const Quota& quota) {
  std::string text = "\"key\";r=";
  text += std::to_string(quota.left);
  text += ";t=";
  text += std::to_string(quota.until_full.count());
  return text;
}

const std::string* org_in_path(const Request& request) {
  const auto found = request.path_parameters.find("org");
  return found == request.path_parameters.end() ? nullptr : &found->second;
}

// An answer belongs to an org, a row of the route table and a key.
AnsweredRequest asked_in(const Exchange& exchange) {
  const Request& request = exchange.request;
  const std::string* org = org_in_path(request);
  AnsweredRequest asked;
  asked.scope.org.value = org != nullptr ? *org : request.principal.org.value;
  asked.scope.route = std::string(to_string(exchange.route->method)) + " " + exchange.route->path;
  asked.scope.key = request.idempotency_key;
  const bool is_json = exchange.route->body_types.empty();
  asked.fingerprint = fingerprint_of(request, is_json ? BodyKind::json : BodyKind::bytes);
  return asked;
}

KeepAnswer keeper(const StoreAnswer& store, const AnsweredRequest& asked) {
  return [&store, &asked](db::Transaction& tx, const Response& answer,
                          const std::vector<std::string>& people) {
    store(tx, asked, stored(answer), people);
  };
}

}  // namespace

Gate::Gate(const RouteTable& table, Ports ports, const Settings& settings,
           MayChangeOrg may_change_org)
    : table_(table),
      ports_(std::move(ports)),
      may_change_org_(std::move(may_change_org)),
      limits_(settings.requests_per_second, settings.requests_burst, settings.rate_keys_max) {}

Task<> Gate::admit(const Envelope& envelope, Exchange& exchange) {
  find_row(envelope, exchange);
  const Route& route = *exchange.route;
  if (!route.is_public) {
    const std::string_view token = bearer_token(envelope.authorization);
    exchange.request.principal = co_await authenticate(token);
    if (route.streams) exchange.token = token;
    exchange.request.principal.request_id = exchange.request.id;
    exchange.request.principal.traceparent = exchange.request.traceparent;
    take_from_quota(exchange);
    require_permission(exchange);
    require_org(exchange);
  }
  require_if_match(exchange);
  require_json(envelope, route);
  require_room(envelope, route);
  if (route.keeps_headers) {
    exchange.request.headers.assign(envelope.fields.begin(), envelope.fields.end());
  }
  read_idempotency_key(envelope, exchange);
  exchange.request.query = split_query(envelope.query);
  require_known_query(exchange);
}

Task<> Gate::readmit(const Exchange& exchange) {
  const Principal now = co_await authenticate(exchange.token);
  const Principal& then = exchange.request.principal;
  if (now.role != then.role || now.permissions != then.permissions || now.user != then.user) {
    throw Error(ErrorCode::unauthenticated, "the key's rights have changed");
  }
  require_org(exchange);
}

Task<Response> Gate::answer(Exchange& exchange) {
  Request& request = exchange.request;
  if (request.idempotency_key.empty()) co_return co_await exchange.route->handler(request);

  const AnsweredRequest asked = asked_in(exchange);
  const KeysInFlight::Claim claim = in_flight_.claim(asked.scope);
  const std::optional<StoredAnswer> kept = co_await ports_.find_answer(asked);
  if (kept) co_return replay(*kept);
  request.keep = keeper(ports_.store_answer, asked);
  Response response = co_await exchange.route->handler(request);
  request.keep = nullptr;  // `asked` ends here
  co_return response;
}

void Gate::find_row(const Envelope& envelope, Exchange& exchange) const {
  const auto segments = split_path(envelope.path);
  RouteTable::Match match = table_.find(envelope.method, segments);
  if (!match.row) {
    if (match.allowed.empty()) throw_not_found();
    exchange.headers.emplace_back("Allow", allow_list(match.allowed));
    throw Error(ErrorCode::method_not_allowed, "this path exists for other methods");
  }
  exchange.row = *match.row;
  exchange.route = &table_.rows()[exchange.row];
  Request& request = exchange.request;
  request.method = exchange.route->method;
  for (const Segment& segment : segments) {
    request.path += '/';
    request.path += segment.text;
    if (!segment.verb.empty()) request.path += ':' + segment.verb;
  }
  request.path_parameters = std::move(match.parameters);
}

Task<Principal> Gate::authenticate(std::string_view token) {
  if (token.empty()) {
    throw Error(ErrorCode::unauthenticated, "send an API key: Authorization: Bearer <key>");
  }
  Identity identity = ports_.identify(token);
  if (identity.standing == Standing::known) co_return std::move(identity.principal);
  if (identity.standing == Standing::uncertain) {
    std::optional<Principal> found = co_await ports_.identify_in_store(std::string(token));
    if (found) co_return std::move(*found);
  }
  throw Error(ErrorCode::unauthenticated, "the API key is unknown, expired or revoked");
}

void Gate::take_from_quota(Exchange& exchange) {
  const Quota quota =
      limits_.take(exchange.request.principal.key.value, RateLimits::Moment::clock::now());
  exchange.headers.emplace_back("RateLimit-Policy", limits_.policy());
  exchange.headers.emplace_back("RateLimit", quota_text(quota));
  if (quota.granted) return;
  exchange.headers.emplace_back("Retry-After", std::to_string(quota.retry_after.count()));
  throw Error(ErrorCode::rate_limited, "the quota of this key is used up");
}

// An org nobody can name, a foreign one and a missing one are one answer.
void Gate::require_org(const Exchange& exchange) const {
  const std::string* text = org_in_path(exchange.request);
  if (text == nullptr) return;
  const auto org = OrgId::parse(*text);
  if (!org || !ports_.may_see_org(exchange.request.principal, *org)) throw_not_found();
  const bool changes = exchange.route->method != Method::get;
  if (!changes || !may_change_org_) return;
  if (may_change_org_(exchange.request.principal, *org)) return;
  throw Error(ErrorCode::forbidden, "this view of the org is read-only");
}

void apply_conditions(const Request& request, Response& response) {
  if (request.method != Method::get || response.status != 200 || response.etag.empty()) return;
  if (request.if_none_match.empty() || !names_etag(request.if_none_match, response.etag)) return;
  response.status = 304;
  response.body.clear();
  response.shared_body.reset();
}

}  // namespace lendport::http

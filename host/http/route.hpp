// The route table: the API's table of contents. The server runs it, /openapi.json is written from
// it, the authorisation tests are generated from it.
#pragma once

#include "core/task.hpp"
#include "http/message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lendport::http {

using Handler = std::function<Task<Response>(const Request&)>;

// Whether a POST takes an Idempotency-Key (decision 0011): `required` where a lender would create
// something, `optional` where the hub does or a lender is asked, `none` for what changes nothing.
// A row that takes one has a story that keeps its answer (http/stored_answer.hpp).
enum class Idempotency { none, optional, required };

// One row. A row without a permission that is not explicitly public does not start the hub.
struct Route {
  Method method = Method::get;
  // "/v1/orgs/{org}/applications/{application}:confirm". A parameter fills one segment, a verb
  // after ':' belongs to the route. {org} is checked by the gate: an org the caller may not act in
  // answers the same 404 as a missing one, before the handler runs.
  std::string path;
  std::optional<Permission> permission;  // every row names one, or says `is_public`
  Idempotency idempotency = Idempotency::none;
  std::string summary;          // one line for the documentation
  std::string request_schema;   // name of a schema in host/http/schemas.hpp; empty = no body
  std::string response_schema;  // likewise
  Handler handler;
  std::optional<std::size_t> body_bytes_max = {};  // nothing: as below
  bool is_public = false;  // health, metrics, documentation, webhooks: no key is asked for
  // The names that may stand in the query: the gate refuses any other, the documentation lists
  // them.
  std::vector<std::string> query_parameters = {};
  // Media types of a body, and of an answer, that is bytes and no JSON; for the documentation. What
  // a body is the handler finds out: the gate asks for no Content-Type then.
  std::vector<std::string> body_types = {};
  std::vector<std::string> answer_types = {};
  // Answers with what may be a large body (http/settings.hpp): the handler runs once there is a
  // place for one.
  bool answers_large = false;
  bool streams = false;         // answers with server-sent events
  bool keeps_headers = false;   // the handler needs the whole head: Request::headers
  unsigned success_status = 0;  // for the documentation; 0: 200, or 204 without response schema
  // Changes a resource that was read before: without If-Match the gate answers 428. The handler
  // compares (http/conditional.hpp).
  bool if_match = false;
};

using Routes = std::vector<Route>;

// Of a row that says no other limit: of one that takes a body, and of one that reads none, where a
// client may send "{}" all the same.
inline constexpr std::size_t kBodyBytesMax = 256 * 1024;
inline constexpr std::size_t kUnreadBodyBytesMax = 1024;

inline bool reads_body(const Route& route) {
  return !route.request_schema.empty() || !route.body_types.empty() || route.body_bytes_max;
}

inline std::size_t body_bytes_max(const Route& route) {
  return route.body_bytes_max.value_or(reads_body(route) ? kBodyBytesMax : kUnreadBodyBytesMax);
}

}  // namespace lendport::http

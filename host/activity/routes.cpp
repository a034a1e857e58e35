// JSON → value → one call → JSON.
#include "activity/routes.hpp"

#include "activity/json.hpp"
#include "core/error.hpp"
#include "http/server_sent_events.hpp"

#include <charconv>

namespace lendport {
namespace {

using http::Request;
using http::Response;

[[noreturn]] void refuse_place(const std::string& why) {
  throw Error({{"/after", "invalid", why}},
              "the place to go on from (?after= or Last-Event-ID) is not one of this org");
}

std::int64_t sequence_in(std::string_view text) {
  std::int64_t sequence = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (failure != std::errc() || end != text.data() + text.size() || sequence < 0) {
    refuse_place("must be the sequence of an event: a whole number");
  }
  return sequence;
}

Activity::Window window_of(const Request& request) {
  Activity::Window window;
  window.org = request.id_in_path<OrgId>("org");
  window.application = request.id_in_query<ApplicationId>("application");
  return window;
}

Task<Response> list_events(const Activity& activity, const http::Cursors& cursors,
                           const Request& request) {
  const http::PageRequest page = cursors.read(request);
  Activity::Window window = window_of(request);
  const std::string from =
      page.position.empty() ? request.query_parameter("after").value_or("") : page.position;
  if (!from.empty()) window.after = sequence_in(from);
  window.limit = static_cast<int>(page.limit);
  const Activity::Page found = co_await activity.list(request.principal, window, request.deadline);
  co_return event_page(cursors, request, found);
}

Task<Response> list_audit(const Activity& activity, const http::Cursors& cursors,
                          const Request& request) {
  const http::PageRequest page = cursors.read(request);
  const std::int64_t after = page.position.empty() ? 0 : sequence_in(page.position);
  const Activity::AuditPage found =
      co_await activity.audit(request.principal, request.id_in_path<OrgId>("org"), after,
                              static_cast<int>(page.limit), request.deadline);
  co_return audit_page(cursors, request, found);
}

// Without a place to go on from it begins now.
Task<Response> stream_events(const Activity& activity, const Request& request) {
  Activity::Window window = window_of(request);
  const std::string from = http::resumed_after(request);
  const std::int64_t newest = co_await activity.newest(window.org, request.deadline);
  window.after = from.empty() ? newest : sequence_in(from);
  if (window.after > newest) refuse_place("no event has this sequence yet: begin without it");
  Activity::Window first = window;
  first.limit = 1;
  co_await activity.list(request.principal, first, request.deadline);  // is it theirs to see
  co_return http::event_stream(activity.stream(request.principal, window));
}

constexpr const char* kEvent = R"({
  "type": "object",
  "required": ["id", "sequence", "at", "type", "subject", "actor", "data"],
  "properties": {
    "id": {"type": "string"},
    "sequence": {
      "type": "integer",
      "description": "Rises within the org. Where to go on from: ?after=, Last-Event-ID."
    },
    "at": {"type": "string", "format": "date-time"},
    "type": {"type": "string", "examples": ["application.approved"]},
    "subject": {
      "type": "object",
      "properties": {"kind": {"type": "string"}, "id": {"type": "string"}}
    },
    "actor": {"type": "string", "description": "A user, \"hub\" or \"lender\"."},
    "data": {"type": "object"}
  }
})";

constexpr const char* kEventPage = R"({
  "allOf": [{"$ref": "#/components/schemas/Page"}],
  "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}}
})";

constexpr const char* kAuditEntry = R"({
  "type": "object",
  "required": ["sequence", "at", "actor", "action", "subject", "before", "after", "request_id",
               "hash"],
  "properties": {
    "sequence": {
      "type": "integer",
      "description": "1, 2, 3 … within the org. Entries of the other environment are left out."
    },
    "at": {"type": "string", "format": "date-time"},
    "actor": {"type": "string", "description": "A user or \"hub\"."},
    "action": {"type": "string", "examples": ["application.confirm"]},
    "subject": {
      "type": "object",
      "properties": {"kind": {"type": "string"}, "id": {"type": "string"}}
    },
    "before": {"description": "What was changed, masked; null where there was nothing."},
    "after": {"description": "What it became, masked; null where nothing is left."},
    "request_id": {"type": "string", "description": "Its X-Request-Id; may be empty."},
    "hash": {
      "type": "string",
      "description": "SHA-256 over this entry and the hash of the one before it."
    }
  }
})";

constexpr const char* kAuditPage = R"({
  "allOf": [{"$ref": "#/components/schemas/Page"}],
  "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/AuditEntry"}}}
})";

constexpr const char* kEventStream = R"({
  "type": "string",
  "title": "Server-sent events. Come back with Last-Event-ID.",
  "description": "`event` is the type, `id` the sequence, `data` an Event as JSON."
})";

}  // namespace

http::Routes activity_routes(const Activity& activity, const http::Cursors& cursors) {
  using enum http::Method;
  const auto listed = [&activity, &cursors](const Request& request) {
    return list_events(activity, cursors, request);
  };
  const auto streamed = [&activity](const Request& request) {
    return stream_events(activity, request);
  };
  const auto audited = [&activity, &cursors](const Request& request) {
    return list_audit(activity, cursors, request);
  };
  const std::string all = "/v1/orgs/{org}/events";
  http::Routes routes = {
      {get, all, Permission::orgs_read, http::Idempotency::none,
       "What happened, oldest first: a page may be short and yet have a next one", "", "EventPage",
       listed},
      {get, all + ":stream", Permission::orgs_read, http::Idempotency::none,
       "What happens, as it happens", "", "EventStream", streamed},
      {get, "/v1/orgs/{org}/audit", Permission::audit_read, http::Idempotency::none,
       "Who did what, oldest first: a page may be short and yet have a next one", "", "AuditPage",
       audited},
  };
  routes[0].query_parameters = {"limit", "cursor", "after", "application"};
  routes[1].query_parameters = {"after", "application"};
  routes[1].streams = true;
  routes[2].query_parameters = {"limit", "cursor"};
  return routes;
}

http::Schemas activity_schemas() {
  return {{"Event", kEvent},
          {"EventPage", kEventPage},
          {"EventStream", kEventStream},
          {"AuditEntry", kAuditEntry},
          {"AuditPage", kAuditPage}};
}

}  // namespace lendport

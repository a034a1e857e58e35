#include "orgs/support_routes.hpp"

#include "http/stored_answer.hpp"
#include "orgs/json_support.hpp"

namespace lendport {
namespace {

using http::Request;
using http::Response;

constexpr const char* kSupportView = R"({
 "type": "object",
 "required": ["id", "org", "user", "reason", "changes", "opened_at", "until"],
 "properties": {
  "id": {"type": "string"},
  "org": {"type": "string"},
  "user": {"type": "string", "description": "Of the platform's support."},
  "reason": {"type": "string"},
  "changes": {"type": "boolean", "description": "Not read-only."},
  "opened_at": {"type": "string", "format": "date-time"},
  "until": {"type": "string", "format": "date-time"},
  "ended_at": {"type": ["string", "null"], "format": "date-time"}}})";

constexpr const char* kSupportViewDraft = R"({
 "type": "object",
 "required": ["org", "reason"],
 "additionalProperties": false,
 "properties": {
  "org": {"type": "string"},
  "reason": {"type": "string", "maxLength": 500,
    "description": "Shown to the org, and audited for good: no personal data of applicants."},
  "minutes": {"type": "integer", "minimum": 5, "maximum": 480, "default": 60},
  "changes": {"type": "boolean", "default": false}}})";

constexpr const char* kSupportViewPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/SupportView"}}}}]})";

Response opened(const SupportView& view) {
  return http::created("/v1/orgs/" + view.org.value + "/support-views", *orgs::write(view));
}

Response ended(const SupportView& view) {
  return http::ok(*orgs::write(view));
}

Task<Response> open_view(SupportViews& views, const Request& request) {
  SupportViewDraft draft = orgs::read_support_view(request.body);
  Response answer;
  const auto keep = http::keeping<SupportView>(request, answer, &opened);
  co_await views.open(request.principal, std::move(draft), request.deadline, keep);
  co_return answer;
}

Task<Response> end_view(SupportViews& views, const Request& request) {
  Response answer;
  const auto keep = http::keeping<SupportView>(request, answer, &ended);
  co_await views.end(request.principal, request.id_in_path<SupportViewId>("view"), request.deadline,
                     keep);
  co_return answer;
}

Task<Response> list_views(SupportViews& views, const http::Cursors& cursors,
                          const Request& request) {
  const http::PageRequest page = cursors.read(request);
  std::optional<SupportViewId> after;
  if (!page.position.empty()) after = SupportViewId{page.position};
  auto found = co_await views.of_org(request.id_in_path<OrgId>("org"), after,
                                     static_cast<int>(page.limit) + 1, request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.pop_back();
    next = found.back().id.value;
  }
  co_return cursors.page(request, *orgs::write(found), next);
}

}  // namespace

// Opening is no route of the org: whoever opens is not let into it yet.
http::Routes support_routes(SupportViews& views, const http::Cursors& cursors) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  http::Routes routes = {
      {Method::post, "/v1/support-views", support_open, optional,
       "Open an org's view for the platform's support, with a reason and for a while",
       "SupportViewDraft", "SupportView",
       [&views](const Request& request) { return open_view(views, request); }},
      {Method::post, "/v1/support-views/{view}:end", support_open, optional,
       "End a view of one's own", "", "SupportView",
       [&views](const Request& request) { return end_view(views, request); }},
      {Method::get, "/v1/orgs/{org}/support-views", audit_read, none,
       "List when the platform's support looked into the org, and why", "", "SupportViewPage",
       [&views, &cursors](const Request& request) { return list_views(views, cursors, request); }},
  };
  routes[0].success_status = 201;
  routes[2].query_parameters = {"limit", "cursor"};
  return routes;
}

http::Schemas support_schemas() {
  return {{"SupportView", kSupportView},
          {"SupportViewDraft", kSupportViewDraft},
          {"SupportViewPage", kSupportViewPage}};
}

}  // namespace lendport

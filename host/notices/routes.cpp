// JSON → value → one call → JSON.
#include "notices/routes.hpp"

#include "notices/json.hpp"
#include "notices/texts.hpp"

namespace lendport {
namespace {

using http::Request;
using http::Response;

constexpr const char* kNoticeRecord = R"({
  "type": "object",
  "required": ["sent_on", "how"],
  "additionalProperties": false,
  "properties": {
    "sent_on": {"type": "string", "format": "date", "description": "The day it was sent."},
    "how": {"type": "string", "maxLength": 200, "description":
      "By post, by the lender's portal … It is kept for good: no personal data of the applicant."}
  }
})";

constexpr const char* kStaffNotice = R"({
  "type": "object",
  "required": ["id", "topic", "lender", "created_at"],
  "properties": {
    "id": {"type": "string"},
    "topic": {
      "type": "string",
      "enum": ["decision", "information_requested", "expiry_near", "notice_due",
               "connection_broken", "webhook_disabled"]
    },
    "environment": {"type": "string", "enum": ["sandbox", "production"]},
    "word": {
      "type": ["string", "null"],
      "description": "The decision; `due`, `overdue` of a notice; the host of a webhook."
    },
    "lender": {"type": "string"},
    "application_id": {"type": ["string", "null"]},
    "case_id": {"type": ["string", "null"]},
    "case_number": {"type": ["string", "null"]},
    "connection_id": {"type": ["string", "null"]},
    "until": {
      "type": ["string", "null"], "format": "date-time",
      "description": "When the decision expires, or the notice is due."
    },
    "by_mail": {"type": "boolean"},
    "created_at": {"type": "string", "format": "date-time"},
    "read_at": {"type": ["string", "null"], "format": "date-time"}
  }
})";

constexpr const char* kStaffNoticePage = R"({
  "allOf": [{"$ref": "#/components/schemas/Page"}],
  "type": "object",
  "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/StaffNotice"}}
  }
})";

constexpr const char* kNoticeChannels = R"({
  "type": "object",
  "required": ["mail", "list"],
  "additionalProperties": false,
  "properties": {"mail": {"type": "boolean"}, "list": {"type": "boolean"}}
})";

constexpr const char* kNoticePreferences = R"({
  "type": "object",
  "additionalProperties": false,
  "description": "How the caller is told of each; both where nothing is said.",
  "properties": {
    "decision": {"$ref": "#/components/schemas/NoticeChannels"},
    "information_requested": {"$ref": "#/components/schemas/NoticeChannels"},
    "expiry_near": {"$ref": "#/components/schemas/NoticeChannels"},
    "notice_due": {"$ref": "#/components/schemas/NoticeChannels"},
    "connection_broken": {"$ref": "#/components/schemas/NoticeChannels"},
    "webhook_disabled": {"$ref": "#/components/schemas/NoticeChannels"}
  }
})";

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

std::optional<bool> read_of(const Request& request) {
  const auto text = request.query_parameter("state");
  if (!text) return std::nullopt;
  if (*text != "read" && *text != "unread") {
    throw Error(
        {violation("/state", "unknown_choice", row_of(notices_texts::kRefusals, "not_a_state"))});
  }
  return *text == "read";
}

Task<Response> list_notices(Notices& notices, const http::Cursors& cursors,
                            const Request& request) {
  const http::PageRequest page = cursors.read(request);
  Notices::ListQuery query;
  query.read = read_of(request);
  query.after = http::read_position(page);
  query.limit = static_cast<int>(page.limit) + 1;
  auto found = co_await notices.list(request, org_of(request), std::move(query));
  const bool more = found.size() > page.limit;
  if (more) found.pop_back();
  co_return notices::notice_page(cursors, request, found, more);
}

Task<Response> read_notice(Notices& notices, const Request& request) {
  co_return co_await notices.mark_read(request, org_of(request),
                                       request.id_in_path<StaffNoticeId>("notice"));
}

Task<Response> get_preferences(Notices& notices, const Request& request) {
  const NoticePreferences found = co_await notices.preferences(request, org_of(request));
  co_return notices::preferences_answer(found);
}

Task<Response> put_preferences(Notices& notices, const Request& request) {
  NoticePreferences wanted = notices::read_preferences(request.body);
  const NoticePreferences kept =
      co_await notices.prefer(request, org_of(request), std::move(wanted));
  co_return notices::preferences_answer(kept);
}

Task<Response> record_notice(Notices& notices, const Request& request) {
  NoticeRecord record = notices::read_record(request.body);
  co_return co_await notices.record(request, request.id_in_path<OrgId>("org"),
                                    request.id_in_path<ApplicationId>("application"),
                                    std::move(record));
}

}  // namespace

http::Routes notices_routes(Notices& notices, const http::Cursors& cursors) {
  using enum http::Method;
  using enum http::Idempotency;
  const auto with = [&](Task<Response> (*handle)(Notices&, const Request&)) {
    return [&notices, handle](const Request& request) { return handle(notices, request); };
  };
  const auto listed = [&notices, &cursors](const Request& request) {
    return list_notices(notices, cursors, request);
  };
  const std::string all = "/v1/orgs/{org}/notices";
  const std::string mine = "/v1/orgs/{org}/me/notices";
  const Permission reads = Permission::applications_read;
  http::Routes routes = {
      {post, "/v1/orgs/{org}/applications/{application}:record-notice",
       Permission::applications_decide, optional,
       "Record that the notice of adverse action was sent", "NoticeRecord", "Application",
       with(record_notice)},
      {get, all, reads, none, "What the caller was told, newest first", "", "StaffNoticePage",
       listed},
      {post, all + "/{notice}:read", reads, optional, "Mark a notice as read", "", "StaffNotice",
       with(read_notice)},
      {get, mine, reads, none, "How the caller is told of what happens", "", "NoticePreferences",
       with(get_preferences)},
      {put, mine, reads, none, "Choose how to be told of what happens", "NoticePreferences",
       "NoticePreferences", with(put_preferences)},
  };
  routes[1].query_parameters = {"limit", "cursor", "state"};
  routes[4].if_match = true;
  return routes;
}

http::Schemas notices_schemas() {
  return {{"NoticeRecord", kNoticeRecord},
          {"StaffNotice", kStaffNotice},
          {"StaffNoticePage", kStaffNoticePage},
          {"NoticeChannels", kNoticeChannels},
          {"NoticePreferences", kNoticePreferences}};
}

}  // namespace lendport

#include "http/server_sent_events.hpp"

#include <algorithm>

namespace lendport::http {
namespace {

bool breaks_line(char c) {
  return c == '\n' || c == '\r' || c == '\0';
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  std::remove_copy_if(value.begin(), value.end(), std::back_inserter(out), breaks_line);
  out += '\n';
}

// "\r\n", "\r" and "\n" end a line alike.
std::string_view take_text_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end);
  if (rest.starts_with("\r\n")) rest.remove_prefix(1);
  return line;
}

}  // namespace

void append_event(std::string& out, const ServerSentEvent& event) {
  if (!event.id.empty()) append_field(out, "id", event.id);
  if (!event.type.empty()) append_field(out, "event", event.type);
  std::string_view rest = event.data;
  append_field(out, "data", take_text_line(rest));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    append_field(out, "data", take_text_line(rest));
  }
  out += '\n';
}

Response event_stream(std::shared_ptr<Stream> stream) {
  Response response;
  response.content_type = "text/event-stream";
  // A proxy in front sends on what it has, and keeps nothing.
  response.headers.emplace_back("X-Accel-Buffering", "no");
  response.headers.emplace_back("Cache-Control", "no-store, no-transform");
  response.stream = std::move(stream);
  return response;
}

std::string resumed_after(const Request& request) {
  if (!request.last_event_id.empty()) return request.last_event_id;
  return request.query_parameter("after").value_or("");
}

}  // namespace lendport::http

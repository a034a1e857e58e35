// Server-sent events (WHATWG HTML, 9.2): the text of an event, the answer that carries a stream.
#pragma once

#include "http/message.hpp"
#include "http/stream.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace lendport::http {

struct ServerSentEvent {
  std::string id;    // where to go on: comes back as Last-Event-ID. Without a line break or NUL
  std::string type;  // empty: "message". Without a line break
  std::string data;
};

// Appends the event. A line break in the data begins another data line; one in the id or the type,
// which could only be a mistake, is left out.
void append_event(std::string& out, const ServerSentEvent& event);

// A line that readers skip, for connections on which nothing happens.
inline constexpr std::string_view kHeartbeat = ": \n\n";

// An answer that sends `stream` until the other end, its right to it, or the hub ends.
Response event_stream(std::shared_ptr<Stream> stream);

// How far the caller was: Last-Event-ID, or else the query parameter `after`. Empty: nowhere.
std::string resumed_after(const Request& request);

}  // namespace lendport::http

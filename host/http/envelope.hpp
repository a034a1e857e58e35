// What the head of a request says, read once: from here on nobody looks at its bytes again.
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::http {

enum class Framing { none, length, chunked };

// How the end of a body is found.
struct BodyEnd {
  Framing framing = Framing::none;
  std::uint64_t length = 0;  // of the body, more than 0, for Framing::length; else 0

  friend bool operator==(const BodyEnd&, const BodyEnd&) = default;
};

// Views into the header block.
struct Envelope {
  std::optional<Method> method;  // nothing: one no route can have
  bool head_only = false;        // HEAD: a GET whose body stays here
  std::string_view path;         // begins with '/', still percent-encoded
  std::string_view query;

  BodyEnd body_end;
  bool keep_alive = true;
  bool expects_continue = false;

  std::string_view authorization;
  std::string_view content_type;
  std::optional<std::string_view> idempotency_key;
  std::string_view accept_language;
  std::string_view last_event_id;
  std::string_view request_id;
  std::string_view traceparent;
  std::string_view forwarded_for;  // the last line
  std::string if_match;            // all lines, joined
  std::string if_none_match;
  std::vector<std::pair<std::string_view, std::string_view>> fields;  // all of them, in order
};

}  // namespace lendport::http

// The guard: decides where a request begins and ends, whose it is and whether it is plain enough
// to be answered at all, before anything else looks at it.
//
// It is the only reader of the framing. There is no second, more forgiving parser behind it that
// could see another request in the same bytes; the tests hold it against Boost.Beast's.
#pragma once

#include "http/head.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::http {

// What counts as us. Lower case.
struct Origin {
  std::vector<std::string> schemes;      // accepted in absolute targets: "http", "https"
  std::vector<std::string> authorities;  // accepted in Host: "127.0.0.1:8080", "hub.example.com"
};

enum class Framing { none, length, chunked };

// What the guard established about a request. Views into the header block.
struct Envelope {
  std::optional<Method> method;  // nothing: one no route can have
  bool head_only = false;        // HEAD: a GET whose body stays here
  std::string_view path;         // begins with '/', still percent-encoded
  std::string_view query;

  Framing framing = Framing::none;
  std::uint64_t length = 0;  // of the body, for Framing::length
  bool keep_alive = true;
  bool expects_continue = false;

  std::string_view authorization;
  std::string_view content_type;
  std::string_view idempotency_key;
  std::string_view accept_language;
  std::string_view request_id;
  std::string_view traceparent;
  std::string_view forwarded_for;  // the last line
  std::string if_match;            // all lines, joined
  std::string if_none_match;
};

// Fills `envelope`, or says why not: then the connection ends with the answer. Refused are
// - a Host that is missing, comes twice or is not one of `origin`
// - Transfer-Encoding that is not one line "chunked", in HTTP/1.0, or beside Content-Length
// - Content-Length that comes twice or is not a plain decimal number
// - Authorization, Content-Type or Idempotency-Key that comes twice; '_' in a field's name
// - a target that is neither a path nor our own origin with one
// - Expect other than 100-continue
std::optional<Refusal> guard(const Head& head, const Origin& origin, Envelope& envelope);

}  // namespace lendport::http

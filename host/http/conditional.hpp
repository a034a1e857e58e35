// Versions of resources on the wire: strong ETags, If-None-Match, If-Match.
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lendport::http {

// The tag of a resource's version number: "\"v12\"".
std::string version_etag(std::int64_t version);

// The same where the body also tells what the version does not: the caller's language, why
// something cannot be used just now. "\"v12-<of the bytes>\"": If-None-Match takes it for these
// bytes, If-Match for the version.
std::string version_etag(std::int64_t version, std::string_view body);

// The tag of a body's bytes.
std::string body_etag(std::string_view body);

// Whether the list in If-None-Match names `etag`, or is "*".
bool names_etag(std::string_view if_none_match, std::string_view etag);

// Refuses a write without If-Match: precondition_required.
[[noreturn]] void throw_if_match_missing();

// For writes of mutable resources; `etag` is of the stored version. Throws precondition_required
// when If-Match is missing, precondition_failed when it names neither `etag` nor a body of that
// version. A weak tag never matches (RFC 9110, 13.1.1): whoever weakened it on the way, a proxy
// that compresses, changed the bytes the tag stood for.
void require_match(const Request& request, std::string_view etag);

}  // namespace lendport::http

// The JSON document type of the host, without its weight: the full header is included only where
// documents are read or written (`*/json.cpp`, `host/json/*.cpp`).
#pragma once

#include "json/members.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace lendport::json {

// Members keep the order they came in.
using Value = nlohmann::basic_json<Members>;

// Limits of a document from outside; beyond them it is refused, whoever sent it.
inline constexpr int kDepthMax = 64;
// Of one object: a member is found by looking through all.
inline constexpr std::size_t kMembersMax = 1000;

// Parses untrusted text: strict RFC 8259, depth at most kDepthMax, at most kMembersMax members in
// an object, no duplicate keys, valid UTF-8, no NUL inside strings, no numbers beyond a double's
// range. Throws Error{malformed_request} that says what and, where it has a place, at which byte.
Value parse(std::string_view text);

// Compact text. Strings must be valid UTF-8 (everything that came through `parse` is).
std::string dump(const Value& value);

}  // namespace lendport::json

// The target of a request: its path in segments, its query by name, each percent-decoded once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::http {

inline constexpr std::size_t kSegmentsMax = 32;
inline constexpr std::size_t kQueryParametersMax = 50;

// One segment of a path. `verb` is what follows an unencoded ':' ("app_1:confirm"); it belongs to
// the route, so it is split off before anything is decoded.
struct Segment {
  std::string text;
  std::string verb;
};

// "/v1/orgs/org_1" as segments. Throws malformed_request where two readers could see two paths:
// broken or double escapes, an encoded '/', '\' or control character, a "." or ".." segment,
// bytes that are not UTF-8, more than kSegmentsMax segments.
std::vector<Segment> split_path(std::string_view path);

// "a=1&b=x%20y". Throws malformed_request for a name that comes twice, and as above.
std::map<std::string, std::string> split_query(std::string_view query);

// All but RFC 3986's unreserved characters escaped; the path form leaves '/' and ':' alone.
std::string percent_encoded(std::string_view text);
std::string percent_encoded_path(std::string_view path);

}  // namespace lendport::http

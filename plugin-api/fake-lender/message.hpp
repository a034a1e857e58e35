// HTTP messages of the fake lender, and reading them from a socket.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::fake {

inline constexpr std::size_t kHeaderBytesMax = 64 * 1024;
inline constexpr std::size_t kBodyBytesMax = 64 * 1024 * 1024;

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of that name, in any case of letters; "" when there is none.
std::string header_of(const Headers& headers, std::string_view name);

struct Request {
  std::string method;
  std::string path;   // without the query
  std::string query;  // without the question mark
  Headers headers;
  std::string body;
};

struct Reply {
  int status = 200;
  Headers headers;
  std::string body;
};

// A JSON reply; `json` is text.
Reply json_reply(int status, std::string json);

// The reply as it goes over the wire, with content-length.
std::string to_wire(const Reply& reply);

// Reads requests from one connection, which stays the caller's. Blocks. Nothing when the peer is
// gone, sent something that is not HTTP/1.1, or more than the limits above.
class RequestReader {
 public:
  explicit RequestReader(int socket) : socket_(socket) {}
  std::optional<Request> next();

 private:
  int socket_;
  std::string unread_;  // bytes after the request before
};

// Writes all of it; false when the peer is gone.
bool send_all(int socket, std::string_view bytes);

}  // namespace lendport::fake

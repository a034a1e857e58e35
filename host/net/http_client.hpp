// Outbound HTTP: one libcurl multi handle driven by the event loop, no thread per request.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"
#include "net/egress.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

// How far a request came. From `sending` on the other side may have it, whole or in part.
enum class Phase { none, resolve, connect, tls, sending, sent, response };
std::string_view to_string(Phase phase);

// Why there is no whole answer.
enum class Fault {
  none,       // there is one, whatever its status
  denied,     // egress rules: name, scheme or resolved address
  resolve,    // the name has no address
  connect,    // nobody listens
  tls,        // no handshake, or a certificate that does not verify
  timeout,    // the deadline passed
  reset,      // the connection ended before the whole answer
  too_large,  // the answer passed `response_bytes_max`
  protocol,   // what came is not HTTP
  invalid,    // the request cannot be written: method, header, URL
  busy,       // the client's own limit of requests in flight
  internal,
};
std::string_view to_string(Fault fault);

struct Settings {
  std::string ca_file;  // PEM bundle; empty: the system's
  std::chrono::milliseconds connect_timeout{10'000};
  long connections_max = 256;          // open at once, pooled ones included
  long connections_per_host_max = 32;  // likewise, to one host and port
  std::size_t requests_max = 1024;     // in flight at once; more are `busy`
  std::string user_agent = "lendport";
};

struct OutboundRequest {
  std::string method;  // upper case
  std::string url;
  Headers headers;  // host, content-length and connection are the client's own
  std::string body;
  std::shared_ptr<const EgressRules> rules;
  std::size_t response_bytes_max = 1U << 20U;
  // For what must not happen twice: never on a pooled connection, where libcurl would send again
  // by itself when the other side had closed it.
  bool once = false;
  // Called on the client's strand when the last byte of the request was handed to the network.
  std::function<void()> on_sent = {};
};

// What became of a request.
struct Exchange {
  Fault fault = Fault::internal;
  Phase phase = Phase::none;
  std::uint64_t bytes_sent = 0;  // head and body, before TLS
  int status = 0;                // once a status line came, also when the body was cut
  Headers headers;               // in order, names in lower case
  std::string body;              // as received; what came before a fault is kept
  std::chrono::milliseconds elapsed{0};
  std::string detail;  // for the log; names no secret

  bool whole() const { return fault == Fault::none; }
  // Whether the other side may know of the request.
  bool may_have_left() const { return phase >= Phase::sending; }
};

// Thread-safe. TLS 1.2 or newer, verified; HTTP/2 where offered; pooled connections; a redirect is
// an answer; no proxy, no cookies, no credentials of libcurl's own, no environment. Addresses are
// checked after resolution, at the moment a socket is made.
class HttpClient {
 public:
  // `io` runs the transfers, on a strand of the client's own. It is not run any more when the
  // client is destroyed.
  HttpClient(boost::asio::any_io_executor io, Settings settings);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  // Resumes on the caller's strand with the answer or with what went wrong; never throws for what
  // the network does. Ends at the latest shortly after `deadline`.
  // REQUIRES: the caller runs on a strand (or on an io_context with one thread).
  Task<Exchange> send(OutboundRequest request, Deadline deadline);

 private:
  class Multi;
  std::shared_ptr<Multi> multi_;
};

}  // namespace lendport::net

// A connection from its first byte to its last: requests in, answers out, in order.
#pragma once

#include "http/body_bytes.hpp"
#include "http/connections.hpp"
#include "http/gate.hpp"
#include "http/guard.hpp"
#include "http/request_metrics.hpp"
#include "http/settings.hpp"
#include "telemetry/access_log.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace lendport::http {

// What all sessions of a server share. Outlives them.
struct Door {
  Settings settings;
  Origin origin;
  Gate& gate;
  telemetry::AccessLog& access_log;
  RequestMetrics metrics;
  Connections connections;
  Connections streams;                             // by key
  Connections large_of_keys;                       // large bodies: each has a place here …
  Connections large_of_orgs;                       // … and here
  std::shared_ptr<boost::asio::ssl::context> tls;  // nothing: plain HTTP
  BodyBytes bodies;                                // that are not large
};

// Runs on the socket's executor, which is a strand (or the io_context, when one thread runs it),
// until the other end, a limit or a drain ends it.
void start_session(boost::asio::ip::tcp::socket socket, Door& door,
                   std::unique_ptr<Connections::Place> place, std::string peer);

}  // namespace lendport::http

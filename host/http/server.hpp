// The front door as a whole: listens, serves, and stops when it is told to.
#pragma once

#include "http/gate.hpp"
#include "http/settings.hpp"
#include "telemetry/access_log.hpp"
#include "telemetry/metrics.hpp"

#include <cstdint>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace lendport::http {

class Server {
 public:
  // Binds the port and reads the certificate; throws Error{internal} that says what is wrong, also
  // for an address outside loopback with neither TLS nor a proxy in front. `io` is run by
  // `settings.threads` threads; it, the gate, the log and the metrics outlive the server.
  Server(boost::asio::io_context& io, const Settings& settings, Gate& gate,
         telemetry::AccessLog& access_log, telemetry::Metrics& metrics);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Begins to accept.
  void start();

  // The port that is listened on, also when the settings said 0.
  std::uint16_t port() const;

  // Accepts no more, lets requests under way end, closes what is left at settings.drain_time.
  // Blocks until then: not from a thread that runs `io`, whose threads must still run. False when
  // a handler would not end: then nothing it uses may be destroyed any more.
  bool stop();

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace lendport::http

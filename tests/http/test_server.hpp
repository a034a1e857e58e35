// A front door on a free loopback port, with made-up routes and callers, for tests and benchmarks.
#pragma once

#include "http/gate.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "telemetry/access_log.hpp"
#include "telemetry/metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lendport::http {

// Serves `routes` from its construction to its end. Tokens map to callers.
class TestServer {
 public:
  using Callers = std::map<std::string, Principal, std::less<>>;

  explicit TestServer(Routes routes, Callers callers = {}, Settings settings = any_free_port(),
                      const std::string& access_log = "off");
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  static Settings any_free_port();

  std::uint16_t port() const { return server_.port(); }
  std::string host() const { return "127.0.0.1:" + std::to_string(port()); }
  Server& server() { return server_; }
  telemetry::Metrics& metrics() { return metrics_; }
  telemetry::AccessLog& access_log() { return access_log_; }
  std::size_t open_connections();

  void revoke(const std::string& token);

  // What the store would hold. Guarded by the test's own order: set before requests are sent.
  std::map<std::string, std::pair<std::string, StoredAnswer>> stored_answers;  // fingerprint first
  bool snapshot_is_old = false;

 private:
  struct Loop;

  Ports ports();

  std::mutex mutex_;  // protects callers_
  Callers callers_;
  RouteTable table_;
  Gate gate_;
  telemetry::Metrics metrics_;
  telemetry::AccessLog access_log_;
  const std::unique_ptr<Loop> loop_;
  Server server_;
  std::vector<std::thread> threads_;
};

}  // namespace lendport::http

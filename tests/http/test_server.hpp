// A front door on a free loopback port, with made-up routes and callers, for tests and benchmarks.
#pragma once

#include "core/error.hpp"
#include "http/gate.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "telemetry/access_log.hpp"
#include "telemetry/metrics.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <map>
#include <mutex>
#include <optional>
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
                      const std::string& access_log = "off")
      : callers_(std::move(callers)),
        table_(std::move(routes)),
        gate_(table_, ports(), settings),
        access_log_(
            {.level = telemetry::Level::info, .log_file = "", .access_log_file = access_log}),
        io_(settings.threads),
        server_(io_, settings, gate_, access_log_, metrics_) {
    for (int i = 0; i < settings.threads; ++i) threads_.emplace_back([this] { io_.run(); });
    server_.start();
  }
  ~TestServer() {
    server_.stop();
    work_.reset();
    io_.stop();
    for (auto& thread : threads_) thread.join();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  static Settings any_free_port() {
    Settings settings;
    settings.port = 0;
    return settings;
  }

  std::uint16_t port() const { return server_.port(); }
  std::string host() const { return "127.0.0.1:" + std::to_string(port()); }
  Server& server() { return server_; }
  telemetry::Metrics& metrics() { return metrics_; }
  telemetry::AccessLog& access_log() { return access_log_; }
  std::size_t open_connections() {
    const auto& gauge = metrics_.gauge("lendport_http_connections", "Open connections.");
    return static_cast<std::size_t>(gauge.Value());
  }

  void revoke(const std::string& token) {
    const std::lock_guard guard(mutex_);
    callers_.erase(token);
  }

  // What the store would hold. Guarded by the test's own order: set before requests are sent.
  std::map<std::string, std::pair<std::string, StoredAnswer>> stored_answers;  // fingerprint first
  bool snapshot_is_old = false;

 private:
  Ports ports() {
    Ports ports;
    ports.identify = [this](std::string_view token) {
      Identity identity;
      const std::lock_guard guard(mutex_);
      const auto found = callers_.find(token);
      if (snapshot_is_old) {
        identity.standing = Standing::uncertain;
      } else if (found != callers_.end()) {
        identity.standing = Standing::known;
        identity.principal = found->second;
      }
      return identity;
    };
    ports.identify_in_store = [this](std::string token) -> Task<std::optional<Principal>> {
      const std::lock_guard guard(mutex_);
      const auto found = callers_.find(token);
      if (found == callers_.end()) co_return std::nullopt;
      co_return found->second;
    };
    ports.may_see_org = [](const Principal& principal, const OrgId& org) {
      return principal.org == org;
    };
    ports.find_answer = [this](AnsweredRequest request) -> Task<std::optional<StoredAnswer>> {
      const IdempotencyScope& scope = request.scope;
      const auto found = stored_answers.find(scope.org.value + " " + scope.route + " " + scope.key);
      if (found == stored_answers.end()) co_return std::nullopt;
      if (found->second.first != request.fingerprint) {
        throw Error(ErrorCode::idempotency_mismatch, "the key was used for another request");
      }
      co_return found->second.second;
    };
    return ports;
  }

  std::mutex mutex_;  // protects callers_
  Callers callers_;
  RouteTable table_;
  Gate gate_;
  telemetry::Metrics metrics_;
  telemetry::AccessLog access_log_;
  boost::asio::io_context io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      io_.get_executor()};
  Server server_;
  std::vector<std::thread> threads_;
};

}  // namespace lendport::http

#include "http/test_server.hpp"

#include "core/error.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>

namespace lendport::http {

struct TestServer::Loop {
  explicit Loop(int threads) : io(threads) {}

  boost::asio::io_context io;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work{
      io.get_executor()};
};

TestServer::TestServer(Routes routes, Callers callers, Settings settings,
                       const std::string& access_log)
    : callers_(std::move(callers)),
      table_(std::move(routes)),
      gate_(table_, ports(), settings),
      access_log_({.level = telemetry::Level::info, .log_file = "", .access_log_file = access_log}),
      loop_(std::make_unique<Loop>(settings.threads)),
      server_(loop_->io, settings, gate_, access_log_, metrics_) {
  for (int i = 0; i < settings.threads; ++i) threads_.emplace_back([this] { loop_->io.run(); });
  server_.start();
}

TestServer::~TestServer() {
  server_.stop();
  loop_->work.reset();
  loop_->io.stop();
  for (auto& thread : threads_) thread.join();
}

Settings TestServer::any_free_port() {
  Settings settings;
  settings.port = 0;
  return settings;
}

std::size_t TestServer::open_connections() {
  const auto& gauge = metrics_.gauge("lendport_http_connections", "Open connections.");
  return static_cast<std::size_t>(gauge.Value());
}

void TestServer::revoke(const std::string& token) {
  const std::lock_guard guard(mutex_);
  callers_.erase(token);
}

Ports TestServer::ports() {
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

}  // namespace lendport::http

#include "http/server.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "http/session.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <future>
#include <limits>
#include <string>
#include <sys/socket.h>

namespace lendport::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

constexpr auto kSweepEvery = std::chrono::milliseconds(250);
constexpr auto kAcceptAgainAfter = std::chrono::milliseconds(100);
constexpr auto kForcedCloseTime = std::chrono::seconds(2);
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
    "Connection: close\r\n\r\n";

[[noreturn]] void refuse_to_start(const std::string& why) {
  throw Error(ErrorCode::internal, why);
}

net::ip::address address_of(const Settings& settings) {
  error_code failure;
  auto address = net::ip::make_address(settings.address, failure);
  if (failure) refuse_to_start("http.listen: \"" + settings.address + "\" is not an IP address");
  if (!address.is_loopback() && !settings.tls && !settings.behind_proxy) {
    refuse_to_start("http.listen " + settings.address +
                    " is outside loopback: set http.tls_certificate and http.tls_key, or "
                    "http.behind_proxy when a proxy ends TLS in front of the hub");
  }
  return address;
}

std::shared_ptr<net::ssl::context> tls_of(const Settings& settings) {
  if (!settings.tls) return nullptr;
  auto context = std::make_shared<net::ssl::context>(net::ssl::context::tls_server);
  error_code failure;
  context->set_options(net::ssl::context::default_workarounds | net::ssl::context::no_sslv2 |
                       net::ssl::context::no_sslv3 | net::ssl::context::no_tlsv1 |
                       net::ssl::context::no_tlsv1_1 | net::ssl::context::no_compression);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context->use_certificate_chain_file(settings.tls->certificate_file, failure);
  if (failure) refuse_to_start(settings.tls->certificate_file + ": " + failure.message());
  context->use_private_key_file(settings.tls->key_file, net::ssl::context::pem, failure);
  if (failure) refuse_to_start(settings.tls->key_file + ": " + failure.message());
  return context;
}

bool names_port(const std::string& authority) {
  const std::size_t colon = authority.rfind(':');
  return colon != std::string::npos && authority.find(']', colon) == std::string::npos;
}

Origin origin_of(const Settings& settings, std::uint16_t port) {
  Origin origin;
  if (settings.behind_proxy || !settings.tls) origin.schemes.emplace_back("http");
  if (settings.behind_proxy || settings.tls) origin.schemes.emplace_back("https");
  for (const std::string& host : settings.hosts) origin.authorities.push_back(lower(host));
  if (settings.hosts.empty()) {
    for (const char* host : {"localhost", "127.0.0.1", "[::1]"}) {
      origin.authorities.push_back(std::string(host) + ":" + std::to_string(port));
    }
  }
  // A scheme's own port may be written or left out.
  const std::string usual = origin.schemes.back() == "https" ? ":443" : ":80";
  const auto configured = origin.authorities;
  for (const std::string& authority : configured) {
    if (!names_port(authority)) origin.authorities.push_back(authority + usual);
    if (authority.ends_with(usual)) {
      origin.authorities.push_back(authority.substr(0, authority.size() - usual.size()));
    }
  }
  return origin;
}

}  // namespace

class Server::Listener {
 public:
  Listener(net::io_context& io, const Settings& settings, Gate& gate,
           telemetry::AccessLog& access_log, telemetry::Metrics& metrics)
      : io_(io),
        strand_(net::make_strand(io)),
        acceptor_(strand_),
        sweep_(strand_),
        again_(strand_),
        door_{.settings = settings,
              .origin = {},
              .gate = gate,
              .access_log = access_log,
              .metrics = RequestMetrics(metrics, gate.table()),
              .connections = {settings.connections_max, settings.behind_proxy
                                                            ? settings.connections_max
                                                            : settings.connections_per_address_max},
              .streams = {settings.streams_max, settings.streams_per_key_max},
              .large_of_keys = {std::numeric_limits<std::size_t>::max(),
                                settings.large_bodies_per_key_max},
              .large_of_orgs = {settings.large_bodies_max, (settings.large_bodies_max + 1) / 2},
              .tls = tls_of(settings),
              .bodies = {settings.bodies_bytes_max, settings.bodies_bytes_per_key_max}} {
    access_log.count_dropped_in(metrics);
    bind(tcp::endpoint(address_of(settings), settings.port));
    door_.origin = origin_of(settings, port());
  }

  std::uint16_t port() const { return port_; }

  void start() {
    listening_ = true;
    spawn(accept());
    spawn(sweep());
  }

  bool stop();

 private:
  void bind(const tcp::endpoint& endpoint);
  void spawn(Task<> task);
  Task<> accept();
  void admit(tcp::socket socket);
  Task<> sweep();
  void close();

  net::io_context& io_;
  net::strand<net::io_context::executor_type> strand_;
  tcp::acceptor acceptor_;
  net::steady_timer sweep_;
  net::steady_timer again_;
  bool listening_ = false;
  bool closing_ = false;  // on the strand
  bool sweeping_ = true;  // on the strand
  std::uint16_t port_ = 0;
  Door door_;
  std::vector<std::future<void>> running_;
};

void Server::Listener::bind(const tcp::endpoint& endpoint) {
  error_code failure;
  acceptor_.open(endpoint.protocol(), failure);
  if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor_.bind(endpoint, failure);
  if (!failure) acceptor_.listen(net::socket_base::max_listen_connections, failure);
  if (failure) {
    refuse_to_start("http cannot listen on " + endpoint.address().to_string() + " port " +
                    std::to_string(endpoint.port()) + ": " + failure.message());
  }
  port_ = acceptor_.local_endpoint().port();
}

// The future is how stop() knows that nothing of the task is left.
void Server::Listener::spawn(Task<> task) {
  auto ended = std::make_shared<std::promise<void>>();
  running_.push_back(ended->get_future());
  net::co_spawn(strand_, std::move(task), [ended](const std::exception_ptr& failure) {
    if (failure) telemetry::log(telemetry::Level::error, "listener_failed");
    ended->set_value();
  });
}

Task<> Server::Listener::accept() {
  bool failing = false;
  while (!closing_) {
    error_code failure;
    net::any_io_executor executor = io_.get_executor();
    if (door_.settings.threads > 1) executor = net::make_strand(io_);
    tcp::socket socket =
        co_await acceptor_.async_accept(executor, net::redirect_error(net::use_awaitable, failure));
    if (closing_) co_return;
    if (!failure) {
      failing = false;
      admit(std::move(socket));
      continue;
    }
    // Out of file descriptors, most likely: wait for some to be given back.
    if (!failing) {
      telemetry::log(telemetry::Level::warn, "accept_failed", {{"reason", failure.message()}});
    }
    failing = true;
    again_.expires_after(kAcceptAgainAfter);
    co_await again_.async_wait(net::redirect_error(net::use_awaitable, failure));
  }
}

void Server::Listener::admit(tcp::socket socket) {
  error_code failure;
  const auto peer = socket.remote_endpoint(failure);
  if (failure) return;
  std::string address = peer.address().to_string();
  auto place = door_.connections.take_place(address);
  if (!place) {
    door_.metrics.refused_connections().Increment();
    if (!door_.tls) {
      ::send(socket.native_handle(), kTooMany.data(), kTooMany.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    return;
  }
  socket.set_option(tcp::no_delay(true), failure);
  start_session(std::move(socket), door_, std::move(place), std::move(address));
}

Task<> Server::Listener::sweep() {
  while (sweeping_) {
    error_code failure;
    sweep_.expires_after(kSweepEvery);
    co_await sweep_.async_wait(net::redirect_error(net::use_awaitable, failure));
    door_.connections.sweep(Connection::Moment::clock::now());
  }
}

void Server::Listener::close() {
  error_code ignored;
  closing_ = true;
  acceptor_.close(ignored);
  again_.cancel();
}

bool Server::Listener::stop() {
  if (!listening_) return true;
  listening_ = false;
  net::post(strand_, [this] { close(); });
  const auto until = Connection::Moment::clock::now() + door_.settings.drain_time;
  door_.connections.drain();
  bool empty = door_.connections.wait_until_empty(until);
  if (!empty) {
    door_.connections.cut();
    empty = door_.connections.wait_until_empty(Connection::Moment::clock::now() + kForcedCloseTime);
  }
  net::post(strand_, [this] {
    sweeping_ = false;
    sweep_.cancel();
  });
  for (auto& task : running_) {
    empty = task.wait_for(kForcedCloseTime) == std::future_status::ready && empty;
  }
  return empty;
}

Server::Server(net::io_context& io, const Settings& settings, Gate& gate,
               telemetry::AccessLog& access_log, telemetry::Metrics& metrics)
    : listener_(std::make_unique<Listener>(io, settings, gate, access_log, metrics)) {}

Server::~Server() {
  // A destructor has nobody to throw to; stop() before it to learn how it went.
  try {
    if (!stop()) telemetry::log(telemetry::Level::error, "server_did_not_end");
  } catch (const std::exception&) {
    std::terminate();
  }
}

void Server::start() {
  listener_->start();
}

std::uint16_t Server::port() const {
  return listener_->port();
}

bool Server::stop() {
  return listener_->stop();
}

}  // namespace lendport::http

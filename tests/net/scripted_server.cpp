#include "net/scripted_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <cctype>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace lendport::support {

Answer ok(std::string_view body, std::string_view more_headers) {
  return {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(more_headers) +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body)};
}

class ScriptedServer::Listener {
 public:
  Listener(std::deque<Answer> script, Answer otherwise)
      : script_(std::move(script)),
        otherwise_(std::move(otherwise)),
        acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
        thread_([this] { accept(); }) {}

  Listener(const std::string& certificate_file, const std::string& key_file)
      : otherwise_(ok("{}")), acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    tls_.use_certificate_chain_file(certificate_file);
    tls_.use_private_key_file(key_file, boost::asio::ssl::context::pem);
    speaks_tls_ = true;
    thread_ = std::thread([this] { accept(); });
  }

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    stopping_ = true;
    boost::system::error_code ignored;
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket bell(io);
    bell.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      for (auto& socket : sockets_) socket->shutdown(socket->shutdown_both, ignored);
      ending_.notify_all();
    }
    for (std::thread& connection : connections_) connection.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const { return connection_count_; }

 private:
  using Socket = boost::asio::ip::tcp::socket;

  void accept() {
    while (true) {
      auto socket = std::make_shared<Socket>(io_);
      boost::system::error_code error;
      acceptor_.accept(*socket, error);
      if (error || stopping_) return;
      ++connection_count_;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      connections_.emplace_back([this, socket] { converse(socket); });
    }
  }

  void converse(const std::shared_ptr<Socket>& socket) {
    boost::system::error_code error;
    if (!speaks_tls_) {
      while (exchange(*socket, error)) {
      }
    } else {
      boost::asio::ssl::stream<Socket&> stream(*socket, tls_);
      stream.handshake(stream.server, error);
      while (!error && exchange(stream, error)) {
      }
    }
    const std::lock_guard lock(mutex_);  // the destructor shuts sockets down as well
    socket->shutdown(socket->shutdown_both, error);
    socket->close(error);
  }

  template <class Stream>
  bool exchange(Stream& stream, boost::system::error_code& error) {
    Answer answer = peek();
    if (!answer.reads) {
      take();
      return false;
    }
    std::string request;
    if (!read(stream, request, error)) return false;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    answer = take();
    if (answer.silent) {
      std::unique_lock lock(mutex_);
      ending_.wait(lock, [this] { return stopping_.load(); });
      return false;
    }
    boost::asio::write(stream, boost::asio::buffer(answer.bytes), error);
    return !error && answer.stays;
  }

  template <class Stream>
  bool read(Stream& stream, std::string& request, boost::system::error_code& error) {
    const std::size_t head =
        boost::asio::read_until(stream, boost::asio::dynamic_buffer(request), "\r\n\r\n", error);
    if (error) return false;
    static constexpr std::string_view kLength = "content-length: ";
    std::string lower = request.substr(0, head);
    for (char& c : lower) c = static_cast<char>(tolower(c));
    const std::size_t at = lower.find(kLength);
    const std::size_t length =
        at == std::string::npos ? 0 : std::stoul(lower.substr(at + kLength.size()));
    if (request.size() < head + length) {
      boost::asio::read(stream, boost::asio::dynamic_buffer(request),
                        boost::asio::transfer_exactly(head + length - request.size()), error);
    }
    return !error;
  }

  Answer peek() {
    const std::lock_guard lock(mutex_);
    return script_.empty() ? otherwise_ : script_.front();
  }
  Answer take() {
    const std::lock_guard lock(mutex_);
    if (script_.empty()) return otherwise_;
    Answer answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }

  std::deque<Answer> script_;
  Answer otherwise_;
  boost::asio::io_context io_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  bool speaks_tls_ = false;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connection_count_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable ending_;
  std::vector<std::string> requests_;
  std::list<std::shared_ptr<Socket>> sockets_;
  std::list<std::thread> connections_;
  std::thread thread_;
};

ScriptedServer::ScriptedServer(std::deque<Answer> script, Answer otherwise)
    : listener_(std::make_unique<Listener>(std::move(script), std::move(otherwise))) {}

ScriptedServer::ScriptedServer(const std::string& certificate_file, const std::string& key_file)
    : listener_(std::make_unique<Listener>(certificate_file, key_file)) {}

ScriptedServer::~ScriptedServer() = default;

std::uint16_t ScriptedServer::port() const {
  return listener_->port();
}

std::vector<std::string> ScriptedServer::requests() const {
  return listener_->requests();
}

int ScriptedServer::connections() const {
  return listener_->connections();
}

}  // namespace lendport::support

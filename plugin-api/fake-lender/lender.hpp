// A lender that can be told to misbehave: a server on loopback with a script of faults.
//
//     FakeLender lender({}, [&](const Request& request) { return json_reply(200, "{}"); });
//     use("http://127.0.0.1:" + std::to_string(lender.port()));
//
// Beside the lender's own routes it answers, on the same port:
//   POST /_script   adds faults (script.hpp) and sets the token endpoint (tokens.hpp, "oauth")
//   POST /_reset    removes faults and tokens and empties the book; {"keep_book":true} keeps it
//   GET  /_book     {"entries":[…]}: every other request, in the order it came
//   POST /_webhook  sends a webhook (webhook.hpp): {"statuses":[200]}
#pragma once

#include "fake-lender/book.hpp"
#include "fake-lender/message.hpp"
#include "fake-lender/script.hpp"
#include "fake-lender/tokens.hpp"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace lendport::fake {

inline constexpr std::size_t kConnectionsMax = 256;

struct Settings {
  std::uint16_t port = 0;      // 0: any free one
  std::filesystem::path book;  // empty: in memory only
};

// What the lender does of itself. Called by one thread at a time, after the request is in the book.
using Routes = std::function<Reply(const Request&)>;

// 404 for everything: a lender that answers what it is told to.
Reply no_routes(const Request& request);

// Synchronous sockets, one thread per connection, on 127.0.0.1 only. The destructor closes every
// connection and joins. Past kConnectionsMax a new connection is closed at once.
class FakeLender {
 public:
  // Throws std::runtime_error if the port or the book cannot be had.
  explicit FakeLender(Settings settings, Routes routes = no_routes);
  FakeLender(const FakeLender&) = delete;
  FakeLender& operator=(const FakeLender&) = delete;
  ~FakeLender();

  std::uint16_t port() const { return port_; }
  // Requests as {"n","method","path","query","headers":[[n,v]],"body","idempotency_key"}; written
  // before the routes or the script are asked.
  Book& book() { return *book_; }
  Script& script() { return script_; }
  Tokens& tokens() { return tokens_; }

 private:
  struct Connection {
    int socket = -1;
    bool ended = false;
    std::thread thread;
  };

  void listen_on(std::uint16_t port);
  void accept_all();
  void open(int socket);
  void join_ended();
  void serve(Connection& connection);
  bool answer(int socket, const Request& request);
  bool misbehave(int socket, const Request& request, const Step& step);
  Reply routed(const Request& request);
  Reply control(const Request& request);
  bool note(const Request& request);
  void pause(std::chrono::milliseconds how_long);

  Routes routes_;
  std::unique_ptr<Book> book_;
  Script script_;
  Tokens tokens_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex routes_mutex_;  // one call of routes_ at a time
  std::mutex mutex_;         // protects stopping_, connections_ and noted_
  std::condition_variable stop_;
  bool stopping_ = false;
  std::list<Connection> connections_;
  int noted_ = 0;
  std::thread acceptor_;
};

}  // namespace lendport::fake

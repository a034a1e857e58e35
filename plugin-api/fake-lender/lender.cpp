// Sockets, threads and the order of things for one request.
#include "fake-lender/lender.hpp"

#include "fake-lender/webhook.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace lendport::fake {
namespace {

// Ends the connection with RST: on Linux, dissolving a connection sends one.
void close_with_reset(int socket) {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  connect(socket, &nowhere, sizeof nowhere);
}

// The body as the book keeps it: JSON has no place for bytes that are no text.
std::string shown(const Request& request) {
  if (!header_of(request.headers, "content-type").starts_with("multipart/")) return request.body;
  return "(" + std::to_string(request.body.size()) + " bytes)";
}

bool wants_close(const Request& request) {
  return header_of(request.headers, "connection") == "close";
}

}  // namespace

Reply no_routes(const Request&) {
  return json_reply(404, R"({"error":"not_found"})");
}

FakeLender::FakeLender(Settings settings, Routes routes)
    : routes_(std::move(routes)),
      book_(settings.book.empty() ? std::make_unique<Book>()
                                  : std::make_unique<Book>(settings.book)) {
  listen_on(settings.port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeLender::~FakeLender() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Connection& connection : connections_) shutdown(connection.socket, SHUT_RDWR);
  }
  stop_.notify_all();
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (Connection& connection : connections_) connection.thread.join();
  for (const Connection& connection : connections_) close(connection.socket);
  close(listener_);
}

void FakeLender::listen_on(std::uint16_t port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int yes = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, sizeof address) != 0 || listen(listener_, SOMAXCONN) != 0) {
    close(listener_);
    throw std::runtime_error("cannot listen on 127.0.0.1:" + std::to_string(port));
  }
  socklen_t size = sizeof address;
  getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
}

void FakeLender::accept_all() {
  for (;;) {
    int accepted = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
      continue;
    }
    join_ended();
    open(accepted);
  }
}

void FakeLender::open(int socket) {
  int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  std::lock_guard lock(mutex_);
  if (stopping_ || connections_.size() >= kConnectionsMax) {
    close(socket);
    return;
  }
  Connection& connection = connections_.emplace_back();
  connection.socket = socket;
  connection.thread = std::thread([this, &connection] { serve(connection); });
}

void FakeLender::join_ended() {
  std::list<Connection> ended;
  {
    std::lock_guard lock(mutex_);
    for (auto at = connections_.begin(); at != connections_.end();) {
      auto next = std::next(at);
      if (at->ended) ended.splice(ended.end(), connections_, at);
      at = next;
    }
  }
  for (Connection& connection : ended) connection.thread.join();
  for (const Connection& connection : ended) close(connection.socket);
}

// The socket is shut down here and closed by who joins, so that its number is not given away early.
void FakeLender::serve(Connection& connection) {
  int socket = connection.socket;
  RequestReader reader(socket);
  while (std::optional<Request> request = reader.next()) {
    if (!answer(socket, *request) || wants_close(*request)) break;
  }
  shutdown(socket, SHUT_RDWR);
  std::lock_guard lock(mutex_);
  connection.ended = true;
}

// False when the connection is to be closed.
bool FakeLender::answer(int socket, const Request& request) {
  if (request.path.starts_with("/_")) return send_all(socket, to_wire(control(request)));
  if (!note(request)) return false;
  std::optional<Step> step = script_.take(request.method, request.path);
  if (step) return misbehave(socket, request, *step);
  return send_all(socket, to_wire(routed(request)));
}

bool FakeLender::misbehave(int socket, const Request& request, const Step& step) {
  bool scripted = step.reply || step.raw;
  Reply reply;
  if (!scripted || step.handle) reply = routed(request);
  if (step.reply) reply = *step.reply;
  pause(step.latency);
  if (step.reset) close_with_reset(socket);
  if (step.cut_after_send || step.reset) return false;
  if (step.raw) {
    send_all(socket, *step.raw);
    return false;
  }
  std::string wire = to_wire(reply);
  if (step.half_body) {
    send_all(socket, std::string_view(wire).substr(0, wire.size() - (reply.body.size() + 1) / 2));
    return false;
  }
  return send_all(socket, wire);
}

Reply FakeLender::routed(const Request& request) {
  if (tokens_.serves(request)) return tokens_.issue(request);
  if (tokens_.protects(request.path) && !tokens_.accepts(request)) {
    return json_reply(401, R"({"error":"invalid_token"})");
  }
  std::lock_guard lock(routes_mutex_);
  try {
    return routes_(request);
  } catch (const std::exception& error) {
    // A boundary: a sandbox's route that throws is a lender's 500, not the end of the sandbox.
    return json_reply(500, Json{{"error", error.what()}}.dump());
  }
}

Reply FakeLender::control(const Request& request) {
  std::string what = request.method + " " + request.path;
  if (what == "GET /_book") return json_reply(200, Json{{"entries", book_->entries()}}.dump());
  Json asked = request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
  if (!asked.is_object()) return json_reply(400, R"({"error":"the body is not a JSON object"})");
  try {
    if (what == "POST /_script") {
      script_.add(asked);
      if (asked.contains("oauth")) tokens_.configure(asked["oauth"]);
      return json_reply(200, "{}");
    }
    if (what == "POST /_webhook") {
      return json_reply(200, Json{{"statuses", send_webhook(asked)}}.dump());
    }
  } catch (const std::invalid_argument& error) {
    return json_reply(400, Json{{"error", error.what()}}.dump());
  }
  if (what != "POST /_reset") return json_reply(404, R"({"error":"no such control"})");
  script_.clear();
  tokens_.clear();
  if (!asked.value("keep_book", false)) book_->clear();
  return json_reply(200, "{}");
}

// False when the book is full or the disk refuses: such a request is not served.
bool FakeLender::note(const Request& request) {
  Json headers = Json::array();
  for (const auto& [name, value] : request.headers) headers.push_back(Json::array({name, value}));
  std::lock_guard lock(mutex_);
  return book_->append({{"n", ++noted_},
                        {"method", request.method},
                        {"path", request.path},
                        {"query", request.query},
                        {"headers", std::move(headers)},
                        {"body", shown(request)},
                        {"idempotency_key", header_of(request.headers, "idempotency-key")}});
}

// Ends early when the lender stops.
void FakeLender::pause(std::chrono::milliseconds how_long) {
  std::unique_lock lock(mutex_);
  stop_.wait_for(lock, how_long, [this] { return stopping_; });
}

}  // namespace lendport::fake

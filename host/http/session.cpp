#include "http/session.hpp"

#include "http/input_buffer.hpp"
#include "http/problem.hpp"
#include "http/request_id.hpp"
#include "http/request_reader.hpp"
#include "http/server_sent_events.hpp"
#include "http/socket.hpp"
#include "http/wire.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace lendport::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

// Of a stream: reads keep this apart, however often the bell rings …
constexpr std::chrono::milliseconds kBetweenLooks{100};
// … and come at the latest after this, should no bell have rung.
constexpr std::chrono::seconds kLookAnyway{5};
// A revoked key ends its streams within a second.
constexpr std::chrono::milliseconds kBetweenAdmissions{500};

// A request's share of the memory all bodies may take: bytes, or a place among the large ones.
class BodyShare {
 public:
  BodyShare(Door& door, const Principal& principal) : door_(door), principal_(principal) {}
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  ~BodyShare() { door_.bodies.give_back(sender_, mine_); }

  // Before they are there; 0: nobody said how many.
  void expect(std::size_t bytes) {
    if (bytes > door_.settings.large_body_bytes) be_large();
  }

  void grow_to(std::size_t bytes) {
    expect(bytes);
    if (of_org_ || bytes <= mine_) return;
    if (mine_ == 0) sender_ = principal_.key.value;
    const BodyBytes::Room room = door_.bodies.take(sender_, bytes - mine_);
    if (room == BodyBytes::Room::enough) {
      mine_ = bytes;
    } else if (room == BodyBytes::Room::not_of_sender && !sender_.empty()) {
      throw Error(ErrorCode::rate_limited,
                  "too many bodies of your key are on their way: let one of them end first");
    } else {
      throw Error(ErrorCode::overloaded, "too many bodies are being read");
    }
  }

  // Throws rate_limited where the key has all it may, overloaded where its org or the hub has.
  void be_large() {
    if (of_org_) return;
    of_key_ = door_.large_of_keys.take_place(principal_.key.value);
    if (!of_key_) throw Error(ErrorCode::rate_limited, too_many_of_key());
    of_org_ = door_.large_of_orgs.take_place(principal_.org.value);
    if (!of_org_) {
      throw Error(ErrorCode::overloaded,
                  "too many documents are on their way, up or down: try again in a moment");
    }
    door_.bodies.give_back(sender_, std::exchange(mine_, 0));
  }

 private:
  std::string too_many_of_key() const {
    return "your key has " + std::to_string(door_.settings.large_bodies_per_key_max) +
           " documents on their way, up or down: let one of them end first";
  }

  Door& door_;
  const Principal& principal_;  // known once the request is admitted
  std::string sender_;
  std::size_t mine_ = 0;
  std::unique_ptr<Connections::Place> of_key_;
  std::unique_ptr<Connections::Place> of_org_;
};

bool says_when(const Exchange& exchange) {
  return std::any_of(exchange.headers.begin(), exchange.headers.end(),
                     [](const auto& header) { return header.first == "Retry-After"; });
}

std::string forwarded_peer(std::string_view forwarded_for, const std::string& peer) {
  std::string_view last = forwarded_for.substr(forwarded_for.rfind(',') + 1);
  while (last.starts_with(' ') || last.starts_with('\t')) last.remove_prefix(1);
  error_code failure;
  net::ip::make_address(std::string(last), failure);
  return failure ? peer : std::string(last);
}

class Session final : public Connection {
 public:
  Session(tcp::socket socket, Door& door, std::unique_ptr<Connections::Place> place,
          std::string peer)
      : place_(std::move(place)),
        socket_(std::move(socket), door.tls),
        door_(door),
        peer_(std::move(peer)),
        reader_(static_cast<std::uint32_t>(door.settings.header_bytes_max)) {}
  ~Session() override {
    door_.connections.remove(this);
    door_.metrics.connections().Decrement();
  }

  Task<> run();
  void expire() override;
  void drain() override;
  void cut() override;

 private:
  // What became of the waiting for bytes.
  enum class Input { open, ended, late };

  Task<bool> serve_one();
  Task<std::optional<Refusal>> read_request_head();
  Task<Response> respond(Exchange& exchange, BodyShare& share);
  Task<> read_body(Exchange& exchange, BodyShare& share);
  Task<> refuse(const Refusal& refusal);
  Task<> send(const Response& response, const Exchange& exchange, bool keep_alive);
  void take_stream_place(const Exchange& exchange);
  Task<> send_stream(Stream& stream, Exchange& exchange);
  Task<> pass_on(Stream& stream);
  Task<std::string> news_of(Stream& stream);
  Task<> rest_until(Moment moment);
  Task<> linger();

  Task<> read_more();
  Task<> write(std::string_view head, std::string_view body);

  Exchange begin_exchange();
  Response rendered(const Error& error, Exchange& exchange) const;
  void pass(std::chrono::milliseconds time) { set_deadline(Moment::clock::now() + time); }
  void note(const Exchange& exchange, unsigned status, std::size_t bytes);

  std::unique_ptr<Connections::Place> place_;  // first, so given back last
  Socket socket_;
  Door& door_;
  std::string peer_;

  InputBuffer input_;
  Input state_ = Input::open;
  bool idle_ = false;  // no byte of the next request is there
  RequestReader reader_;
  Envelope envelope_;
  bool body_is_read_ = false;
  Moment begun_;
  std::string out_;

  // Of a stream.
  std::unique_ptr<Connections::Place> stream_place_;
  net::steady_timer pause_{socket_.executor()};
  bool has_news_ = true;
  Moment looked_;  // when the stream was read last
  Moment spoken_;  // when something was sent last
};

Task<> Session::run() {
  pass(door_.settings.header_time);
  if (!co_await socket_.handshake()) co_return;
  bool goes_on = true;
  while (goes_on) goes_on = co_await serve_one();
  if (state_ != Input::ended && !idle_) co_await linger();
}

Task<bool> Session::serve_one() {
  const std::optional<Refusal> refusal = co_await read_request_head();
  if (refusal) {
    co_await refuse(*refusal);
    co_return false;
  }
  if (state_ != Input::open) co_return false;

  begun_ = Moment::clock::now();
  Exchange exchange = begin_exchange();
  BodyShare share(door_, exchange.request.principal);
  const Response response = co_await respond(exchange, share);
  if (state_ == Input::ended) co_return false;
  const bool keep_alive = envelope_.keep_alive && body_is_read_ && state_ == Input::open &&
                          !door_.connections.draining();
  state_ = Input::open;  // a late request is answered, too
  const bool streams = response.stream && !envelope_.head_only;
  co_await send(response, exchange, keep_alive && !streams);
  if (streams) co_await send_stream(*response.stream, exchange);
  co_return keep_alive && !streams && state_ == Input::open;
}

// Leaves the head of a guarded request in envelope_, or says why there is none. Neither:
// the other end went, or said nothing in time.
Task<std::optional<Refusal>> Session::read_request_head() {
  HeadScan scan;
  std::size_t empty_lines = 0;
  idle_ = true;
  pass(door_.settings.idle_time);
  while (true) {
    while (input_.bytes().starts_with("\r\n") && empty_lines++ < kEmptyLinesMax) input_.use(2);
    const std::string_view bytes = input_.bytes();
    if (!bytes.empty() && bytes != "\r") {
      if (idle_) pass(door_.settings.header_time);
      idle_ = false;
      const HeadScan::State found = scan.look(bytes);
      if (found == HeadScan::State::complete) break;
      if (found == HeadScan::State::broken) co_return Refusal{400, "a line is broken"};
      if (bytes.size() >= door_.settings.header_bytes_max) {
        co_return Refusal{431, "the header block is too large"};
      }
    }
    if (idle_ && door_.connections.draining()) state_ = Input::late;
    if (state_ == Input::open) co_await read_more();
    if (state_ == Input::late && !idle_) co_return Refusal{408, "the header block came too slowly"};
    if (state_ != Input::open) co_return std::nullopt;
  }
  set_deadline(Moment::max());
  const std::string_view block = input_.bytes().substr(0, scan.end());
  if (block.size() > door_.settings.header_bytes_max) {
    co_return Refusal{431, "the header block is too large"};
  }
  input_.use(block.size());
  BodyEnd seen;
  const auto refusal = guard(block, door_.origin, door_.settings.fields_max, seen);
  if (refusal) co_return refusal;
  co_return reader_.read_head(block, seen, envelope_);
}

Exchange Session::begin_exchange() {
  Exchange exchange;
  exchange.language = pick_language(envelope_.accept_language);
  Request& request = exchange.request;
  request.id = request_id_from(envelope_.request_id);
  request.traceparent = traceparent_from(envelope_.traceparent);
  request.language = std::string(to_string(exchange.language));
  request.if_match = std::move(envelope_.if_match);
  request.if_none_match = std::move(envelope_.if_none_match);
  request.last_event_id = std::string(envelope_.last_event_id.substr(0, kLastEventIdBytesMax));
  request.peer =
      door_.settings.behind_proxy ? forwarded_peer(envelope_.forwarded_for, peer_) : peer_;
  request.deadline = begun_ + door_.settings.answer_time;
  return exchange;
}

// The boundary: what is thrown behind it becomes an answer here, and nowhere else.
Task<Response> Session::respond(Exchange& exchange, BodyShare& share) {
  body_is_read_ = envelope_.body_end.framing == Framing::none;
  try {
    co_await door_.gate.admit(envelope_, exchange);
    co_await read_body(exchange, share);
    if (state_ == Input::late)
      co_return problem(Refusal{408, "the body came too slowly"}, exchange.request.id);
    if (state_ == Input::ended) co_return Response();
    if (exchange.route->answers_large) share.be_large();
    Response response = co_await door_.gate.answer(exchange);
    apply_conditions(exchange.request, response);
    if (response.stream && !envelope_.head_only) take_stream_place(exchange);
    co_return response;
  } catch (const Error& error) {
    co_return rendered(error, exchange);
  } catch (const std::exception& failure) {
    co_return rendered(Error(ErrorCode::internal, failure.what()), exchange);
  }
}

Response Session::rendered(const Error& error, Exchange& exchange) const {
  // What the answer does not tell.
  if (error.code() == ErrorCode::internal || error.code() == ErrorCode::database_unavailable) {
    telemetry::log(telemetry::Level::error, "request_failed",
                   {{"request_id", exchange.request.id},
                    {"route", exchange.route != nullptr ? exchange.route->path : std::string()},
                    {"detail", error.detail()}});
  }
  // A refusal says nothing that differs between what is missing and what is somebody else's.
  if (error.code() != ErrorCode::rate_limited) {
    std::erase_if(exchange.headers, [](const auto& header) { return header.first == "RateLimit"; });
  }
  Response response = problem(error, exchange.language, exchange.request.id);
  if (response.status == 503 || (response.status == 429 && !says_when(exchange))) {
    response.headers.emplace_back("Retry-After", "1");
  }
  return response;
}

Task<> Session::read_body(Exchange& exchange, BodyShare& share) {
  if (envelope_.body_end.framing == Framing::none) co_return;
  share.expect(envelope_.body_end.length);
  pass(door_.settings.body_time);
  if (envelope_.expects_continue && input_.empty()) {
    co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
  reader_.begin_body(exchange.request.body, body_bytes_max(*exchange.route));
  while (state_ == Input::open) {
    input_.use(reader_.read_body(input_.bytes()));
    share.grow_to(exchange.request.body.size());
    if (reader_.state() != RequestReader::State::reading) break;
    co_await read_more();
  }
  if (reader_.state() == RequestReader::State::broken)
    throw Error(ErrorCode::malformed_request, "the framing of the body is broken");
  if (reader_.state() == RequestReader::State::too_large)
    throw Error(ErrorCode::payload_too_large, "the body is larger than this route takes");
  body_is_read_ = state_ == Input::open;
  set_deadline(Moment::max());
}

Task<> Session::refuse(const Refusal& refusal) {
  begun_ = Moment::clock::now();
  state_ = Input::open;
  Exchange exchange;
  exchange.request.id = request_id_from({});
  exchange.request.peer = peer_;
  const Response response = problem(refusal, exchange.request.id);
  envelope_ = Envelope();
  co_await send(response, exchange, false);
}

Task<> Session::send(const Response& response, const Exchange& exchange, bool keep_alive) {
  AnswerFrame frame;
  frame.request_id = exchange.request.id;
  frame.language = to_string(exchange.language);
  frame.headers = &exchange.headers;
  frame.keep_alive = keep_alive;
  frame.strict_transport = socket_.is_tls() || door_.settings.behind_proxy;
  frame.now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  write_head(out_, response, frame);
  const bool without_body = envelope_.head_only || response.status == 204 || response.status == 304;
  const std::string_view body = without_body ? std::string_view() : body_of(response);
  pass(door_.settings.write_time);
  co_await write(out_, body);
  note(exchange, response.status, body.size());
}

void Session::note(const Exchange& exchange, unsigned status, std::size_t bytes) {
  const Request& request = exchange.request;
  telemetry::Access access;
  access.time = SystemClock().now();
  access.request_id = request.id;
  access.peer = request.peer;
  if (envelope_.method) access.method = to_string(*envelope_.method);
  if (envelope_.head_only) access.method = "HEAD";
  if (exchange.route != nullptr) access.route = exchange.route->path;
  const auto org = request.path_parameters.find("org");
  if (org != request.path_parameters.end()) access.org = org->second;
  access.key = request.principal.key.value;
  access.status = status;
  access.bytes = bytes;
  access.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(Moment::clock::now() - begun_);
  door_.access_log.write(access);
  std::optional<std::size_t> row;
  if (exchange.route != nullptr) row = exchange.row;
  door_.metrics.count(row, status, access.duration);
}

void Session::take_stream_place(const Exchange& exchange) {
  stream_place_ = door_.streams.take_place(exchange.request.principal.key.value);
  if (!stream_place_) {
    throw Error(ErrorCode::rate_limited, "too many streams are open: close one, or ask the list");
  }
}

// Sends what comes until the other end goes, the caller's right ends, its time is over or the hub
// drains. The boundary of what happens after the head has left: an error can only end it.
Task<> Session::send_stream(Stream& stream, Exchange& exchange) {
  const Moment end = begun_ + door_.settings.stream_time;
  std::weak_ptr<Connection> session = weak_from_this();
  stream.on_news([this, session, executor = socket_.executor()] {
    net::post(executor, [this, session] {
      const auto alive = session.lock();
      if (!alive) return;
      has_news_ = true;
      pause_.cancel();
    });
  });
  try {
    while (state_ == Input::open && !door_.connections.draining() && Moment::clock::now() < end) {
      co_await pass_on(stream);
      if (socket_.other_end_left()) break;
      co_await door_.gate.readmit(exchange);
    }
  } catch (const std::exception& failure) {
    telemetry::log(telemetry::Level::info, "stream_ended",
                   {{"request_id", exchange.request.id}, {"detail", failure.what()}});
  }
}

// Sends what is new, or rests until there may be something.
Task<> Session::pass_on(Stream& stream) {
  std::string bytes = co_await news_of(stream);
  const Moment now = Moment::clock::now();
  if (bytes.empty() && now - spoken_ >= door_.settings.heartbeat_time) bytes = kHeartbeat;
  if (bytes.empty()) {
    const Moment next_look = looked_ + (has_news_ ? kBetweenLooks : kLookAnyway);
    co_await rest_until(std::min(next_look, now + kBetweenAdmissions));
    co_return;
  }
  spoken_ = now;
  pass(door_.settings.write_time);
  co_await write(bytes, {});
  set_deadline(Moment::max());
}

Task<std::string> Session::news_of(Stream& stream) {
  const Moment now = Moment::clock::now();
  if (now - looked_ < (has_news_ ? kBetweenLooks : kLookAnyway)) co_return std::string();
  looked_ = now;
  has_news_ = false;
  std::string bytes = co_await stream.read(now + door_.settings.answer_time);
  if (!bytes.empty()) has_news_ = true;  // there may be more than one read takes
  co_return bytes;
}

Task<> Session::rest_until(Moment moment) {
  error_code ignored;
  pause_.expires_at(moment);
  co_await pause_.async_wait(net::redirect_error(net::use_awaitable, ignored));
}

// Waits for the other end to have read the answer: closing with bytes unread would reset the
// connection and could take the answer with it.
Task<> Session::linger() {
  pass(door_.settings.linger_time);
  state_ = Input::open;
  co_await socket_.end_sending();
  while (state_ == Input::open) {
    input_.use(input_.bytes().size());
    co_await read_more();
  }
}

Task<> Session::read_more() {
  const bool more = co_await socket_.read(input_);
  if (!more && state_ == Input::open) state_ = Input::ended;
}

Task<> Session::write(std::string_view head, std::string_view body) {
  const bool sent = co_await socket_.write(head, body);
  if (!sent && state_ == Input::open) state_ = Input::ended;
}

void Session::expire() {
  net::post(socket_.executor(), [this, alive = shared_from_this()] {
    if (deadline() > Moment::clock::now()) return;
    if (state_ == Input::open) state_ = Input::late;
    socket_.cancel();
  });
}

void Session::cut() {
  net::post(socket_.executor(), [this, alive = shared_from_this()] {
    state_ = Input::ended;
    socket_.close();
    pause_.cancel();
  });
}

void Session::drain() {
  net::post(socket_.executor(), [this, alive = shared_from_this()] {
    if (idle_) socket_.cancel();
    pause_.cancel();
  });
}

}  // namespace

void start_session(tcp::socket socket, Door& door, std::unique_ptr<Connections::Place> place,
                   std::string peer) {
  const auto executor = socket.get_executor();
  auto session =
      std::make_shared<Session>(std::move(socket), door, std::move(place), std::move(peer));
  door.connections.add(session);
  door.metrics.connections().Increment();
  auto run = session->run();
  net::co_spawn(executor, std::move(run), [session](const std::exception_ptr& failure) {
    if (failure) telemetry::log(telemetry::Level::error, "session_failed");
  });
}

}  // namespace lendport::http

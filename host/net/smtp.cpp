#include "net/smtp.hpp"

#include "net/conversation.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace lendport::net {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kPlainScheme = "smtp://";
constexpr std::string_view kTlsScheme = "smtps://";

bool is_name(std::string_view text) {
  static constexpr std::string_view kOthers = ".-:[]";
  return !text.empty() && text.size() <= 255 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  kOthers.find(static_cast<char>(c)) != std::string_view::npos;
         });
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc{} && end == text.data() + text.size() && port != 0;
}

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_this_machine(std::string_view host) {
  static constexpr std::array<std::string_view, 3> kNames = {"127.0.0.1", "[::1]", "localhost"};
  return std::find(kNames.begin(), kNames.end(), host) != kNames.end();
}

bool has_line_end(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// What a conversation hands back to the strand that waits for it.
struct Waiting {
  explicit Waiting(asio::any_io_executor caller) : ended(std::move(caller), Deadline::max()) {}
  asio::steady_timer ended;
  bool reported = false;
  Delivery delivery;
};

void report(std::shared_ptr<Waiting> waiting, Delivery delivery) {
  auto caller = waiting->ended.get_executor();
  asio::post(caller, [waiting = std::move(waiting), delivery = std::move(delivery)]() mutable {
    waiting->delivery = std::move(delivery);
    waiting->reported = true;
    waiting->ended.cancel();
  });
}

}  // namespace

std::string_view to_string(Acceptance acceptance) {
  switch (acceptance) {
    case Acceptance::accepted: return "accepted";
    case Acceptance::refused: return "refused";
    case Acceptance::not_now: return "not_now";
    case Acceptance::unknown: return "unknown";
  }
  return "unknown";
}

std::optional<std::string> problem_of(const Relay& relay) {
  const std::string_view url = relay.url;
  const bool tls = url.starts_with(kTlsScheme);
  if (!tls && !url.starts_with(kPlainScheme)) {
    return "the relay is written smtp://host:587 (STARTTLS) or smtps://host:465";
  }
  const std::string_view authority = url.substr((tls ? kTlsScheme : kPlainScheme).size());
  const std::string_view host = host_of(authority);
  const std::string_view port = authority.substr(std::min(host.size(), authority.size()));
  const bool sound = is_name(host) && (port.empty() || (port[0] == ':' && is_port(port.substr(1))));
  if (!sound) return "the relay's URL is a scheme, a host and a port, and nothing else";
  if (relay.plain_on_loopback && (tls || !is_this_machine(host))) {
    return "without TLS the relay is smtp:// on 127.0.0.1, [::1] or localhost";
  }
  if (!is_name(relay.own_name)) return "the hub's own name is a domain, such as example.com";
  if (has_line_end(relay.user) || has_line_end(relay.password.expose())) {
    return "the relay's user and password are one line each";
  }
  return std::nullopt;
}

SmtpSender::SmtpSender(Relay relay, int at_once)
    : relay_(std::make_shared<const Relay>(std::move(relay))),
      threads_(static_cast<std::size_t>(at_once)) {}

SmtpSender::~SmtpSender() {
  stop();
}

void SmtpSender::stop() {
  stopping_ = true;
  threads_.join();
}

Task<Delivery> SmtpSender::send(OutboundMail mail, Deadline deadline) {
  const std::string addresses = mail.from + mail.to;
  if (mail.from.empty() || mail.to.empty() || has_line_end(addresses)) {
    co_return Delivery(Acceptance::refused, false, 0, "an address is not one");
  }
  if (stopping_) co_return Delivery(Acceptance::not_now, false, 0, "the hub stops");
  if (waiting_ >= kWaitingMax) {
    co_return Delivery(Acceptance::not_now, false, 0, "too many mails wait for the relay");
  }
  auto caller = co_await asio::this_coro::executor;
  auto waiting = std::make_shared<Waiting>(caller);
  auto held = std::make_shared<const OutboundMail>(std::move(mail));
  ++waiting_;
  // Gives `waiting` away: its timer belongs to the caller, who may be gone once it has reported.
  auto talk = [this, relay = relay_, held, deadline, waiting]() mutable {
    Conversation conversation(*relay, held.get(), deadline, &stopping_);
    Delivery delivery = conversation.run();
    --waiting_;
    report(std::move(waiting), std::move(delivery));
  };
  asio::post(threads_, std::move(talk));
  while (!waiting->reported) {
    boost::system::error_code cancelled;
    co_await waiting->ended.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  co_return std::move(waiting->delivery);
}

Delivery SmtpSender::probe_now(Deadline deadline) const {
  Conversation conversation(*relay_, nullptr, deadline, nullptr);
  return conversation.run();
}

}  // namespace lendport::net

#include "net/http_client.hpp"

#include "core/error.hpp"
#include "net/transfer.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <unordered_map>

namespace lendport::net {

namespace asio = boost::asio;

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::none: return "none";
    case Phase::resolve: return "resolve";
    case Phase::connect: return "connect";
    case Phase::tls: return "tls";
    case Phase::sending: return "sending";
    case Phase::sent: return "sent";
    case Phase::response: return "response";
  }
  return "sent";
}

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::none: return "none";
    case Fault::denied: return "denied";
    case Fault::resolve: return "resolve";
    case Fault::connect: return "connect";
    case Fault::tls: return "tls";
    case Fault::timeout: return "timeout";
    case Fault::reset: return "reset";
    case Fault::too_large: return "too_large";
    case Fault::protocol: return "protocol";
    case Fault::invalid: return "invalid";
    case Fault::busy: return "busy";
    case Fault::internal: return "internal";
  }
  return "internal";
}

// The multi handle and the sockets and timer it asked for. Everything but the constructor and the
// destructor runs on `strand`.
class HttpClient::Multi : public std::enable_shared_from_this<Multi> {
 public:
  Multi(asio::any_io_executor io, Settings settings)
      : strand(asio::make_strand(std::move(io))), settings_(std::move(settings)), timer_(strand) {
    start_libcurl();
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw Error(ErrorCode::internal, "libcurl gave no multi handle");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, settings_.connections_max);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, settings_.connections_per_host_max);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, settings_.connections_max);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi() {
    for (const auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_, easy);
    curl_multi_cleanup(multi_);
    for (const auto& [fd, watch] : watches_) watch->descriptor.release();
  }

  void start(std::shared_ptr<Transfer> transfer) {
    if (transfers_.size() >= settings_.requests_max) {
      transfer->exchange.fault = Fault::busy;
      return Transfer::report(std::move(transfer));
    }
    if (!transfer->prepare(settings_)) return Transfer::report(std::move(transfer));
    CURL* easy = transfer->easy();
    transfers_.emplace(easy, transfer);
    if (curl_multi_add_handle(multi_, easy) != CURLM_OK) finish(easy, CURLE_FAILED_INIT);
  }

  const asio::strand<asio::any_io_executor> strand;

 private:
  struct Watch {
    Watch(const asio::strand<asio::any_io_executor>& on, int fd) : descriptor(on, fd) {}
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false;
    bool writing = false;
  };

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    static_cast<Multi*>(self)->watch(fd, what);
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* self) {
    static_cast<Multi*>(self)->set_timer(timeout_ms);
    return 0;
  }

  void watch(curl_socket_t fd, int what) {
    auto found = watches_.find(fd);
    if (what == CURL_POLL_REMOVE) {
      if (found == watches_.end()) return;
      found->second->descriptor.release();  // libcurl closes it
      watches_.erase(found);
      return;
    }
    if (found == watches_.end()) {
      found = watches_.emplace(fd, std::make_shared<Watch>(strand, fd)).first;
    }
    found->second->wanted = what;
    arm(fd, found->second);
  }

  void arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch) {
    const bool in = (watch->wanted & CURL_POLL_IN) != 0;
    const bool out = (watch->wanted & CURL_POLL_OUT) != 0;
    if (in && !watch->reading) {
      watch->reading = true;
      wait(fd, watch, asio::posix::stream_descriptor::wait_read);
    }
    if (out && !watch->writing) {
      watch->writing = true;
      wait(fd, watch, asio::posix::stream_descriptor::wait_write);
    }
  }

  void wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch,
            asio::posix::stream_descriptor::wait_type what) {
    watch->descriptor.async_wait(
        what, [weak = weak_from_this(), fd, watch, what](const boost::system::error_code& error) {
          const auto self = weak.lock();
          if (!self || error == asio::error::operation_aborted) return;
          const bool read = what == asio::posix::stream_descriptor::wait_read;
          (read ? watch->reading : watch->writing) = false;
          const int ready = error ? CURL_CSELECT_ERR : read ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
          const int side = read ? CURL_POLL_IN : CURL_POLL_OUT;
          if (self->watches(fd, watch) && (watch->wanted & side) != 0) self->act(fd, ready);
          if (self->watches(fd, watch)) self->arm(fd, watch);
        });
  }

  bool watches(curl_socket_t fd, const std::shared_ptr<Watch>& watch) const {
    const auto found = watches_.find(fd);
    return found != watches_.end() && found->second == watch;
  }

  void set_timer(long timeout_ms) {
    if (timeout_ms < 0) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::milliseconds(timeout_ms));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (self && !error) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void act(curl_socket_t fd, int ready) {
    int running = 0;
    curl_multi_socket_action(multi_, fd, ready, &running);
    int waiting = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &waiting)) {
      if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
  }

  void finish(CURL* easy, CURLcode code) {
    const auto found = transfers_.find(easy);
    auto transfer = std::move(found->second);
    transfers_.erase(found);
    transfer->conclude(code);
    curl_multi_remove_handle(multi_, easy);
    Transfer::report(std::move(transfer));
  }

  Settings settings_;
  CURLM* multi_ = nullptr;
  asio::steady_timer timer_;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_map<CURL*, std::shared_ptr<Transfer>> transfers_;
};

HttpClient::HttpClient(asio::any_io_executor io, Settings settings)
    : multi_(std::make_shared<Multi>(std::move(io), std::move(settings))) {}

HttpClient::~HttpClient() = default;

Task<Exchange> HttpClient::send(OutboundRequest request, Deadline deadline) {
  auto caller = co_await asio::this_coro::executor;
  auto transfer = std::make_shared<Transfer>(std::move(request), deadline, caller);
  asio::post(multi_->strand, [multi = multi_, transfer] { multi->start(transfer); });
  while (!transfer->reported) {
    boost::system::error_code cancelled;
    co_await transfer->ended.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  co_return std::move(transfer->exchange);
}

}  // namespace lendport::net

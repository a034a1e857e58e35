#include "http/socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace lendport::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

}  // namespace

Socket::Socket(tcp::socket socket, const std::shared_ptr<net::ssl::context>& tls)
    : socket_(std::move(socket)) {
  if (tls) tls_.emplace(socket_, *tls);
}

Task<bool> Socket::handshake() {
  if (!tls_) co_return true;
  error_code failure;
  co_await tls_->async_handshake(net::ssl::stream_base::server,
                                 net::redirect_error(net::use_awaitable, failure));
  co_return !failure;
}

Task<bool> Socket::read(InputBuffer& input) {
  error_code failure;
  const InputBuffer::Room room = input.room();
  const net::mutable_buffer buffer(room.data, room.size);
  std::size_t count = 0;
  if (tls_) {
    count =
        co_await tls_->async_read_some(buffer, net::redirect_error(net::use_awaitable, failure));
  } else {
    count =
        co_await socket_.async_read_some(buffer, net::redirect_error(net::use_awaitable, failure));
  }
  input.add(count);
  co_return !failure;
}

// Most answers fit the socket's buffer: one call, no waiting, no trip through the scheduler.
Task<bool> Socket::write(std::string_view head, std::string_view body) {
  if (tls_) {
    std::string bytes(head);
    bytes += body;
    const bool sent = co_await write_slowly(bytes);
    co_return sent;
  }
  const std::size_t written = write_at_once(head, body);
  if (written < head.size()) {
    const bool sent = co_await write_slowly(head.substr(written));
    if (!sent) co_return false;
  }
  const std::size_t of_body = written < head.size() ? 0 : written - head.size();
  if (of_body < body.size()) co_return co_await write_slowly(body.substr(of_body));
  co_return true;
}

std::size_t Socket::write_at_once(std::string_view head, std::string_view body) {
  iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                    {const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = body.empty() ? 1 : 2;
  const ssize_t count = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

Task<bool> Socket::write_slowly(std::string_view bytes) {
  error_code failure;
  const net::const_buffer buffer(bytes.data(), bytes.size());
  if (tls_) {
    co_await net::async_write(*tls_, buffer, net::redirect_error(net::use_awaitable, failure));
  } else {
    co_await net::async_write(socket_, buffer, net::redirect_error(net::use_awaitable, failure));
  }
  co_return !failure;
}

Task<> Socket::end_sending() {
  error_code ignored;
  if (tls_) co_await tls_->async_shutdown(net::redirect_error(net::use_awaitable, ignored));
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  tls_.reset();
}

bool Socket::other_end_left() {
  char byte = 0;
  const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  return count == 0 || is_tls();
}

void Socket::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Socket::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace lendport::http

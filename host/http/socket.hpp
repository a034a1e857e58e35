// The bytes of one connection, with or without TLS.
#pragma once

#include "core/task.hpp"
#include "http/input_buffer.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace lendport::http {

// Used on its connection's strand alone. What a call was waiting for ends, as failed, by cancel()
// and close().
class Socket {
 public:
  // `tls` null: plain.
  Socket(boost::asio::ip::tcp::socket socket,
         const std::shared_ptr<boost::asio::ssl::context>& tls);

  bool is_tls() const { return tls_.has_value(); }
  boost::asio::ip::tcp::socket::executor_type executor() { return socket_.get_executor(); }

  // False when it failed. Without TLS there is nothing to do.
  Task<bool> handshake();
  // Adds what came to `input`; false at the end.
  Task<bool> read(InputBuffer& input);
  // False when not all of it could be sent.
  Task<bool> write(std::string_view head, std::string_view body);
  // Says that nothing more will be sent; what comes is read without TLS from now on.
  Task<> end_sending();

  // Whether the other end closed, of a connection on which it has nothing more to say. Does not
  // wait and takes nothing. Under TLS whatever comes then is taken for its farewell.
  bool other_end_left();

  void cancel();
  void close();

 private:
  Task<bool> write_slowly(std::string_view bytes);
  std::size_t write_at_once(std::string_view head, std::string_view body);

  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
};

}  // namespace lendport::http

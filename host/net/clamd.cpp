// clamd's protocol: "zINSTREAM\0", pieces behind their length in four bytes, an empty one, and then
// one line that ends in a zero byte: "stream: OK", "stream: Eicar-Test-Signature FOUND", or an
// error.
#include "net/clamd.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace lendport::net {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;

constexpr std::size_t kPieceBytes = 64U * 1024;
constexpr std::size_t kAnswerBytesMax = 4U * 1024;

std::array<char, 4> length_in_front(std::size_t size) {
  const auto byte = [size](unsigned shift) { return static_cast<char>((size >> shift) & 0xffU); };
  return {byte(24), byte(16), byte(8), byte(0)};
}

Scan verdict_of(std::string line) {
  line.erase(std::min(line.find('\0'), line.size()));
  constexpr std::string_view kStream = "stream: ";
  constexpr std::string_view kFound = " FOUND";
  std::string_view said = line;
  if (said == "stream: OK") return {Finding::clean, ""};
  if (said.starts_with(kStream) && said.ends_with(kFound)) {
    said.remove_prefix(kStream.size());
    said.remove_suffix(kFound.size());
    return {Finding::infected, std::string(said)};
  }
  return {Finding::unknown, "the scanner says: " + line};
}

// The pieces; what goes wrong shows in the answer, or in that there is none: a scanner that has
// seen enough answers and closes.
Task<void> send_stream(Socket& socket, std::string_view bytes) {
  boost::system::error_code failed;
  const auto token = [&] { return asio::redirect_error(asio::use_awaitable, failed); };
  constexpr std::string_view kCommand("zINSTREAM\0", 10);
  co_await asio::async_write(socket, asio::buffer(kCommand), token());
  while (!bytes.empty() && !failed) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    const std::array<char, 4> length = length_in_front(piece.size());
    const std::array<asio::const_buffer, 2> both{asio::buffer(length), asio::buffer(piece)};
    co_await asio::async_write(socket, both, token());
    bytes.remove_prefix(piece.size());
  }
  const std::array<char, 4> end = length_in_front(0);
  if (!failed) co_await asio::async_write(socket, asio::buffer(end), token());
}

Task<Scan> converse(std::string socket_path, std::string_view bytes) {
  boost::system::error_code failed;
  const auto token = [&] { return asio::redirect_error(asio::use_awaitable, failed); };
  const auto strand = co_await asio::this_coro::executor;
  Socket socket(strand);
  const asio::local::stream_protocol::endpoint endpoint(socket_path);
  co_await socket.async_connect(endpoint, token());
  if (failed) co_return Scan(Finding::unknown, "the scanner's socket: " + failed.message());
  co_await send_stream(socket, bytes);
  std::string answer;
  auto buffer = asio::dynamic_buffer(answer, kAnswerBytesMax);
  co_await asio::async_read_until(socket, buffer, '\0', token());
  if (failed) co_return Scan(Finding::unknown, "the scanner gave no answer: " + failed.message());
  co_return verdict_of(std::move(answer));
}

}  // namespace

Task<Scan> scan_with_clamd(std::string socket_path, std::string_view bytes, Deadline deadline) {
  using namespace asio::experimental::awaitable_operators;
  constexpr std::size_t kPathBytesMax = 100;  // a socket's address has room for little more
  if (socket_path.size() > kPathBytesMax) {
    co_return Scan(Finding::unknown, "the path of the scanner's socket is too long");
  }
  const auto strand = co_await asio::this_coro::executor;
  asio::steady_timer timer(strand, deadline);
  boost::system::error_code rung;
  auto ended = co_await (converse(std::move(socket_path), bytes) ||
                         timer.async_wait(asio::redirect_error(asio::use_awaitable, rung)));
  if (ended.index() == 0) co_return std::get<0>(std::move(ended));
  co_return Scan(Finding::unknown, "the scanner gave no answer in time");
}

}  // namespace lendport::net

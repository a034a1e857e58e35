// Requests are parsed by Beast, replies written by hand: faults need bytes, not messages.
// The parser is compiled here, so that the kit needs no library of the hub.
// Beast 1.81 asserts that a last chunk is read whole; a client may well cut it in two.
#define BOOST_DISABLE_ASSERTS
#undef BOOST_ASIO_SEPARATE_COMPILATION
#undef BOOST_BEAST_SEPARATE_COMPILATION
#include "fake-lender/message.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <sys/socket.h>

namespace lendport::fake {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

Request request_of(Parser& parser) {
  http::request<http::string_body> message = parser.release();
  Request request;
  request.method = std::string(message.method_string());
  std::string target(message.target());
  std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

// Feeds what is unread; true once the message is whole. `bad` when it is not HTTP.
bool feed(Parser& parser, std::string& unread, bool& bad) {
  while (!unread.empty() && !parser.is_done()) {
    boost::beast::error_code error;
    std::size_t used = parser.put(boost::asio::buffer(unread), error);
    unread.erase(0, used);
    if (error == http::error::need_more) break;
    bad = bool(error);
    if (bad || used == 0) break;
  }
  return parser.is_done();
}

}  // namespace

std::string header_of(const Headers& headers, std::string_view name) {
  auto same_letter = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  for (const auto& [key, value] : headers) {
    if (std::ranges::equal(key, name, same_letter)) return value;
  }
  return {};
}

Reply json_reply(int status, std::string json) {
  return {status, {{"content-type", "application/json"}}, std::move(json)};
}

std::string to_wire(const Reply& reply) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  out += http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.status)));
  out += "\r\n";
  for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
  out += "content-length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
  return out + reply.body;
}

std::optional<Request> RequestReader::next() {
  Parser parser;
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(kBodyBytesMax);
  parser.eager(true);
  bool bad = false;
  std::array<char, 16 * 1024> chunk{};
  while (!feed(parser, unread_, bad)) {
    if (bad) return std::nullopt;
    ssize_t got = recv(socket_, chunk.data(), chunk.size(), 0);
    if (got <= 0) return std::nullopt;
    unread_.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return request_of(parser);
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace lendport::fake

#include "http/raw_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lendport::http {

std::string Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  static_assert(sizeof generic == sizeof address);
  std::copy_n(reinterpret_cast<const char*>(&address), sizeof address,
              reinterpret_cast<char*>(&generic));
  EXPECT_EQ(::connect(socket_, &generic, sizeof generic), 0) << errno;
}

RawClient::~RawClient() {
  ::close(socket_);
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the other end refused already
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawClient::end_sending() {
  ::shutdown(socket_, SHUT_WR);
}

std::string RawClient::read_all(std::chrono::milliseconds patience) {
  while (read_some(patience)) {
  }
  return std::exchange(received_, {});
}

bool RawClient::closes(std::chrono::milliseconds patience) {
  while (read_some(patience)) {
  }
  return closed_;
}

Answer RawClient::answer(bool has_body, std::chrono::milliseconds patience) {
  while (true) {
    const auto [answer, size] = parse(received_, has_body);
    if (size > 0) {
      received_.erase(0, size);
      return answer;
    }
    if (!read_some(patience)) return {};
  }
}

std::pair<Answer, std::size_t> RawClient::parse(std::string_view text, bool has_body) {
  const std::size_t head_end = text.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return {};
  Answer answer;
  answer.status = std::stoi(std::string(text.substr(9, 3)));
  std::size_t length = 0;
  std::size_t at = text.find("\r\n") + 2;
  while (at < head_end + 2) {
    const std::size_t end = text.find("\r\n", at);
    const std::size_t colon = text.find(": ", at);
    answer.headers.emplace_back(text.substr(at, colon - at),
                                text.substr(colon + 2, end - colon - 2));
    if (answer.headers.back().first == "Content-Length") {
      length = std::stoul(answer.headers.back().second);
    }
    at = end + 2;
  }
  if (!has_body || answer.status == 304 || answer.status == 100) length = 0;
  if (text.size() < head_end + 4 + length) return {};
  answer.body = text.substr(head_end + 4, length);
  return {std::move(answer), head_end + 4 + length};
}

bool RawClient::read_some(std::chrono::milliseconds patience) {
  pollfd ready{socket_, POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return false;
  char bytes[16384];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count <= 0) {
    closed_ = true;
    return false;
  }
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

}  // namespace lendport::http

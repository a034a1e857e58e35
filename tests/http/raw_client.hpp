// A client that sends bytes as they are and reads what comes back, on a blocking socket.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace lendport::http {

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return "";
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
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
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the other end refused already
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  // Everything until the other end closes, or nothing came for `patience`.
  std::string read_all(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    while (read_some(patience)) {
    }
    return std::exchange(received_, {});
  }
  // Whether the other end closed by itself within `patience`.
  bool closes(std::chrono::milliseconds patience) {
    while (read_some(patience)) {
    }
    return closed_;
  }

  // The next whole answer. Status 0 when the other end closed or was silent for `patience`.
  Answer answer(bool has_body = true,
                std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    while (true) {
      const auto [answer, size] = parse(received_, has_body);
      if (size > 0) {
        received_.erase(0, size);
        return answer;
      }
      if (!read_some(patience)) return {};
    }
  }

  // An answer and how many bytes it took; 0 when it is not whole.
  static std::pair<Answer, std::size_t> parse(std::string_view text, bool has_body) {
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

 private:
  bool read_some(std::chrono::milliseconds patience) {
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

  int socket_;
  bool closed_ = false;
  std::string received_;
};

}  // namespace lendport::http

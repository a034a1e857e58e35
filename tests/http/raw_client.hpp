// A client that sends bytes as they are and reads what comes back, on a blocking socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::http {

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes);
  void end_sending();

  // Everything until the other end closes, or nothing came for `patience`.
  std::string read_all(std::chrono::milliseconds patience = std::chrono::seconds(10));
  // Whether the other end closed by itself within `patience`.
  bool closes(std::chrono::milliseconds patience);

  // The next whole answer. Status 0 when the other end closed or was silent for `patience`.
  Answer answer(bool has_body = true,
                std::chrono::milliseconds patience = std::chrono::seconds(10));

  // An answer and how many bytes it took; 0 when it is not whole.
  static std::pair<Answer, std::size_t> parse(std::string_view text, bool has_body);

 private:
  bool read_some(std::chrono::milliseconds patience);

  int socket_;
  bool closed_ = false;
  std::string received_;
};

}  // namespace lendport::http

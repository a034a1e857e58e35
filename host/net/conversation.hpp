// One conversation with a mail relay through libcurl: how far it came and what was replied.
#pragma once

#include "net/smtp.hpp"

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace lendport::net {

// Lives on one thread, for one call of `run`.
class Conversation {
 public:
  // All outlive this. Without a mail it only greets, secures and logs in.
  Conversation(const Relay& relay, const OutboundMail* mail, Deadline deadline,
               const std::atomic<bool>* stopping);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation();

  // Blocks until the outcome is known.
  Delivery run();

 private:
  // The last command that went out.
  enum class Step { greeting, sender, recipient, data, farewell };
  struct Reply {
    int code = 0;
    std::string text;
    Step step = Step::greeting;
  };

  void reach();
  void secure();
  void limit();
  void address();
  void listen();
  void note_command(std::string_view line);
  void note_reply(std::string_view line);
  std::size_t give(char* into, std::size_t room);
  bool is_over() const;
  Delivery conclude(CURLcode code) const;
  Delivery refusal(const Reply& reply) const;
  Delivery failure(CURLcode code) const;

  static std::size_t on_read(char* into, std::size_t, std::size_t room, void* self);
  static std::size_t on_reply(char* text, std::size_t, std::size_t size, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static int on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  const Relay& relay_;
  const OutboundMail* mail_;
  Deadline deadline_;
  const std::atomic<bool>* stopping_;
  CURL* easy_ = nullptr;
  curl_slist* recipients_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  Step step_ = Step::greeting;
  Reply reply_;
  std::size_t given_ = 0;
  bool asked_ = false;      // on_data was called
  bool kept_here_ = false;  // and said no
  bool ended_ = false;      // the final dot may leave from here on
  bool answered_ = false;   // a reply after that
  bool refused_address_ = false;
  std::chrono::steady_clock::time_point answered_at_;
};

}  // namespace lendport::net

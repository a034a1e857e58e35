// One request on its way through libcurl: its options, what was sent, what came.
#pragma once

#include "net/http_client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

namespace lendport::net {

// libcurl wants this once, before its first handle is made. Any thread, any number of times.
void start_libcurl();

// Lives on the client's strand from `prepare` to `conclude`; libcurl holds a pointer to it
// meanwhile.
class Transfer {
 public:
  Transfer(OutboundRequest request, Deadline deadline, boost::asio::any_io_executor caller);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  // Sets every option. False: refused, `exchange` says why.
  bool prepare(const Settings& settings);
  // Reads the result out of libcurl.
  void conclude(CURLcode code);
  // Hands `exchange` to the caller's strand. The transfer is over.
  static void report(std::shared_ptr<Transfer> transfer);

  CURL* easy() const { return easy_; }

  Exchange exchange;
  // On the caller's strand: never fires; cancelled by `report`.
  boost::asio::steady_timer ended;
  bool reported = false;

 private:
  bool refuse(Fault fault, std::string detail);
  bool add_headers(const Settings& settings);
  void route(const Target& target);
  void choose_method();
  void limit(const Settings& settings);
  void listen();
  Phase phase_without_bytes() const;
  Fault fault_of(CURLcode code) const;

  std::size_t take_header(std::string_view line);
  std::size_t take_body(std::string_view piece);
  void note_sent(bool head, std::string_view piece);

  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int about_to_send(void* self, char*, char*, int, int);
  static std::size_t on_header(char* text, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* text, std::size_t, std::size_t size, void* self);
  static int on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* self);

  OutboundRequest request_;
  Deadline deadline_;
  std::chrono::steady_clock::time_point started_;
  CURL* easy_ = nullptr;
  curl_slist* head_lines_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::string scheme_;
  bool detoured_ = false;
  bool address_refused_ = false;
  bool over_limit_ = false;
  bool head_sent_ = false;
  std::size_t body_sent_ = 0;
  std::size_t header_bytes_ = 0;
};

}  // namespace lendport::net

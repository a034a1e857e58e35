#include "net/conversation.hpp"

#include "net/transfer.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lendport::net {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kReplyBytesMax = 500;
// How long a relay may take to answer QUIT once the outcome is known.
constexpr std::chrono::seconds kFarewell{1};

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24U) == 127;
  }
  sockaddr_in6 v6{};
  if (address.sa_family != AF_INET6) return false;
  std::memcpy(&v6, &address, sizeof v6);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
}

// One line without control characters.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, kReplyBytesMax));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

// The relay wants another log-in, or one at all (RFC 4954).
bool is_about_log_in(int code) {
  return code == 530 || code == 534 || code == 535 || code == 538;
}

bool is_misconfiguration(CURLcode code) {
  switch (code) {
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_URL_MALFORMAT: return true;
    default: return false;
  }
}

}  // namespace

Conversation::Conversation(const Relay& relay, const OutboundMail* mail, Deadline deadline,
                           const std::atomic<bool>* stopping)
    : relay_(relay), mail_(mail), deadline_(deadline), stopping_(stopping) {}

Conversation::~Conversation() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(recipients_);
}

Delivery Conversation::run() {
  if (deadline_ <= steady_clock::now()) {
    return {Acceptance::not_now, false, 0, "the deadline had passed before the mail began"};
  }
  start_libcurl();
  easy_ = curl_easy_init();
  if (easy_ == nullptr) return {Acceptance::not_now, false, 0, "libcurl gave no handle"};
  reach();
  secure();
  limit();
  address();
  listen();
  return conclude(curl_easy_perform(easy_));
}

void Conversation::reach() {
  // The path is the name that libcurl says in EHLO.
  const std::string url = relay_.url + "/" + relay_.own_name;
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Conversation::open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  if (relay_.user.empty()) return;
  curl_easy_setopt(easy_, CURLOPT_USERNAME, relay_.user.c_str());
  curl_easy_setopt(easy_, CURLOPT_PASSWORD, relay_.password.expose().c_str());
}

void Conversation::secure() {
  curl_easy_setopt(easy_, CURLOPT_USE_SSL,
                   static_cast<long>(relay_.plain_on_loopback ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!relay_.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, relay_.ca_file.c_str());
  }
}

void Conversation::limit() {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, std::max<long>(1, left.count()));
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(relay_.connect_timeout.count()));
  // Otherwise libcurl's own patience with one reply ends before the deadline does.
  curl_easy_setopt(easy_, CURLOPT_SERVER_RESPONSE_TIMEOUT, left.count() / 1000 + 1);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
}

void Conversation::address() {
  if (mail_ == nullptr) {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, "NOOP");
    return;
  }
  curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, mail_->from.c_str());
  recipients_ = curl_slist_append(nullptr, mail_->to.c_str());
  curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, recipients_);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  // No size is given: then libcurl asks for more until it is told the end, and not before
  // everything is on its way. That is the moment from which the final dot may leave.
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Conversation::on_read);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
}

void Conversation::listen() {
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Conversation::on_reply);
  curl_easy_setopt(easy_, CURLOPT_XFERINFOFUNCTION, &Conversation::on_progress);
  curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
  // The debug callback is the only one that sees commands and replies.
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, &Conversation::on_debug);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);
}

curl_socket_t Conversation::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& conversation = *static_cast<Conversation*>(self);
  if (conversation.relay_.plain_on_loopback && !is_loopback(address->addr)) {
    conversation.refused_address_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Conversation::on_read(char* into, std::size_t, std::size_t room, void* self) {
  return static_cast<Conversation*>(self)->give(into, room);
}

std::size_t Conversation::give(char* into, std::size_t room) {
  if (!asked_) {
    asked_ = true;
    kept_here_ = mail_->on_data && !mail_->on_data();
    if (kept_here_) return CURL_READFUNC_ABORT;
  }
  const std::size_t size = std::min(room, mail_->bytes.size() - given_);
  if (size == 0) ended_ = true;
  std::memcpy(into, mail_->bytes.data() + given_, size);
  given_ += size;
  return size;
}

std::size_t Conversation::on_reply(char*, std::size_t, std::size_t size, void*) {
  return size;
}

int Conversation::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Conversation*>(self)->is_over() ? 1 : 0;
}

bool Conversation::is_over() const {
  if (stopping_ != nullptr && *stopping_) return true;
  return answered_ && steady_clock::now() > answered_at_ + kFarewell;
}

int Conversation::on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* self) {
  auto& conversation = *static_cast<Conversation*>(self);
  if (type == CURLINFO_HEADER_OUT) conversation.note_command({text, size});
  if (type == CURLINFO_HEADER_IN) conversation.note_reply({text, size});
  return 0;
}

void Conversation::note_command(std::string_view line) {
  if (line.starts_with("MAIL FROM")) step_ = Step::sender;
  if (line.starts_with("RCPT TO")) step_ = Step::recipient;
  if (line.starts_with("DATA")) step_ = Step::data;
  if (line.starts_with("QUIT")) step_ = Step::farewell;
}

// "250-more to come", "250 the last line".
void Conversation::note_reply(std::string_view line) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  if (answered_ || step_ == Step::farewell || line.size() < 3 ||
      !std::all_of(line.begin(), line.begin() + 3, is_digit))
    return;
  if (line.size() > 3 && line[3] == '-') return;
  reply_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  reply_.text = one_line(line);
  reply_.step = step_;
  if (!ended_) return;
  answered_ = true;
  answered_at_ = steady_clock::now();
}

Delivery Conversation::conclude(CURLcode code) const {
  if (answered_ && reply_.code / 100 == 2) {
    return {Acceptance::accepted, false, reply_.code, reply_.text};
  }
  if (answered_) return refusal(reply_);
  if (ended_) {
    return {Acceptance::unknown, false, 0, "the relay gave no answer after the whole mail"};
  }
  if (mail_ == nullptr && code == CURLE_OK) {
    return {Acceptance::accepted, false, reply_.code, reply_.text};
  }
  if (kept_here_) return {Acceptance::not_now, false, 0, "the hub kept the mail back"};
  if (reply_.code >= 400) return refusal(reply_);
  return failure(code);
}

Delivery Conversation::refusal(const Reply& reply) const {
  const bool for_good = reply.code / 100 == 5;
  // What is wrong with the recipient or the mail itself; what came before is between the relay and
  // us.
  const bool of_this_mail = reply.step >= Step::recipient;
  if (for_good && of_this_mail && !is_about_log_in(reply.code)) {
    return {Acceptance::refused, false, reply.code, reply.text};
  }
  return {Acceptance::not_now, for_good, reply.code, reply.text};
}

Delivery Conversation::failure(CURLcode code) const {
  if (refused_address_) {
    return {Acceptance::not_now, true, 0, "without TLS the relay must be on this machine"};
  }
  const std::string text = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  return {Acceptance::not_now, is_misconfiguration(code), 0, one_line(text)};
}

}  // namespace lendport::net

#include "net/transfer.hpp"

#include "core/error.hpp"
#include "core/text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lendport::net {
namespace {

constexpr std::size_t kHeadersMax = 128;
constexpr std::size_t kHeaderBytesMax = 64U * 1024;

// The client writes these itself; a second one could change where the request ends.
constexpr std::array<std::string_view, 11> kOwnHeaders = {"host",
                                                          "content-length",
                                                          "connection",
                                                          "transfer-encoding",
                                                          "expect",
                                                          "te",
                                                          "trailer",
                                                          "proxy-connection",
                                                          "upgrade",
                                                          "keep-alive",
                                                          "proxy-authorization"};

constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD",  "POST",
                                                      "PUT", "PATCH", "DELETE"};

bool is_token(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || kOthers.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c >= 32 && c != 127) || c == '\t'; });
}

std::optional<boost::asio::ip::address> address_of(const sockaddr& from) {
  if (from.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    return boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (from.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from, sizeof v6);
    boost::asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return boost::asio::ip::address_v6(bytes);
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::strchr(" \t\r\n", text.front()) != nullptr) text.remove_prefix(1);
  while (!text.empty() && std::strchr(" \t\r\n", text.back()) != nullptr) text.remove_suffix(1);
  return text;
}

}  // namespace

void start_libcurl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Error(ErrorCode::internal, "libcurl does not start");
}

Transfer::Transfer(OutboundRequest request, Deadline deadline, boost::asio::any_io_executor caller)
    : ended(std::move(caller), Deadline::max()),
      request_(std::move(request)),
      deadline_(deadline),
      started_(std::chrono::steady_clock::now()) {}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(head_lines_);
  curl_slist_free_all(connect_to_);
}

bool Transfer::refuse(Fault fault, std::string detail) {
  exchange.fault = fault;
  exchange.phase = Phase::none;
  exchange.detail = std::move(detail);
  return false;
}

bool Transfer::prepare(const Settings& settings) {
  const auto target = parse_target(request_.url);
  if (!target) return refuse(Fault::invalid, "the URL cannot be read");
  if (!request_.rules) return refuse(Fault::denied, "there are no egress rules");
  if (auto reason = request_.rules->refusal(*target)) return refuse(Fault::denied, *reason);
  if (std::find(kMethods.begin(), kMethods.end(), request_.method) == kMethods.end()) {
    return refuse(Fault::invalid, "the method is not one of the six");
  }
  const bool bodyless = request_.method == "GET" || request_.method == "HEAD";
  if (bodyless && !request_.body.empty()) {
    return refuse(Fault::invalid, "a GET or HEAD carries no body");
  }
  if (deadline_ <= std::chrono::steady_clock::now()) {
    return refuse(Fault::timeout, "the deadline had passed before the request began");
  }
  easy_ = curl_easy_init();
  if (easy_ == nullptr) return refuse(Fault::internal, "libcurl gave no handle");
  scheme_ = target->scheme;
  if (!add_headers(settings)) return false;
  route(*target);
  choose_method();
  limit(settings);
  listen();
  return true;
}

bool Transfer::add_headers(const Settings& settings) {
  bool has_type = false;
  for (const auto& [name, value] : request_.headers) {
    const std::string plain = lower(name);
    if (!is_token(name) || !is_field_value(value) ||
        std::find(kOwnHeaders.begin(), kOwnHeaders.end(), plain) != kOwnHeaders.end()) {
      return refuse(Fault::invalid,
                    "the header \"" + (is_token(name) ? name : "?") + "\" cannot be written");
    }
    has_type = has_type || plain == "content-type";
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    head_lines_ = curl_slist_append(head_lines_, line.c_str());
  }
  head_lines_ = curl_slist_append(head_lines_, "Expect:");
  if (!has_type) head_lines_ = curl_slist_append(head_lines_, "Content-Type:");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, head_lines_);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, settings.user_agent.c_str());
  return true;
}

void Transfer::route(const Target& target) {
  std::string url = request_.url.substr(0, request_.url.find('#'));
  if (const Detour* detour = request_.rules->detour(target)) {
    detoured_ = true;
    if (!detour->tls && target.scheme == "https") {
      const std::size_t authority = std::string_view("https://").size();
      const std::size_t path = std::min(url.find_first_of("/?", authority), url.size());
      url = "http://" + target.host_port() + url.substr(path);
      scheme_ = "http";
    }
    const std::string line = target.host_port() + ":127.0.0.1:" + std::to_string(detour->port);
    connect_to_ = curl_slist_append(nullptr, line.c_str());
    curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, connect_to_);
  }
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
}

void Transfer::choose_method() {
  if (request_.method == "GET") {
    curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
  } else if (request_.method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  } else {
    if (request_.method != "DELETE" || !request_.body.empty()) {
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request_.body.size()));
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
    }
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // libcurl sends a request again by itself when a pooled connection turns out to be closed.
  if (request_.once) curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
}

void Transfer::limit(const Settings& settings) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, std::max<long>(1, left.count()));
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(settings.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  // Otherwise a name server that does not answer blocks the loop when a request times out.
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, settings.ca_file.c_str());
  }
}

void Transfer::listen() {
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &Transfer::about_to_send);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  // The debug callback is the only one that tells which bytes went out.
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, &Transfer::on_debug);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto ip = address_of(address->addr);
  const bool allowed = ip && (transfer.detoured_ ? ip->is_loopback() : is_public(*ip));
  if (!allowed) {
    transfer.address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Transfer::about_to_send(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.exchange.phase = std::max(transfer.exchange.phase, Phase::sending);
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header(char* text, std::size_t, std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->take_header({text, size});
}

std::size_t Transfer::on_body(char* text, std::size_t, std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->take_body({text, size});
}

int Transfer::on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* self) {
  if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT) {
    static_cast<Transfer*>(self)->note_sent(type == CURLINFO_HEADER_OUT, {text, size});
  }
  return 0;
}

std::size_t Transfer::take_header(std::string_view line) {
  exchange.phase = Phase::response;
  header_bytes_ += line.size();
  if (header_bytes_ > kHeaderBytesMax || exchange.headers.size() >= kHeadersMax) {
    over_limit_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // a final status line after an interim one
    exchange.headers.clear();
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    exchange.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

std::size_t Transfer::take_body(std::string_view piece) {
  if (piece.size() > request_.response_bytes_max - exchange.body.size()) {
    over_limit_ = true;
    return 0;
  }
  exchange.body += piece;
  return piece.size();
}

void Transfer::note_sent(bool head, std::string_view piece) {
  exchange.bytes_sent += piece.size();
  if (head) {
    head_sent_ = head_sent_ || piece.ends_with("\r\n\r\n");
  } else {
    body_sent_ += piece.size();
  }
  if (head_sent_ && body_sent_ >= request_.body.size() && exchange.phase < Phase::sent) {
    exchange.phase = Phase::sent;
    if (request_.on_sent) request_.on_sent();
  }
}

Phase Transfer::phase_without_bytes() const {
  curl_off_t at = 0;
  if (curl_easy_getinfo(easy_, CURLINFO_NAMELOOKUP_TIME_T, &at) != CURLE_OK || at == 0) {
    return Phase::resolve;
  }
  if (curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &at) != CURLE_OK || at == 0) {
    return Phase::connect;
  }
  return scheme_ == "https" ? Phase::tls : Phase::connect;
}

Fault Transfer::fault_of(CURLcode code) const {
  if (code == CURLE_OK) return Fault::none;
  if (over_limit_) return Fault::too_large;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return Fault::resolve;
    case CURLE_COULDNT_CONNECT: return address_refused_ ? Fault::denied : Fault::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER: return Fault::tls;
    case CURLE_OPERATION_TIMEDOUT: return Fault::timeout;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return Fault::reset;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return Fault::protocol;
    case CURLE_URL_MALFORMAT: return Fault::invalid;
    default: return Fault::internal;
  }
}

void Transfer::conclude(CURLcode code) {
  exchange.fault = fault_of(code);
  if (exchange.phase == Phase::none) {
    exchange.phase = exchange.fault == Fault::tls ? Phase::tls : phase_without_bytes();
  }
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  exchange.status = static_cast<int>(status);
  exchange.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started_);
  if (code != CURLE_OK) {
    exchange.detail = address_refused_ && exchange.fault == Fault::denied
                          ? "the name's address is not a public one"
                          : error_.data();
  }
}

void Transfer::report(std::shared_ptr<Transfer> transfer) {
  auto caller = transfer->ended.get_executor();
  boost::asio::post(caller, [transfer = std::move(transfer)] {
    transfer->reported = true;
    transfer->ended.cancel();
  });
}

}  // namespace lendport::net

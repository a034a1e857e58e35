// A webhook is one POST on a connection of its own.
#include "fake-lender/webhook.hpp"

#include "fake-lender/message.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace lendport::fake {
namespace {

constexpr int kAnswerSecondsMax = 30;
constexpr std::string_view kLoopback = "http://127.0.0.1:";

struct Target {
  std::uint16_t port = 0;
  std::string path;
};

Target target_of(const std::string& url) {
  if (!url.starts_with(kLoopback)) throw std::invalid_argument("url is not http://127.0.0.1:PORT");
  Target target;
  const char* end = url.data() + url.size();
  auto parsed = std::from_chars(url.data() + kLoopback.size(), end, target.port);
  if (parsed.ec != std::errc()) throw std::invalid_argument("url has no port");
  target.path = parsed.ptr == end ? "/" : std::string(parsed.ptr, end);
  return target;
}

std::string encoded(const std::string& bytes, const std::string& encoding) {
  if (encoding == "base64") {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                               reinterpret_cast<const unsigned char*>(bytes.data()),
                               static_cast<int>(bytes.size()));
    return out.substr(0, static_cast<std::size_t>(size));
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned char byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

std::string signature_of(const Json& asked, const std::string& body) {
  std::string data;
  Json pieces = asked.value("signed", Json::array({"body"}));
  for (const Json& piece : pieces) {
    std::string word = piece;
    data += word == "body" ? body : word == "timestamp" ? asked.value("timestamp", "") : word;
  }
  std::string secret = asked.at("secret");
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  const EVP_MD* algorithm =
      asked.value("algorithm", "sha256") == "sha512" ? EVP_sha512() : EVP_sha256();
  HMAC(algorithm, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(data.data()), data.size(),
       reinterpret_cast<unsigned char*>(out.data()), &size);
  out.resize(size);
  return asked.value("prefix", "") + encoded(out, asked.value("encoding", "hex"));
}

std::string wire_of(const Json& asked, const Target& target) {
  std::string body = asked.contains("json") ? asked["json"].dump() : asked.value("body", "");
  std::string out = "POST " + target.path +
                    " HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(target.port) +
                    "\r\nconnection: close\r\n";
  Json headers = asked.value("headers", Json::array());
  for (const Json& pair : headers) {
    out += pair.at(0).get<std::string>() + ": " + pair.at(1).get<std::string>() + "\r\n";
  }
  if (asked.contains("timestamp")) {
    out += asked.value("timestamp_header", "x-timestamp") + ": " +
           asked["timestamp"].get<std::string>() + "\r\n";
  }
  if (asked.contains("secret")) {
    out +=
        asked.value("signature_header", "x-signature") + ": " + signature_of(asked, body) + "\r\n";
  }
  return out + "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The status of the answer, 0 if there is none.
int status_from(int socket) {
  std::string head;
  std::array<char, 512> chunk{};
  while (head.size() < 12) {
    ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) return 0;
    head.append(chunk.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  std::from_chars(head.data() + 9, head.data() + 12, status);
  return head.starts_with("HTTP/1.") ? status : 0;
}

int deliver(const Target& target, const std::string& wire) {
  int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return 0;
  timeval patience{kAnswerSecondsMax, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool connected = connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  int status = connected && send_all(connection, wire) ? status_from(connection) : 0;
  close(connection);
  return status;
}

}  // namespace

std::vector<int> send_webhook(const Json& asked) {
  try {
    Target target = target_of(asked.at("url"));
    int repeat = asked.value("repeat", 1);
    if (repeat < 1 || repeat > kWebhookRepeatMax) throw std::invalid_argument("repeat");
    std::string wire = wire_of(asked, target);
    std::vector<int> statuses;
    for (int i = 0; i < repeat; ++i) statuses.push_back(deliver(target, wire));
    return statuses;
  } catch (const Json::exception& error) {
    throw std::invalid_argument(error.what());
  }
}

}  // namespace lendport::fake

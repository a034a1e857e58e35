#include "net/egress.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace lendport::net {
namespace {

namespace ip = boost::asio::ip;

// IANA's special-purpose registry for IPv4, as of RFC 6890 and its updates.
constexpr std::array kNotPublicV4 = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
// Inside 2000::/3, the only block of IPv6 that is public at all: protocol assignments with Teredo
// and ORCHID, documentation, 6to4.
constexpr std::array kNotPublicV6 = {"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

bool within(const ip::address_v4& address, const char* block) {
  const auto network = ip::make_network_v4(block);
  return (address.to_uint() & network.netmask().to_uint()) == network.network().to_uint();
}

bool within(const ip::address_v6& address, const char* block) {
  const auto network = ip::make_network_v6(block);
  auto bytes = address.to_bytes();
  const auto wanted = network.address().to_bytes();
  for (std::size_t bit = network.prefix_length(); bit < 128; ++bit) {
    bytes[bit / 8] &= static_cast<unsigned char>(~(0x80U >> (bit % 8)));
  }
  return bytes == wanted;
}

bool is_public_v4(const ip::address_v4& address) {
  return std::none_of(kNotPublicV4.begin(), kNotPublicV4.end(),
                      [&](const char* block) { return within(address, block); });
}

ip::address_v4 last_four(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

bool is_public_v6(const ip::address_v6& address) {
  if (within(address, "::ffff:0:0/96") || within(address, "64:ff9b::/96")) {
    return is_public_v4(last_four(address));
  }
  if (!within(address, "2000::/3")) return false;
  return std::none_of(kNotPublicV6.begin(), kNotPublicV6.end(),
                      [&](const char* block) { return within(address, block); });
}

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::optional<std::string> part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy = text;
  curl_free(text);
  return copy;
}

// An address written out; a name is judged by what it resolves to.
bool is_private_literal(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code no_address;
  const auto address = ip::make_address(std::string(host), no_address);
  return !no_address && !is_public(address);
}

}  // namespace

bool is_public(const ip::address& address) {
  return address.is_v4() ? is_public_v4(address.to_v4()) : is_public_v6(address.to_v6());
}

std::string Target::host_port() const {
  return host + ":" + std::to_string(port);
}

std::optional<Target> parse_target(std::string_view url) {
  if (url.size() > kUrlBytesMax) return std::nullopt;
  const bool printable =
      std::all_of(url.begin(), url.end(), [](char c) { return c > 32 && c < 127; });
  if (!printable || !(url.starts_with("https://") || url.starts_with("http://"))) {
    return std::nullopt;
  }
  const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), CURLU_DISALLOW_USER) !=
      CURLUE_OK) {
    return std::nullopt;
  }
  Target target;
  target.scheme = part(parsed.get(), CURLUPART_SCHEME).value_or("");
  target.host = part(parsed.get(), CURLUPART_HOST).value_or("");
  std::transform(target.host.begin(), target.host.end(), target.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::string port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
  std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (target.host.empty() || target.port == 0) return std::nullopt;
  return target;
}

const Detour* EgressRules::detour(const Target& target) const {
  const auto found = detours.find(target.host_port());
  return found == detours.end() ? nullptr : &found->second;
}

std::optional<std::string> EgressRules::refusal(const Target& target) const {
  if (any_public) {
    if (detour(target) == nullptr && is_private_literal(target.host)) {
      return target.host + " is not a public address";
    }
  } else if (!allowed.contains(target.host_port())) {
    return target.host_port() + " is not in the manifest's egress list";
  }
  if (target.scheme != "https" && detour(target) == nullptr) {
    return "plain http to " + target.host_port() + " is refused: only https leaves the hub";
  }
  return std::nullopt;
}

}  // namespace lendport::net

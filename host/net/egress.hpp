// Where outbound requests may go: names by an allow-list, addresses by their class.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace lendport::net {

// Whether an address is one of the public internet. Loopback, private, link-local, carrier-grade
// NAT, multicast, documentation, benchmark, reserved and unspecified ones are not, in IPv4, in IPv6
// and where an IPv6 address carries an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo).
bool is_public(const boost::asio::ip::address& address);

// What a URL names. Host in lower case; the port is the scheme's own when none is written.
struct Target {
  std::string scheme;  // "http" or "https"
  std::string host;
  std::uint16_t port = 0;

  std::string host_port() const;  // "api.lender.example:443"
};

// Nothing when `url` is no absolute http(s) URL, holds a user name or a password, or is longer than
// kUrlBytesMax.
inline constexpr std::size_t kUrlBytesMax = 4096;
std::optional<Target> parse_target(std::string_view url);

// A loopback port the operator lends to a name, for a lender's sandbox that runs beside the hub.
// The Host header and the allow-list keep the name.
struct Detour {
  std::uint16_t port = 0;
  bool tls = false;  // false: plain HTTP whatever the URL says
};

// The rules of one connector in one environment, or of webhooks. Immutable, shared by its requests.
struct EgressRules {
  std::set<std::string, std::less<>> allowed;  // "host:port", exact, lower case
  // Any name at all, for addresses that orgs give: what it resolves to must be public all the same.
  bool any_public = false;
  std::map<std::string, Detour, std::less<>> detours;  // by "host:port"; sandbox environments only

  // Why `target` is refused, as a sentence, or nothing. Plain http is refused but over a detour.
  std::optional<std::string> refusal(const Target& target) const;
  const Detour* detour(const Target& target) const;
};

}  // namespace lendport::net

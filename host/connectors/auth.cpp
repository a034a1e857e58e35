#include "connectors/auth.hpp"

#include "connectors/json.hpp"
#include "crypto/hash.hpp"
#include "crypto/mac.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cctype>

namespace lendport::connectors {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kTokenPatience{15};
constexpr std::chrono::seconds kTokenMargin{30};
constexpr std::size_t kTokenAnswerBytesMax = 64U * 1024;

// The value of a profile's member, or nothing when the setting or secret is not there.
std::optional<std::string> value_of(const ProfileValue& value, const Call& call) {
  switch (value.kind) {
    case ProfileValue::Kind::text: return value.value;
    case ProfileValue::Kind::setting: return setting_text(call.settings, value.value);
    case ProfileValue::Kind::secret: {
      const auto found = call.secrets.find(value.value);
      if (found == call.secrets.end()) return std::nullopt;
      return found->second.expose();
    }
  }
  return std::nullopt;
}

Authorised ready(std::string token = {}) {
  return {AuthEnd::ready, std::move(token), 0, {}};
}

Authorised refused(std::string why, int status = 0) {
  return {AuthEnd::refused, {}, status, std::move(why)};
}

std::string path_of(const std::string& url) {
  const std::size_t authority = url.find("://");
  const std::size_t path =
      url.find_first_of("/?", authority == std::string::npos ? 0 : authority + 3);
  return path == std::string::npos ? "/" : url.substr(path);
}

std::string signed_text(const AuthProfile& profile, const net::OutboundRequest& request,
                        const std::string& timestamp) {
  std::string text;
  for (const std::string& part : profile.signed_parts) {
    text += part == "timestamp" ? timestamp
            : part == "method"  ? request.method
            : part == "path"    ? path_of(request.url)
            : part == "body"    ? request.body
                                : part;
  }
  return text;
}

void sign(const AuthProfile& profile, const std::string& secret, net::OutboundRequest& request,
          Time now) {
  const std::string timestamp = std::to_string(to_unix_ms(now) / 1000);
  const std::string code =
      crypto::hmac(crypto::parse_hash(profile.algorithm).value_or(crypto::Hash::sha256), secret,
                   signed_text(profile, request, timestamp));
  const std::string spelled =
      profile.encoding == "base64" ? crypto::base64(code) : crypto::hex(code);
  if (!profile.timestamp_header.empty()) {
    request.headers.emplace_back(profile.timestamp_header, timestamp);
  }
  request.headers.emplace_back(profile.header, profile.prefix + spelled);
}

// The request for a token, or nothing when a credential is not set.
std::optional<net::OutboundRequest> token_request(const Instance& instance,
                                                  const AuthProfile& profile, const Call& call) {
  const auto id = value_of(profile.user, call);
  const auto secret = value_of(profile.secret, call);
  if (!id || !secret) return std::nullopt;
  net::OutboundRequest request;
  request.method = "POST";
  static constexpr std::string_view kBase = "{base_url}";
  request.url = profile.token_url.starts_with(kBase)
                    ? instance.base_url() + profile.token_url.substr(kBase.size())
                    : profile.token_url;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"},
                     {"accept", "application/json"}};
  request.body = "grant_type=client_credentials";
  if (!profile.scope.empty()) request.body += "&scope=" + form_encode(profile.scope);
  if (!profile.audience.empty()) request.body += "&audience=" + form_encode(profile.audience);
  if (profile.credentials_in_body) {
    request.body += "&client_id=" + form_encode(*id) + "&client_secret=" + form_encode(*secret);
  } else {
    request.headers.emplace_back(
        "authorization", "Basic " + crypto::base64(form_encode(*id) + ":" + form_encode(*secret)));
  }
  request.rules = instance.rules();
  request.response_bytes_max = kTokenAnswerBytesMax;
  return request;
}

Authorised judge_token(const net::Exchange& exchange, TokenSlot& slot) {
  if (!exchange.whole() || exchange.status >= 500 || exchange.status == 429) {
    return {AuthEnd::unreachable, {}, exchange.status, exchange.detail};
  }
  if (exchange.status >= 400) return refused("the token endpoint refuses", exchange.status);
  const auto answer = read_token(exchange.body);
  if (exchange.status != 200 || !answer) {
    return {AuthEnd::unreachable, {}, exchange.status, "the token endpoint gave no bearer token"};
  }
  slot.token = Secret<std::string>(answer->token);
  slot.good_until =
      steady_clock::now() +
      std::max<steady_clock::duration>(answer->lifetime - kTokenMargin, answer->lifetime / 2);
  return ready(answer->token);
}

Task<Authorised> fetch_token(Instance& instance, const AuthProfile& profile, const Call& call,
                             TokenSlot& slot, net::HttpClient& client, Deadline deadline) {
  auto request = token_request(instance, profile, call);
  if (!request) co_return refused("a credential is not set");
  slot.fetching = true;
  slot.token = {};
  slot.fetched = std::make_shared<asio::steady_timer>(instance.strand(), Deadline::max());
  const Deadline patience = std::min(deadline, steady_clock::now() + kTokenPatience);
  const net::Exchange exchange = co_await client.send(std::move(*request), patience);
  slot.fetching = false;
  slot.fetched->cancel();
  co_return judge_token(exchange, slot);
}

Task<Authorised> bearer(Instance& instance, const AuthProfile& profile, const std::string& name,
                        const Call& call, const std::string& rejected, net::HttpClient& client,
                        Deadline deadline) {
  TokenSlot& slot = instance.tokens[name];
  while (true) {
    const std::string& token = slot.token.expose();
    if (!token.empty() && token != rejected && steady_clock::now() < slot.good_until) {
      co_return ready(token);
    }
    if (!slot.fetching) break;
    const auto fetched = slot.fetched;
    boost::system::error_code cancelled;
    co_await fetched->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (steady_clock::now() >= deadline) {
      Authorised late{AuthEnd::unreachable, {}, 0, "no token came in time"};
      co_return late;
    }
  }
  co_return co_await fetch_token(instance, profile, call, slot, client, deadline);
}

}  // namespace

std::string form_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '*') {
      encoded += c;
    } else if (c == ' ') {
      encoded += '+';
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4U];
      encoded += kHex[byte & 15U];
    }
  }
  return encoded;
}

Task<Authorised> authorise(Instance& instance, const Call& call, const std::string& profile_name,
                           const std::string& rejected, net::OutboundRequest& request,
                           net::HttpClient& client, Time now, Deadline deadline) {
  const auto& profiles = instance.plugin().manifest()->auth;
  const auto found = profiles.find(profile_name);
  if (found == profiles.end()) co_return refused("the manifest has no such auth profile");
  const AuthProfile& profile = found->second;
  if (profile.type == AuthProfile::Type::oauth2_client_credentials) {
    auto authorised =
        co_await bearer(instance, profile, profile_name, call, rejected, client, deadline);
    if (authorised.end == AuthEnd::ready) {
      request.headers.emplace_back("authorization", "Bearer " + authorised.token);
    }
    co_return authorised;
  }
  const auto secret = value_of(profile.secret, call);
  const auto user = value_of(profile.user, call);
  if (!secret || !user) co_return refused("a credential is not set");
  if (profile.type == AuthProfile::Type::basic) {
    request.headers.emplace_back("authorization", "Basic " + crypto::base64(*user + ":" + *secret));
  } else if (profile.type == AuthProfile::Type::api_key) {
    request.headers.emplace_back(profile.header, profile.prefix + *secret);
  } else if (profile.type == AuthProfile::Type::hmac) {
    sign(profile, *secret, request, now);
  } else {
    co_return refused("client certificates are not carried out yet");
  }
  co_return ready();
}

}  // namespace lendport::connectors

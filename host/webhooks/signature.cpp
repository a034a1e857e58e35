#include "webhooks/signature.hpp"

#include "core/error.hpp"
#include "crypto/mac.hpp"
#include "crypto/random.hpp"

namespace lendport::webhooks {
namespace {

constexpr std::string_view kPrefix = "whsec_";

Secret<std::string> key_of(const Secret<std::string>& secret) {
  const std::string_view text = secret.expose();
  if (text.starts_with(kPrefix)) {
    if (auto key = crypto::from_base64(text.substr(kPrefix.size()))) {
      return Secret<std::string>(*std::move(key));
    }
  }
  throw Error(ErrorCode::internal, "a webhook secret is not of its form");
}

}  // namespace

Secret<std::string> new_secret() {
  return Secret<std::string>(std::string(kPrefix) +
                             crypto::base64(crypto::random_bytes(kSecretBytes)));
}

Stamp sign(const std::vector<Secret<std::string>>& secrets, std::string_view id, Time now,
           std::string_view body) {
  Stamp stamp;
  stamp.id = id;
  stamp.timestamp = std::to_string(to_unix_ms(now) / 1000);
  const std::string signed_text = stamp.id + "." + stamp.timestamp + "." + std::string(body);
  for (const Secret<std::string>& secret : secrets) {
    if (!stamp.signature.empty()) stamp.signature += ' ';
    stamp.signature += "v1," + crypto::base64(crypto::hmac(crypto::Hash::sha256,
                                                           key_of(secret).expose(), signed_text));
  }
  return stamp;
}

}  // namespace lendport::webhooks

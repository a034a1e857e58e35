#include "crypto/tokens.hpp"

#include "crypto/random.hpp"

namespace lendport::crypto {
namespace {

constexpr std::string_view kLive = "lp_live_";
constexpr std::string_view kTest = "lp_test_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kChecksumLength = 6;

std::string checksum_of(std::string_view text) {
  return base64url(bytes_of(sha256(text))).substr(0, kChecksumLength);
}

}  // namespace

ApiKey make_api_key(Environment environment) {
  std::string text(environment == Environment::production ? kLive : kTest);
  text += base64url(random_bytes(kSecretBytes));
  text += checksum_of(text);
  ApiKey key;
  key.shown = text.substr(0, kApiKeyShownLength);
  key.hash = hash_of_api_key(text);
  key.text = Secret(std::move(text));
  return key;
}

std::optional<Environment> environment_of_api_key(std::string_view text) {
  if (text.size() != kApiKeyLength) return std::nullopt;
  const std::string_view body = text.substr(0, kApiKeyLength - kChecksumLength);
  if (!equal_in_constant_time(checksum_of(body), text.substr(body.size()))) return std::nullopt;
  if (body.starts_with(kLive)) return Environment::production;
  if (body.starts_with(kTest)) return Environment::sandbox;
  return std::nullopt;
}

Digest hash_of_api_key(std::string_view text) {
  return sha256(text);
}

}  // namespace lendport::crypto

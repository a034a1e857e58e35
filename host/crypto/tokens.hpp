// API keys: made once, shown once, kept as a hash.
#pragma once

#include "core/principal.hpp"
#include "core/secret.hpp"
#include "crypto/hash.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport::crypto {

// "lp_live_" or "lp_test_", 43 characters of secret, 6 of checksum: a mistyped key and one that was
// never ours are told without asking the store, and scanners for leaked secrets know the form.
inline constexpr std::size_t kApiKeyLength = 57;

// How much of a key may be shown and logged: "lp_live_3xYf".
inline constexpr std::size_t kApiKeyShownLength = 12;

struct ApiKey {
  Secret<std::string> text;
  std::string shown;  // its first characters, for lists
  Digest hash{};      // what is stored: see hash_of_api_key
};

ApiKey make_api_key(Environment environment);

// The environment of a well-formed key, or nothing. Says nothing about whether it was ever given.
std::optional<Environment> environment_of_api_key(std::string_view text);

// SHA-256. The key has 256 random bits, so no slow hash is needed, and the store may
// look it up by equality: an attacker who times the look-up learns about the hash, not the key.
Digest hash_of_api_key(std::string_view text);

}  // namespace lendport::crypto

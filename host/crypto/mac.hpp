// Digests and message authentication codes in the kinds and spellings that lenders ask for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lendport::crypto {

enum class Hash { sha256, sha512 };

// "sha256", "sha512"; nothing for another word.
std::optional<Hash> parse_hash(std::string_view name);

// Raw bytes, held in text.
std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);

// RFC 4648, section 4, with padding. `from_base64` takes no other spelling.
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// Either case; nothing for an odd length or another sign.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace lendport::crypto

// Digests and the spellings of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lendport::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);

// The digest's 32 bytes as text that may hold any byte, for storing and joining.
std::string bytes_of(const Digest& digest);

// Lower-case hexadecimal.
std::string hex(std::string_view bytes);
std::string hex(const Digest& digest);

// RFC 4648, section 5, without padding. `from_base64url` takes that spelling and no other: nothing
// for padding, line breaks or unused bits that are set.
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// Whether both are equal, in a time that tells nothing of where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace lendport::crypto

// SHA-256, for tags and fingerprints.
#pragma once

#include <string>
#include <string_view>

namespace lendport::http {

// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace lendport::http

#include "core/ids.hpp"

namespace lendport {
namespace {

constexpr std::size_t kUuidLength = 36;
constexpr std::string_view kHex = "0123456789abcdef";

bool is_dash_position(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

bool is_uuid_v7(std::string_view text) {
  if (text.size() != kUuidLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i) ? text[i] != '-' : kHex.find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return text[14] == '7' && std::string_view("89ab").find(text[19]) != std::string_view::npos;
}

std::string format_uuid_v7(std::int64_t unix_ms, const std::array<std::uint8_t, 10>& random) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(unix_ms >> (40 - 8 * i));
  }
  for (std::size_t i = 0; i < random.size(); ++i) bytes[6 + i] = random[i];
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));

  std::string text;
  text.reserve(kUuidLength);
  for (std::uint8_t byte : bytes) {
    if (is_dash_position(text.size())) text += '-';
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace lendport

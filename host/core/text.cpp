#include "core/text.hpp"

namespace lendport {
namespace {

constexpr std::size_t kFollowingBytesMax = 3;  // of one character

bool is_following(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  for (std::size_t back = 0; back <= kFollowingBytesMax && back <= bytes_max; ++back) {
    if (!is_following(text[bytes_max - back])) return std::string(text.substr(0, bytes_max - back));
  }
  return std::string(text.substr(0, bytes_max));
}

}  // namespace lendport

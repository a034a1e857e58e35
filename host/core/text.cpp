#include "core/text.hpp"

#include <algorithm>
#include <numeric>

namespace lendport {
namespace {

constexpr std::size_t kFollowingBytesMax = 3;  // of one character

bool is_following(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

constexpr std::size_t kNearEnough = 4;  // edits between a typing error and what was meant

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  for (std::size_t back = 0; back <= kFollowingBytesMax && back <= bytes_max; ++back) {
    if (!is_following(text[bytes_max - back])) return std::string(text.substr(0, bytes_max - back));
  }
  return std::string(text.substr(0, bytes_max));
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  const auto closest =
      std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
        return distance(word, a) < distance(word, b);
      });
  if (closest == known.end()) return "";
  const std::size_t edits = distance(word, *closest);
  return edits <= kNearEnough && edits < std::max(word.size(), closest->size()) ? *closest : "";
}

}  // namespace lendport

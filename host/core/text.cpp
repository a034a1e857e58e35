#include "core/text.hpp"

#include <algorithm>
#include <iterator>
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

struct Range {
  char32_t first;
  char32_t last;
};

// White space, and what has no width of its own. In order.
constexpr Range kUnseen[] = {
    {0x00, 0x20},       {0x7F, 0xA0},       {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},
    {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F},
    {0x2028, 0x202F},   {0x205F, 0x206F},   {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164},
    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF9, 0xFFFB}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

bool is_unseen(char32_t point) {
  return std::any_of(std::begin(kUnseen), std::end(kUnseen), [&](const Range& range) {
    return range.first <= point && point <= range.last;
  });
}

bool is_control(char32_t point, Lines lines) {
  if (lines == Lines::many && (point == '\n' || point == '\t' || point == '\r')) return false;
  return point < 0x20 || (point >= 0x7F && point <= 0x9F);
}

bool turns_direction(char32_t point) {
  return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

constexpr char32_t kReplacement = 0xFFFD;

// Takes the first character off `rest`. What is no UTF-8 is a replacement character.
char32_t next_point(std::string_view& rest) {
  const auto lead = static_cast<unsigned char>(rest.front());
  rest.remove_prefix(1);
  const int following = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (following == 0) return lead < 0x80 ? lead : kReplacement;
  char32_t point = lead & (0x3FU >> static_cast<unsigned>(following));
  for (int i = 0; i < following; ++i) {
    if (rest.empty() || !is_following(rest.front())) return kReplacement;
    point = point << 6U | (static_cast<unsigned char>(rest.front()) & 0x3FU);
    rest.remove_prefix(1);
  }
  return point;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string digits_in(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
  return digits;
}

std::optional<TextProblem> problem_of_text(std::string_view text, Lines lines) {
  bool seen = false;
  while (!text.empty()) {
    const char32_t point = next_point(text);
    if (is_control(point, lines)) {
      return TextProblem{"control_character",
                         lines == Lines::one
                             ? "must not hold control characters, nor line breaks: remove them"
                             : "must not hold control characters but line breaks: remove them"};
    }
    if (turns_direction(point)) {
      return TextProblem{"direction_mark",
                         "must not hold marks that turn the direction of the text around it "
                         "(U+202A to U+202E, U+2066 to U+2069): remove them"};
    }
    seen = seen || !is_unseen(point);
  }
  if (seen) return std::nullopt;
  return TextProblem{"blank", "must hold something to read: it shows nothing but blanks"};
}

std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  for (std::size_t back = 0; back <= kFollowingBytesMax && back <= bytes_max; ++back) {
    if (!is_following(text[bytes_max - back])) return std::string(text.substr(0, bytes_max - back));
  }
  return std::string(text.substr(0, bytes_max));
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string closest;
  std::size_t fewest = kNearEnough + 1;
  for (const std::string& candidate : known) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if (longer - shorter >= fewest) continue;  // as many edits at least
    const std::size_t edits = distance(word, candidate);
    if (edits >= fewest || edits >= longer) continue;
    fewest = edits;
    closest = candidate;
  }
  return closest;
}

}  // namespace lendport

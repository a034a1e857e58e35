#include "http/head.hpp"

#include <algorithm>
#include <array>

namespace lendport::http {
namespace {

constexpr std::array<bool, 256> token_characters() {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    allowed[static_cast<unsigned char>(c)] = true;
  }
  return allowed;
}
constexpr auto kTokenCharacters = token_characters();

bool is_token_character(char c) {
  return kTokenCharacters[static_cast<unsigned char>(c)];
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Visible ASCII, blanks, and bytes from 0x80 (obs-text), which only ever are data.
bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_token_character(c); });
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return lowered(x) == lowered(y);
         });
}

HeadScan::State HeadScan::look(std::string_view bytes) {
  if (!bytes.empty() && !is_token_character(bytes.front())) return State::broken;
  while (true) {
    const std::size_t newline = bytes.find('\n', looked_at_);
    if (newline == std::string_view::npos) break;
    const std::string_view line = bytes.substr(line_begin_, newline - line_begin_);
    if (line.empty() || line.find('\r') != line.size() - 1) return State::broken;
    line_begin_ = looked_at_ = newline + 1;
    if (line.size() == 1) return State::complete;
  }
  looked_at_ = bytes.size();
  const std::size_t carriage_return = bytes.find('\r', line_begin_);
  const bool stray =
      carriage_return != std::string_view::npos && carriage_return + 1 < bytes.size();
  return stray ? State::broken : State::incomplete;
}

std::optional<HeaderField> read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
  const HeaderField field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
  if (!std::all_of(field.value.begin(), field.value.end(),
                   [](char c) { return is_value_character(c); }))
    return std::nullopt;
  return field;
}

}  // namespace lendport::http

#include "http/head.hpp"

#include <algorithm>
#include <array>

namespace lendport::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

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

// Visible ASCII but '#': a fragment never travels.
bool is_target_character(char c) {
  return c > 0x20 && c < 0x7F && c != '#';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "HTTP/2.0", "RTSP/1.0": another protocol or version, well spelled.
bool is_other_protocol(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || text.size() != slash + 4) return false;
  return is_token(text.substr(0, slash)) && is_digit(text[slash + 1]) && text[slash + 2] == '.' &&
         is_digit(text[slash + 3]);
}

std::optional<Refusal> read_version(std::string_view text, Head& head) {
  constexpr Refusal kVersion{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  if (text == "HTTP/1.1" || text == "HTTP/1.0") {
    head.minor_version = text.back() - '0';
    return std::nullopt;
  }
  if (is_other_protocol(text)) return kVersion;
  return Refusal{400, "the request line is broken"};
}

std::optional<Refusal> read_request_line(std::string_view line, Head& head) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return Refusal{400, "the request line is broken"};
  head.method = line.substr(0, first);
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  head.target = line.substr(0, second);
  if (!is_token(head.method) || head.target.empty()) {
    return Refusal{400, "the request line is broken"};
  }
  if (!std::all_of(head.target.begin(), head.target.end(),
                   [](char c) { return is_target_character(c); })) {
    return Refusal{400, "the target holds a character that must be percent-encoded"};
  }
  if (second == std::string_view::npos) return Refusal{505, "HTTP/0.9 is not spoken here"};
  return read_version(line.substr(second + 1), head);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_line(std::string_view& block) {
  const std::size_t end = block.find(kLineEnd);
  const std::string_view line = block.substr(0, end);
  block.remove_prefix(end + kLineEnd.size());
  return line;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_token_character(c); });
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
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

std::optional<Refusal> read_head(std::string_view block, std::size_t fields_max, Head& head) {
  head.fields.clear();
  if (auto refusal = read_request_line(take_line(block), head)) return refusal;
  for (auto line = take_line(block); !line.empty(); line = take_line(block)) {
    if (head.fields.size() == fields_max) return Refusal{431, "too many header fields"};
    if (is_blank(line.front())) return Refusal{400, "a header field is folded"};
    const auto field = read_field(line);
    if (!field) return Refusal{400, "a header field is broken"};
    head.fields.push_back(*field);
  }
  return std::nullopt;
}

}  // namespace lendport::http

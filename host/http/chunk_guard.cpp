// The guard's look at the lines between chunks.
#include "http/guard.hpp"

#include <algorithm>
#include <charconv>

namespace lendport::http {
namespace {

using State = ChunkLines::State;

constexpr std::size_t kSizeDigitsMax = 16;

// Takes "…" off the front, with \-escapes; false when it does not end.
bool skip_quoted(std::string_view& text) {
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    const auto byte = static_cast<unsigned char>(text.front());
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return false;
    const std::size_t taken = text.front() == '\\' ? 2 : 1;
    if (taken > text.size()) return false;
    text.remove_prefix(taken);
  }
  if (text.empty()) return false;
  text.remove_prefix(1);
  return true;
}

bool skip_token(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(";="), text.size());
  const bool token = is_token(text.substr(0, end));
  text.remove_prefix(end);
  return token;
}

// *( ";" name [ "=" ( token / quoted-string ) ] )
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != ';') return false;
    text.remove_prefix(1);
    if (!skip_token(text)) return false;
    if (text.empty() || text.front() != '=') continue;
    text.remove_prefix(1);
    const bool quoted = !text.empty() && text.front() == '"';
    if (!(quoted ? skip_quoted(text) : skip_token(text))) return false;
  }
  return true;
}

bool read_size(std::string_view line, std::uint64_t& size) {
  const std::string_view digits = line.substr(0, line.find(';'));
  if (digits.empty() || digits.size() > kSizeDigitsMax) return false;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (failure != std::errc() || end != digits.data() + digits.size()) return false;
  return are_extensions(line.substr(digits.size()));
}

// A line at the front of what came: State::plain when it is whole.
struct Line {
  State state = State::incomplete;
  std::string_view text;  // without its CR LF
};

Line line_of(std::string_view bytes, std::size_t bytes_max) {
  const std::size_t newline = bytes.find('\n');
  const std::string_view text = bytes.substr(0, newline);
  const std::size_t carriage_return = std::min(text.find('\r'), text.size());
  if (carriage_return > bytes_max || carriage_return + 1 < text.size()) return {State::broken, {}};
  if (newline == std::string_view::npos) return {State::incomplete, {}};
  if (carriage_return == text.size()) return {State::broken, {}};
  return {State::plain, text.substr(0, carriage_return)};
}

std::size_t size_of(const Line& line) {
  return line.text.size() + 2;
}

// Adds the trailer fields and the empty line, which begin at `lines.bytes`.
State look_at_trailers(std::string_view bytes, ChunkLines& lines) {
  for (std::size_t fields = 0; fields <= ChunkLines::kTrailerFieldsMax; ++fields) {
    if (lines.bytes > ChunkLines::kTrailerBytesMax) return State::broken;
    const Line line =
        line_of(bytes.substr(lines.bytes), ChunkLines::kTrailerBytesMax - lines.bytes);
    if (line.state != State::plain) return line.state;
    lines.bytes += size_of(line);
    if (line.text.empty()) return State::plain;
    if (!read_field(line.text)) return State::broken;
  }
  return State::broken;
}

}  // namespace

ChunkLines look_at_chunk_lines(std::string_view bytes, bool behind_content) {
  ChunkLines lines;
  if (behind_content) {
    const Line end = line_of(bytes, 0);
    lines.state = end.state;
    if (end.state != State::plain) return lines;
    lines.bytes = size_of(end);
  }
  const Line line = line_of(bytes.substr(lines.bytes), ChunkLines::kLineBytesMax);
  lines.state = line.state;
  if (line.state != State::plain) return lines;
  lines.bytes += size_of(line);
  if (!read_size(line.text, lines.size)) {
    lines.state = State::broken;
  } else if (lines.size == 0) {
    lines.state = look_at_trailers(bytes, lines);
  }
  return lines;
}

}  // namespace lendport::http

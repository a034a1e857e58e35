#include "http/chunked.hpp"

#include "http/head.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace lendport::http {
namespace {

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

std::optional<std::uint64_t> chunk_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  if (digits.empty() || digits.size() > kSizeDigitsMax) return std::nullopt;
  std::uint64_t size = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (!are_extensions(line.substr(digits.size()))) return std::nullopt;
  return size;
}

}  // namespace

std::size_t ChunkedBody::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (state_ == State::reading && taken < bytes.size()) {
    const std::string_view rest = bytes.substr(taken);
    taken += expects_ == Expects::content ? take_content(rest) : take_line(rest);
  }
  return taken;
}

std::size_t ChunkedBody::take_content(std::string_view bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), chunk_left_));
  body_.append(bytes.substr(0, count));
  chunk_left_ -= count;
  if (chunk_left_ == 0) expects_ = Expects::content_end;
  return count;
}

std::size_t ChunkedBody::take_line(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t count = std::min(newline, bytes.size() - 1) + 1;
  line_.append(bytes.substr(0, count));
  framing_bytes_ += count;
  if (framing_bytes_ > bytes_max_ / 4 + kFramingBytesSpare) {
    state_ = State::too_large;
  } else if (newline != std::string_view::npos) {
    end_line();
  } else if (line_.size() > kLineBytesMax ||
             std::min(line_.find('\r'), line_.size()) + 1 < line_.size()) {
    state_ = State::broken;  // too long, or a CR that no LF follows
  }
  return count;
}

void ChunkedBody::end_line() {
  line_.pop_back();
  if (line_.empty() || line_.find('\r') != line_.size() - 1 || line_.size() > kLineBytesMax) {
    state_ = State::broken;
    return;
  }
  line_.pop_back();
  switch (expects_) {
    case Expects::size_line: read_size_line(); break;
    case Expects::content_end:
      if (!line_.empty()) state_ = State::broken;
      expects_ = Expects::size_line;
      break;
    case Expects::trailer_line: read_trailer_line(); break;
    case Expects::content: break;
  }
  line_.clear();
}

void ChunkedBody::read_size_line() {
  const auto size = chunk_size(line_);
  if (!size) {
    state_ = State::broken;
  } else if (*size > bytes_max_ - body_.size()) {
    state_ = State::too_large;
  } else {
    chunk_left_ = *size;
    expects_ = *size == 0 ? Expects::trailer_line : Expects::content;
  }
}

void ChunkedBody::read_trailer_line() {
  if (line_.empty()) {
    state_ = State::complete;
  } else if (++trailer_fields_ > kTrailerFieldsMax || !read_field(line_)) {
    state_ = State::broken;
  }
}

}  // namespace lendport::http

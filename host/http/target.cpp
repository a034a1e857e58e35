#include "http/target.hpp"

#include "core/error.hpp"
#include "core/quote.hpp"

namespace lendport::http {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::malformed_request, "the target of the request " + what);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `quoted` replaces what is not UTF-8 by U+FFFD, which can also be there by itself.
bool is_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  const auto count = [&](std::string_view in) {
    std::size_t found = 0;
    for (auto at = in.find(kReplacement); at != std::string_view::npos;
         at = in.find(kReplacement, at + kReplacement.size())) {
      ++found;
    }
    return found;
  };
  return count(json_quoted(text)) == count(text);
}

std::string decoded(std::string_view text, bool plus_is_space) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = high < 0 ? -1 : hex_value(text[i + 2]);
      if (low < 0) refuse("has a broken percent escape");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!is_utf8(out)) refuse("is not UTF-8");
  return out;
}

bool holds_control(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return true;
  }
  return false;
}

Segment read_segment(std::string_view raw) {
  const std::size_t colon = raw.find(':');
  Segment segment;
  segment.text = decoded(raw.substr(0, colon), false);
  if (colon != std::string_view::npos) segment.verb = std::string(raw.substr(colon + 1));
  if (segment.text == "." || segment.text == "..") refuse("holds a dot segment");
  if (holds_control(segment.text)) refuse("holds an encoded control character");
  if (segment.text.find_first_of("/\\") != std::string::npos &&
      raw.find('%') != std::string_view::npos) {
    refuse("holds an encoded slash");
  }
  return segment;
}

std::string encoded(std::string_view text, std::string_view also_plain) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || std::string_view("-._~").find(c) != std::string_view::npos ||
        also_plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
  return out;
}

}  // namespace

std::vector<Segment> split_path(std::string_view path) {
  std::vector<Segment> segments;
  segments.reserve(8);
  while (!path.empty()) {
    if (segments.size() == kSegmentsMax) refuse("has too many segments");
    path.remove_prefix(1);
    const std::size_t slash = path.find('/');
    segments.push_back(read_segment(path.substr(0, slash)));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return segments;
}

std::map<std::string, std::string> split_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (piece.empty()) continue;
    if (parameters.size() == kQueryParametersMax) refuse("has too many parameters");
    const std::size_t equals = piece.find('=');
    std::string name = decoded(piece.substr(0, equals), true);
    std::string value;
    if (equals != std::string_view::npos) value = decoded(piece.substr(equals + 1), true);
    if (name.find('\0') != std::string::npos || value.find('\0') != std::string::npos) {
      refuse("holds an encoded NUL");
    }
    if (!parameters.emplace(std::move(name), std::move(value)).second) {
      refuse("names a parameter twice");
    }
  }
  return parameters;
}

std::string percent_encoded(std::string_view text) {
  return encoded(text, "");
}

std::string percent_encoded_path(std::string_view path) {
  return encoded(path, "/:");
}

}  // namespace lendport::http

#include "http/guard.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <charconv>

namespace lendport::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr Refusal kBrokenLine{400, "the request line is broken"};

// What is looked at, as far as the head was looked through.
struct Seen {
  std::string_view target;
  int minor_version = 1;  // of HTTP/1.x
  std::optional<std::string_view> host;
  std::optional<std::string_view> transfer_encoding;
  std::optional<std::string_view> content_length;
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> idempotency_key;
};

std::string_view take_line(std::string_view& block) {
  const std::size_t end = block.find(kLineEnd);
  const std::string_view line = block.substr(0, end);
  block.remove_prefix(end + kLineEnd.size());
  return line;
}

// Visible ASCII but '#': a fragment never travels.
bool is_target_character(char c) {
  return c > 0x20 && c < 0x7F && c != '#';
}

// "HTTP/2.0", "RTSP/1.0": another protocol or version, well spelled.
bool is_other_protocol(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || text.size() != slash + 4) return false;
  return is_token(text.substr(0, slash)) && is_digit(text[slash + 1]) && text[slash + 2] == '.' &&
         is_digit(text[slash + 3]);
}

std::optional<Refusal> look_at_version(std::string_view text, Seen& seen) {
  if (text == "HTTP/1.1" || text == "HTTP/1.0") {
    seen.minor_version = text.back() - '0';
    return std::nullopt;
  }
  if (!is_other_protocol(text)) return kBrokenLine;
  return Refusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
}

std::optional<Refusal> look_at_request_line(std::string_view line, Seen& seen) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos || !is_token(line.substr(0, first))) return kBrokenLine;
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  seen.target = line.substr(0, second);
  if (seen.target.empty()) return kBrokenLine;
  if (!std::all_of(seen.target.begin(), seen.target.end(),
                   [](char c) { return is_target_character(c); })) {
    return Refusal{400, "the target holds a character that must be percent-encoded"};
  }
  if (second == std::string_view::npos) return Refusal{505, "HTTP/0.9 is not spoken here"};
  return look_at_version(line.substr(second + 1), seen);
}

std::optional<Refusal> take_once(std::optional<std::string_view>& slot, std::string_view value) {
  if (slot) return Refusal{400, "a header field that may come once comes twice"};
  slot = value;
  return std::nullopt;
}

std::optional<Refusal> look_at_field(const HeaderField& field, Seen& seen) {
  const auto is = [&](std::string_view name) { return same_ignoring_case(field.name, name); };
  switch (field.name.size()) {
    case 4:
      if (is("Host")) return take_once(seen.host, field.value);
      break;
    case 6:
      if (is("Expect") && !same_ignoring_case(field.value, "100-continue"))
        return Refusal{417, "only 100-continue can be expected"};
      break;
    case 12:
      if (is("Content-Type")) return take_once(seen.content_type, field.value);
      break;
    case 13:
      if (is("Authorization")) return take_once(seen.authorization, field.value);
      break;
    case 14:
      if (is("Content-Length")) return take_once(seen.content_length, field.value);
      break;
    case 15:
      if (is("Idempotency-Key")) return take_once(seen.idempotency_key, field.value);
      break;
    case 17:
      if (is("Transfer-Encoding")) return take_once(seen.transfer_encoding, field.value);
      break;
    default: break;
  }
  return std::nullopt;
}

std::optional<Refusal> look_at_fields(std::string_view block, std::size_t fields_max, Seen& seen) {
  std::size_t fields = 0;
  for (auto line = take_line(block); !line.empty(); line = take_line(block)) {
    if (++fields > fields_max) return Refusal{431, "too many header fields"};
    if (line.front() == ' ' || line.front() == '\t')
      return Refusal{400, "a header field is folded"};
    const auto field = read_field(line);
    if (!field) return Refusal{400, "a header field is broken"};
    // Gateways turn '-' into '_' and back: a second spelling of a field others decide by.
    if (field->name.find('_') != std::string_view::npos) {
      return Refusal{400, "a header field's name holds an underscore"};
    }
    if (auto refusal = look_at_field(*field, seen)) return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> look_at_length(std::string_view text, BodyEnd& body_end) {
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), body_end.length);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return Refusal{400, "Content-Length is not a number"};
  }
  // "010" is eight to some and ten to others: it gives no length one can rely on.
  if (text.size() > 1 && text.front() == '0') {
    return Refusal{411, "Content-Length is not written plainly"};
  }
  body_end.framing = body_end.length > 0 ? Framing::length : Framing::none;
  return std::nullopt;
}

std::optional<Refusal> look_at_framing(const Seen& seen, BodyEnd& body_end) {
  if (seen.transfer_encoding) {
    if (seen.minor_version == 0 || seen.content_length ||
        !same_ignoring_case(*seen.transfer_encoding, "chunked")) {
      return Refusal{400, "Transfer-Encoding is not plain \"chunked\""};
    }
    body_end.framing = Framing::chunked;
    return std::nullopt;
  }
  if (seen.content_length) return look_at_length(*seen.content_length, body_end);
  return std::nullopt;
}

bool lists(const std::vector<std::string>& entries, std::string_view text) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const std::string& entry) { return same_ignoring_case(entry, text); });
}

// "http://hub.example:8080/a", when that is our own origin and the one Host names.
bool is_of_own_origin(std::string_view target, std::string_view host, const Origin& origin) {
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return false;
  if (!lists(origin.schemes, target.substr(0, scheme_end))) return false;
  const std::string_view rest = target.substr(scheme_end + 3);
  return same_ignoring_case(rest.substr(0, rest.find_first_of("/?")), host);
}

}  // namespace

std::optional<Refusal> guard(std::string_view block, const Origin& origin, std::size_t fields_max,
                             BodyEnd& body_end) {
  body_end = BodyEnd();
  Seen seen;
  if (auto refusal = look_at_request_line(take_line(block), seen)) return refusal;
  if (auto refusal = look_at_fields(block, fields_max, seen)) return refusal;
  if (!seen.host) return Refusal{400, "Host is missing"};
  if (!lists(origin.authorities, *seen.host))
    return Refusal{421, "Host is not a name of this hub (setting http.hosts)"};
  if (auto refusal = look_at_framing(seen, body_end)) return refusal;
  if (seen.target.front() != '/' && !is_of_own_origin(seen.target, *seen.host, origin)) {
    return Refusal{400, "the target is not a path of this hub"};
  }
  return std::nullopt;
}

}  // namespace lendport::http

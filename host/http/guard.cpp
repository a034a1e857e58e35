#include "http/guard.hpp"

#include <algorithm>
#include <charconv>

namespace lendport::http {
namespace {

// The lines of fields that may come once.
struct Lines {
  std::optional<std::string_view> host;
  std::optional<std::string_view> transfer_encoding;
  std::optional<std::string_view> content_length;
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> idempotency_key;
};

std::optional<Refusal> take_once(std::optional<std::string_view>& slot, std::string_view value) {
  if (slot) return Refusal{400, "a header field that may come once comes twice"};
  slot = value;
  return std::nullopt;
}

void join(std::string& list, std::string_view value) {
  if (!list.empty()) list += ", ";
  list += value;
}

std::optional<Refusal> read_expect(std::string_view value, Envelope& envelope) {
  if (!same_ignoring_case(value, "100-continue")) {
    return Refusal{417, "only 100-continue can be expected"};
  }
  envelope.expects_continue = true;
  return std::nullopt;
}

void read_connection(std::string_view list, Envelope& envelope) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view option = list.substr(0, comma);
    while (!option.empty() && (option.front() == ' ' || option.front() == '\t')) {
      option.remove_prefix(1);
    }
    while (!option.empty() && (option.back() == ' ' || option.back() == '\t')) {
      option.remove_suffix(1);
    }
    if (same_ignoring_case(option, "close")) envelope.keep_alive = false;
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

std::optional<Refusal> read_line(const HeaderField& field, Lines& lines, Envelope& envelope) {
  const auto is = [&](std::string_view name) { return same_ignoring_case(field.name, name); };
  switch (field.name.size()) {
    case 4:
      if (is("Host")) return take_once(lines.host, field.value);
      break;
    case 6:
      if (is("Expect")) return read_expect(field.value, envelope);
      break;
    case 8:
      if (is("If-Match")) join(envelope.if_match, field.value);
      break;
    case 10:
      if (is("Connection")) read_connection(field.value, envelope);
      break;
    case 11:
      if (is("traceparent")) envelope.traceparent = field.value;
      break;
    case 12:
      if (is("Content-Type")) return take_once(lines.content_type, field.value);
      if (is("X-Request-Id")) envelope.request_id = field.value;
      break;
    case 13:
      if (is("Authorization")) return take_once(lines.authorization, field.value);
      if (is("If-None-Match")) join(envelope.if_none_match, field.value);
      break;
    case 14:
      if (is("Content-Length")) return take_once(lines.content_length, field.value);
      break;
    case 15:
      if (is("Idempotency-Key")) return take_once(lines.idempotency_key, field.value);
      if (is("Accept-Language")) envelope.accept_language = field.value;
      if (is("X-Forwarded-For")) envelope.forwarded_for = field.value;
      break;
    case 17:
      if (is("Transfer-Encoding")) return take_once(lines.transfer_encoding, field.value);
      break;
    default: break;
  }
  return std::nullopt;
}

std::optional<Refusal> read_fields(const Head& head, Lines& lines, Envelope& envelope) {
  for (const HeaderField& field : head.fields) {
    // Gateways turn '-' into '_' and back: a second spelling of a field others decide by.
    if (field.name.find('_') != std::string_view::npos) {
      return Refusal{400, "a header field's name holds an underscore"};
    }
    if (auto refusal = read_line(field, lines, envelope)) return refusal;
  }
  envelope.authorization = lines.authorization.value_or("");
  envelope.content_type = lines.content_type.value_or("");
  envelope.idempotency_key = lines.idempotency_key.value_or("");
  if (head.minor_version == 0) envelope.keep_alive = false;
  return std::nullopt;
}

std::optional<Refusal> read_length(std::string_view text, Envelope& envelope) {
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), envelope.length);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return Refusal{400, "Content-Length is not a number"};
  }
  // "010" is eight to some and ten to others: it gives no length one can rely on.
  if (text.size() > 1 && text.front() == '0') {
    return Refusal{411, "Content-Length is not written plainly"};
  }
  envelope.framing = envelope.length > 0 ? Framing::length : Framing::none;
  return std::nullopt;
}

std::optional<Refusal> decide_framing(const Head& head, const Lines& lines, Envelope& envelope) {
  if (lines.transfer_encoding) {
    if (head.minor_version == 0 || lines.content_length ||
        !same_ignoring_case(*lines.transfer_encoding, "chunked")) {
      return Refusal{400, "Transfer-Encoding is not plain \"chunked\""};
    }
    envelope.framing = Framing::chunked;
    return std::nullopt;
  }
  if (lines.content_length) return read_length(*lines.content_length, envelope);
  return std::nullopt;
}

bool lists(const std::vector<std::string>& entries, std::string_view text) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const std::string& entry) { return same_ignoring_case(entry, text); });
}

// Takes "http://authority" off an absolute target when it is our own origin.
bool strip_own_origin(const Origin& origin, std::string_view host, std::string_view& target) {
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return false;
  if (!lists(origin.schemes, target.substr(0, scheme_end))) return false;
  std::string_view rest = target.substr(scheme_end + 3);
  const std::size_t authority_end = rest.find_first_of("/?");
  if (!same_ignoring_case(rest.substr(0, authority_end), host)) return false;
  target =
      authority_end == std::string_view::npos ? std::string_view() : rest.substr(authority_end);
  return true;
}

std::optional<Refusal> read_target(const Head& head, const Origin& origin, const Lines& lines,
                                   Envelope& envelope) {
  std::string_view target = head.target;
  if (target.front() != '/' && !strip_own_origin(origin, *lines.host, target)) {
    return Refusal{400, "the target is not a path of this hub"};
  }
  const std::size_t question = target.find('?');
  envelope.path = target.substr(0, question);
  if (envelope.path.empty()) envelope.path = "/";
  if (question != std::string_view::npos) envelope.query = target.substr(question + 1);
  return std::nullopt;
}

void read_method(std::string_view method, Envelope& envelope) {
  for (const Method known : {Method::get, Method::post, Method::put, Method::patch, Method::del}) {
    if (method == to_string(known)) envelope.method = known;
  }
  if (method == "HEAD") {
    envelope.method = Method::get;
    envelope.head_only = true;
  }
}

}  // namespace

std::optional<Refusal> guard(const Head& head, const Origin& origin, Envelope& envelope) {
  envelope = Envelope();
  Lines lines;
  if (auto refusal = read_fields(head, lines, envelope)) return refusal;
  if (!lines.host) return Refusal{400, "Host is missing"};
  if (!lists(origin.authorities, *lines.host))
    return Refusal{421, "Host is not a name of this hub"};
  if (auto refusal = decide_framing(head, lines, envelope)) return refusal;
  read_method(head.method, envelope);
  return read_target(head, origin, lines, envelope);
}

}  // namespace lendport::http

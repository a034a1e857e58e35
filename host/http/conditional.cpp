#include "http/conditional.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"

namespace lendport::http {
namespace {

constexpr std::size_t kTagDigits = 32;

// Takes the next member off a list of entity tags, with a possible W/ before it. Empty at the end
// and where the list stops being one.
std::string_view next_tag(std::string_view& list) {
  const std::size_t begin = list.find_first_not_of(" \t,");
  if (begin == std::string_view::npos) return {};
  const std::size_t open = list.find('"', begin);
  const std::size_t close = open == std::string_view::npos ? open : list.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  const std::string_view tag = list.substr(begin, close + 1 - begin);
  list.remove_prefix(close + 1);
  return tag;
}

// "v12" and "v12-…" are both of "v12".
bool is_of_version(std::string_view tag, std::string_view etag) {
  if (tag == etag) return true;
  const std::string_view open = etag.substr(0, etag.size() - 1);
  return tag.starts_with(open) && tag.substr(open.size()).starts_with('-');
}

std::string digits_of(std::string_view body) {
  return crypto::hex(crypto::sha256(body)).substr(0, kTagDigits);
}

[[noreturn]] void throw_no_match(std::string_view all) {
  std::string_view list = all;
  for (auto tag = next_tag(list); !tag.empty(); tag = next_tag(list)) {
    if (!tag.starts_with("W/")) continue;
    throw Error(ErrorCode::precondition_failed,
                "If-Match compares strong entity tags only, and " + std::string(tag) +
                    " is weak: send the ETag as the hub gave it, without W/; something between "
                    "you and the hub (a proxy that compresses?) may have put it there");
  }
  if (all.find('"') == std::string_view::npos) {
    throw Error(ErrorCode::precondition_failed,
                "If-Match holds no entity tag: send the ETag as the hub gave it, with its quotes");
  }
  throw Error(ErrorCode::precondition_failed,
              "somebody changed it since you read it: read it again and repeat your change");
}

bool is_any(std::string_view list) {
  const std::size_t star = list.find_first_not_of(" \t");
  return star != std::string_view::npos && list[star] == '*';
}

}  // namespace

std::string version_etag(std::int64_t version) {
  return "\"v" + std::to_string(version) + '"';
}

std::string version_etag(std::int64_t version, std::string_view body) {
  return "\"v" + std::to_string(version) + '-' + digits_of(body) + '"';
}

std::string body_etag(std::string_view body) {
  return '"' + digits_of(body) + '"';
}

// RFC 9110, 13.1.2: compared weakly, W/ does not matter.
bool names_etag(std::string_view if_none_match, std::string_view etag) {
  if (is_any(if_none_match)) return true;
  for (auto tag = next_tag(if_none_match); !tag.empty(); tag = next_tag(if_none_match)) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

void throw_if_match_missing() {
  throw Error(ErrorCode::precondition_required,
              "send If-Match with the ETag of the version you have read");
}

void require_match(const Request& request, std::string_view etag) {
  std::string_view list = request.if_match;
  if (list.empty()) throw_if_match_missing();
  if (is_any(list)) return;
  for (auto tag = next_tag(list); !tag.empty(); tag = next_tag(list)) {
    if (is_of_version(tag, etag)) return;
  }
  throw_no_match(request.if_match);
}

}  // namespace lendport::http

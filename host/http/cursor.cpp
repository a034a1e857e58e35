#include "http/cursor.hpp"

#include "core/error.hpp"
#include "core/quote.hpp"
#include "crypto/hash.hpp"
#include "http/target.hpp"

#include <charconv>

namespace lendport::http {
namespace {

constexpr std::size_t kTagBytes = 16;

[[noreturn]] void refuse_cursor() {
  throw Error(ErrorCode::malformed_request,
              "the cursor is not one of this list: start again without it");
}

std::size_t read_limit(const Request& request) {
  const auto text = request.query_parameter("limit");
  if (!text) return kPageItems;
  std::size_t limit = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), limit);
  const bool whole = failure == std::errc() && end == text->data() + text->size();
  if (whole && limit >= 1 && limit <= kPageItemsMax) return limit;
  std::vector<Violation> violations = {
      {"/limit", "out_of_range",
       "must be a whole number from 1 to " + std::to_string(kPageItemsMax)}};
  throw Error(std::move(violations), Sentence{"the query is not valid",
                                              "les paramètres de la requête ne sont pas valables"});
}

std::string link_to_next(const Request& request, std::string_view cursor) {
  std::string link = "<" + percent_encoded_path(request.path) + "?";
  for (const auto& [name, value] : request.query) {
    if (name == "cursor") continue;
    link += percent_encoded(name) + "=" + percent_encoded(value) + "&";
  }
  return link + "cursor=" + percent_encoded(cursor) + ">; rel=\"next\"";
}

}  // namespace

std::string write_position(Time time, std::string_view id) {
  return std::to_string(to_unix_ms(time)) + "/" + std::string(id);
}

std::optional<TimedPosition> read_position(const PageRequest& page) {
  const std::string& text = page.position;
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  std::int64_t ms = 0;
  std::from_chars(text.data(), text.data() + slash, ms);
  return TimedPosition(from_unix_ms(ms), text.substr(slash + 1));
}

std::string Cursors::tag_of(const Request& request, std::string_view position) const {
  std::string bound = request.principal.org.value + "\n" + request.path + "\n";
  for (const auto& [name, value] : request.query) {
    if (name == "cursor" || name == "limit") continue;
    bound += json_quoted(name) + json_quoted(value);
  }
  return mac_(bound + "\n" + std::string(position)).substr(0, kTagBytes);
}

PageRequest Cursors::read(const Request& request) const {
  PageRequest page;
  page.limit = read_limit(request);
  const auto cursor = request.query_parameter("cursor");
  if (!cursor) return page;
  if (cursor->size() > kCursorBytesMax) refuse_cursor();
  const auto bytes = crypto::from_base64url(*cursor);
  if (!bytes || bytes->size() <= kTagBytes) refuse_cursor();
  page.position = bytes->substr(kTagBytes);
  if (!crypto::equal_in_constant_time(bytes->substr(0, kTagBytes), tag_of(request, page.position)))
    refuse_cursor();
  return page;
}

Response Cursors::page(const Request& request, const json::Value& items,
                       const std::optional<std::string>& next_position) const {
  return page_of_text(request, json::dump(items), next_position);
}

Response Cursors::page_of_text(const Request& request, std::string_view items,
                               const std::optional<std::string>& next_position) const {
  Response response;
  response.body = "{\"data\":" + std::string(items) + ",\"next_cursor\":";
  if (!next_position) {
    response.body += "null,\"has_more\":false}";
    return response;
  }
  const std::string cursor = crypto::base64url(tag_of(request, *next_position) + *next_position);
  append_quoted(response.body, cursor);
  response.body += ",\"has_more\":true}";
  response.headers.emplace_back("Link", link_to_next(request, cursor));
  return response;
}

}  // namespace lendport::http

#include "http/stored_answer.hpp"

namespace lendport::http {
namespace {

// Up to the next line break, which goes too.
std::string take_entry(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

StoredAnswer stored(const Response& response) {
  StoredAnswer answer;
  answer.status = response.status;
  answer.etag = response.etag;
  answer.body = response.body;
  for (const auto& [name, value] : response.headers) {
    if (name == "Location") answer.location = value;
    if (name == "Cache-Control") answer.cache_control = value;
  }
  return answer;
}

Response replay(const StoredAnswer& stored) {
  Response response;
  response.status = stored.status;
  response.body = stored.body;
  response.etag = stored.etag;
  if (!stored.location.empty()) response.headers.emplace_back("Location", stored.location);
  if (!stored.cache_control.empty()) {
    response.headers.emplace_back("Cache-Control", stored.cache_control);
  }
  response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

std::string stored_headers(const StoredAnswer& answer) {
  std::string text = answer.location;
  text += '\n' + answer.etag;
  text += '\n' + answer.cache_control;
  return text;
}

void read_stored_headers(std::string_view headers, StoredAnswer& answer) {
  answer.location = take_entry(headers);
  answer.etag = take_entry(headers);
  answer.cache_control = take_entry(headers);
}

}  // namespace lendport::http

#include "http/stored_answer.hpp"

namespace lendport::http {

std::string stored_headers(const Response& response) {
  std::string location;
  for (const auto& [name, value] : response.headers) {
    if (name == "Location") location = value;
  }
  return location + "\n" + response.etag;
}

void read_stored_headers(std::string_view headers, StoredAnswer& answer) {
  const std::size_t line = headers.find('\n');
  answer.location = std::string(headers.substr(0, line));
  if (line != std::string_view::npos) answer.etag = std::string(headers.substr(line + 1));
}

}  // namespace lendport::http

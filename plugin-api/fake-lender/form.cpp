#include "fake-lender/form.hpp"

#include <openssl/sha.h>

#include <array>
#include <optional>

namespace lendport::fake {
namespace {

// What stands after `key=` in a head, with or without quotes.
std::string parameter(const std::string& head, const std::string& key) {
  const std::size_t at = head.find(" " + key + "=");
  if (at == std::string::npos) return {};
  std::string rest = head.substr(at + key.size() + 2);
  if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
  return rest.substr(0, rest.find_first_of(";\r"));
}

std::string field(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::optional<Part> part_in(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (!text.starts_with("\r\n") || end == std::string::npos) return std::nullopt;
  const std::string head = text.substr(0, end + 2);
  return Part{parameter(head, "name"), parameter(head, "filename"), field(head, "Content-Type"),
              text.substr(end + 4)};
}

}  // namespace

std::vector<Part> parts_of(const Request& request) {
  const std::string type = header_of(request.headers, "content-type");
  if (!type.starts_with("multipart/form-data;")) return {};
  const std::string mark = "--" + parameter(type, "boundary");
  std::vector<Part> parts;
  const std::string whole = "\r\n" + request.body;
  const std::string line = "\r\n" + mark;
  std::size_t at = whole.find(line);
  while (at != std::string::npos) {
    const std::size_t begin = at + line.size();
    if (whole.compare(begin, 2, "--") == 0) return parts;
    const std::size_t next = whole.find(line, begin);
    if (next == std::string::npos) return {};
    const auto part = part_in(whole.substr(begin, next - begin));
    if (!part) return {};
    parts.push_back(*part);
    at = next;
  }
  return {};
}

std::string sha256_of(const std::string& bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace lendport::fake

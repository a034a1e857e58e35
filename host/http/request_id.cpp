#include "http/request_id.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace lendport::http {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of(kHex) == std::string_view::npos;
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

// Names, not secrets: unlikely to meet, and quick to make.
std::uint64_t next_random() {
  thread_local std::mt19937_64 source = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return source();
}

}  // namespace

std::string request_id_from(std::string_view theirs) {
  if (!theirs.empty() && theirs.size() <= kRequestIdBytesMax &&
      std::all_of(theirs.begin(), theirs.end(), is_id_character)) {
    return std::string(theirs);
  }
  std::string id;
  id.reserve(32);
  for (int word = 0; word < 2; ++word) {
    std::uint64_t bits = next_random();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4U) id += kHex[bits & 0xFU];
  }
  return id;
}

std::string traceparent_from(std::string_view theirs) {
  constexpr std::string_view kForm = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  if (theirs.size() != kForm.size() || !theirs.starts_with("00-")) return {};
  if (theirs[35] != '-' || theirs[52] != '-') return {};
  const std::string_view trace = theirs.substr(3, 32);
  const std::string_view span = theirs.substr(36, 16);
  if (!is_hex(trace) || !is_hex(span) || !is_hex(theirs.substr(53))) return {};
  if (is_zero(trace) || is_zero(span)) return {};
  return std::string(theirs);
}

}  // namespace lendport::http

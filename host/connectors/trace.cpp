#include "connectors/trace.hpp"

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

namespace lendport::connectors {
namespace {

constexpr std::size_t kSpanBytes = 8;
constexpr std::size_t kTraceAndDash = 36;  // "00-" and 32 digits and "-"

// The lowest bit of the flags, the last digit of the text.
bool is_sampled(std::string_view parent) {
  constexpr std::string_view kOdd = "13579bdf";
  return kOdd.find(parent.back()) != std::string_view::npos;
}

}  // namespace

std::string child_of(std::string_view parent) {
  if (parent.empty()) return {};
  std::string span = crypto::hex(crypto::random_bytes(kSpanBytes));
  if (span.find_first_not_of('0') == std::string::npos) span.back() = '1';  // zero names none
  std::string child(parent.substr(0, kTraceAndDash));
  return child.append(span).append(is_sampled(parent) ? "-01" : "-00");
}

}  // namespace lendport::connectors

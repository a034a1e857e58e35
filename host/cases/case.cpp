#include "cases/case.hpp"

#include <array>
#include <utility>

namespace lendport {
namespace {

template <class Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<CustomerKind, 2> kKinds{
    {{CustomerKind::prospect, "prospect"}, {CustomerKind::client, "client"}}};
constexpr Words<CaseStatus, 3> kStatuses{{{CaseStatus::active, "active"},
                                          {CaseStatus::abandoned, "abandoned"},
                                          {CaseStatus::closed, "closed"}}};
constexpr Words<IncomePeriod, 3> kPeriods{
    {{IncomePeriod::year, "year"}, {IncomePeriod::month, "month"}, {IncomePeriod::week, "week"}}};

template <class Enum, std::size_t N>
std::optional<Enum> parsed(const Words<Enum, N>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

template <class Enum, std::size_t N>
std::string_view spelled(const Words<Enum, N>& words, Enum value) {
  return words.at(static_cast<std::size_t>(value)).second;
}

}  // namespace

std::string_view to_string(CustomerKind kind) {
  return spelled(kKinds, kind);
}

std::string_view to_string(CaseStatus status) {
  return spelled(kStatuses, status);
}

std::string_view to_string(IncomePeriod period) {
  return spelled(kPeriods, period);
}

std::optional<CustomerKind> parse_customer_kind(std::string_view text) {
  return parsed(kKinds, text);
}

std::optional<CaseStatus> parse_case_status(std::string_view text) {
  return parsed(kStatuses, text);
}

std::optional<IncomePeriod> parse_income_period(std::string_view text) {
  return parsed(kPeriods, text);
}

}  // namespace lendport

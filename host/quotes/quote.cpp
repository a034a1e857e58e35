#include "quotes/quote.hpp"

#include <array>
#include <utility>

namespace lendport {
namespace {

template <class Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<QuoteStatus, 2> kStatuses{
    {{QuoteStatus::active, "active"}, {QuoteStatus::superseded, "superseded"}}};
constexpr Words<QuoteOrder, 3> kOrders{{{QuoteOrder::lowest_payment, "lowest_payment"},
                                        {QuoteOrder::lowest_rate, "lowest_rate"},
                                        {QuoteOrder::shortest_term, "shortest_term"}}};

template <class Enum, std::size_t N>
std::optional<Enum> parsed(const Words<Enum, N>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(QuoteStatus status) {
  return kStatuses.at(static_cast<std::size_t>(status)).second;
}

std::string_view to_string(QuoteOrder order) {
  return kOrders.at(static_cast<std::size_t>(order)).second;
}

std::optional<QuoteStatus> parse_quote_status(std::string_view text) {
  return parsed(kStatuses, text);
}

std::optional<QuoteOrder> parse_quote_order(std::string_view text) {
  return parsed(kOrders, text);
}

}  // namespace lendport

#include "webhooks/endpoint.hpp"

#include "webhooks/delivery.hpp"

#include <array>
#include <utility>

namespace lendport {
namespace {

constexpr std::array<std::pair<DisabledBecause, std::string_view>, 4> kReasons{{
    {DisabledBecause::nothing, ""},
    {DisabledBecause::by_hand, "by_hand"},
    {DisabledBecause::gone, "gone"},
    {DisabledBecause::failing, "failing"},
}};

constexpr std::array<std::pair<DeliveryState, std::string_view>, 3> kStates{{
    {DeliveryState::pending, "pending"},
    {DeliveryState::delivered, "delivered"},
    {DeliveryState::failed, "failed"},
}};

template <class Enum, std::size_t N>
std::optional<Enum> parsed(const std::array<std::pair<Enum, std::string_view>, N>& table,
                           std::string_view text) {
  for (const auto& [value, name] : table) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(DisabledBecause reason) {
  return kReasons.at(static_cast<std::size_t>(reason)).second;
}

std::optional<DisabledBecause> parse_disabled_because(std::string_view text) {
  return parsed(kReasons, text);
}

std::string_view to_string(DeliveryState state) {
  return kStates.at(static_cast<std::size_t>(state)).second;
}

std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
  return parsed(kStates, text);
}

}  // namespace lendport

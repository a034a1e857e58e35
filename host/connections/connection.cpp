#include "connections/connection.hpp"

#include <array>

namespace lendport {
namespace {

template <class Enum>
struct Named {
  Enum value;
  std::string_view name;
};

using enum ConnectionStatus;

constexpr std::array kStatuses{
    Named<ConnectionStatus>{draft, "draft"},
    Named<ConnectionStatus>{requested, "requested"},
    Named<ConnectionStatus>{awaiting_lender, "awaiting_lender"},
    Named<ConnectionStatus>{configuring, "configuring"},
    Named<ConnectionStatus>{uat, "uat"},
    Named<ConnectionStatus>{connected, "connected"},
    Named<ConnectionStatus>{needs_attention, "needs_attention"},
    Named<ConnectionStatus>{disabled, "disabled"},
    Named<ConnectionStatus>{winding_down, "winding_down"},
};
constexpr std::array kModes{Named<RepMode>{RepMode::match_or_create, "match_or_create"},
                            Named<RepMode>{RepMode::match_or_generic, "match_or_generic"}};
constexpr std::array kScopes{Named<OfferScope>{OfferScope::org, "org"},
                             Named<OfferScope>{OfferScope::network, "network"}};

template <class Enum, std::size_t size>
std::optional<Enum> value_in(const std::array<Named<Enum>, size>& names, std::string_view text) {
  for (const Named<Enum>& named : names) {
    if (named.name == text) return named.value;
  }
  return std::nullopt;
}

template <class Names, class Enum>
std::string_view name_in(const Names& names, Enum value) {
  return names.at(static_cast<std::size_t>(value)).name;
}

}  // namespace

std::string_view to_string(ConnectionStatus status) {
  return name_in(kStatuses, status);
}
std::string_view to_string(RepMode mode) {
  return name_in(kModes, mode);
}
std::string_view to_string(OfferScope scope) {
  return name_in(kScopes, scope);
}

std::optional<ConnectionStatus> parse_connection_status(std::string_view text) {
  return value_in(kStatuses, text);
}
std::optional<RepMode> parse_rep_mode(std::string_view text) {
  return value_in(kModes, text);
}
std::optional<OfferScope> parse_offer_scope(std::string_view text) {
  return value_in(kScopes, text);
}

}  // namespace lendport

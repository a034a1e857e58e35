// Where an org wants to be told what happens: an endpoint, and what a caller may say of it.
#pragma once

#include "core/ids.hpp"
#include "core/principal.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace lendport {

enum class DisabledBecause {
  nothing,  // it is enabled
  by_hand,
  gone,     // it answered 410
  failing,  // every request failed for WebhookSettings::disable_after
};

std::string_view to_string(DisabledBecause reason);
std::optional<DisabledBecause> parse_disabled_because(std::string_view text);

struct WebhookEndpoint {
  EndpointId id;
  OrgId org;
  std::string url;  // its query may hold a key of the receiver's: never in events, audit and logs
  std::string description;
  Environment environment = Environment::sandbox;  // that of the key that made it
  std::set<std::string> event_types;               // empty: all
  DisabledBecause disabled_because = DisabledBecause::nothing;
  std::optional<Time> failing_since;     // the first failure after the last success
  std::optional<Time> old_secret_until;  // until then the secret before also signs
  std::int64_t event_sequence = 0;       // the last event of the org that was written down for it
  std::int64_t version = 1;
  Time created_at{};
  Time changed_at{};

  bool enabled() const { return disabled_because == DisabledBecause::nothing; }
  bool wants(const std::string& type) const {
    return event_types.empty() || event_types.contains(type);
  }
};

// An endpoint with the text of its new secret, which is shown this once.
struct NewEndpoint {
  WebhookEndpoint endpoint;
  Secret<std::string> secret;  // "whsec_…"
};

// What a caller sent: at a creation all of it counts, at a change what is there.
struct EndpointChange {
  std::optional<std::string> url;
  std::optional<std::string> description;
  std::optional<std::set<std::string>> event_types;
  std::optional<bool> enabled;
};

}  // namespace lendport

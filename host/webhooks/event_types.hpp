// The types of events an org may hear of: one table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lendport::webhooks {

// What :test sends. No endpoint has to subscribe to it, none can.
inline constexpr std::string_view kPingType = "webhook.ping";

// Every type there is, in alphabetical order; not the ping.
const std::vector<std::string>& event_types();
bool is_event_type(std::string_view type);

}  // namespace lendport::webhooks

// The spelling of webhooks that lenders send: towards connectors, in jobs, in answers.
#pragma once

#include "connections/inbound_webhook.hpp"
#include "connections/json.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connections {

// A connection as it is shown, with the address of its webhooks.
Written with_address(const Written& connection, const std::optional<WebhookAddress>& address);
Written write(const std::vector<InboundWebhook>& webhooks);

// The headers to be kept and shown to the connector: all but credentials, those that are over
// kWebhookHeaderBytesMax and those that are no ASCII text. As JSON, in order.
std::string headers_text(const Delivery& delivery);
// The request of webhook.verify/1 and webhook.parse/1.
std::string webhook_request(std::string_view headers_text, Time received_at);

struct Verified {
  bool verified = false;
  std::string event_id;
  std::string reason;
};
Result<Verified> read_verified(const json::Value& result);

// What of a parsed webhook the log keeps.
struct Parsed {
  std::string event_id;
  std::string event_type;  // of the first event
};
Result<Parsed> read_parsed(const json::Value& result);

// Of the event that tells of many refused ones.
std::string refused_text(const InboundWebhook& last);

std::string webhook_payload(const InboundId& webhook);

}  // namespace lendport::connections

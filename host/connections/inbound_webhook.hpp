// What a lender sent to a connection's address, and what became of it.
#pragma once

#include "core/ids.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport {

enum class InboundState {
  received,  // stored; nobody has looked at it yet
  refused,   // not from the lender, as far as the connector can tell: nothing of it acts
  ignored,   // known already, about nothing of ours, or nothing follows from it
  verified,  // from the lender; what it says is still to be followed
  acted,     // the lender was asked because of it, or its word was taken
};

std::string_view to_string(InboundState state);
std::optional<InboundState> parse_inbound_state(std::string_view text);

// The log's view of a webhook: never its body.
struct InboundWebhook {
  InboundId id;
  OrgId org;  // the connection's
  ConnectionId connection;
  InboundState state = InboundState::received;
  std::string reason;      // one sentence: why refused or ignored, or how it acted
  std::string event_id;    // the lender's; empty until it is verified, or when there is none
  std::string event_type;  // of the first thing it says
  std::int64_t body_bytes = 0;
  Time received_at{};
  std::optional<Time> settled_at;
};

// As it came in.
struct Delivery {
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Where a connection's lender sends webhooks.
struct WebhookAddress {
  Secret<std::string> token;  // the last segment of the path
  Time created_at{};
  std::optional<Time> previous_until;  // an older address works until then
  std::int64_t refused_last_day = 0;   // kRefusedCountedMax: so many or more
};

// A verified webhook, for the capability that follows it.
struct HeardWebhook {
  InboundId id;
  OrgId org;  // the connection's; what it speaks of may be an org's below
  ConnectionId connection;
  InboundState state = InboundState::verified;
  Time received_at{};
  std::string words;  // the result of webhook.parse/1, JSON text
};

// The address /v1/hooks/<token> holds 192 random bits.
inline constexpr std::size_t kWebhookTokenBytes = 24;
inline constexpr std::string_view kWebhookPath = "/v1/hooks/";
// How long the address before works on after a new one was made.
inline constexpr std::chrono::hours kWebhookOverlap{72};

inline constexpr std::size_t kWebhookBodyBytesMax = 256 * 1024;
inline constexpr std::size_t kWebhookHeaderBytesMax = 8 * 1024;  // of one value; longer is left out
inline constexpr std::size_t kWebhooksPerSecond = 20;            // of one connection
inline constexpr std::size_t kWebhooksBurst = 200;
inline constexpr std::int64_t kWebhooksWaitingMax = 1'000;  // not looked at yet, of one connection

// Without an event id, the same bytes within this time are the same webhook.
inline constexpr std::chrono::minutes kSameBytesWithin{10};
// So many refused within an hour are told to the org, as the event connection.webhooks_refused:
// once in kRefusedToldEvery, however many follow.
inline constexpr std::int64_t kRefusedMany = 20;
inline constexpr std::chrono::hours kRefusedToldEvery{24};
inline constexpr std::int64_t kRefusedCountedMax = 1'000;
// How often the connector is asked about one webhook before it counts as refused.
inline constexpr int kVerifyAttemptsMax = 12;

// Webhooks are kept, sealed, for this time; what they brought about is in the events.
inline constexpr std::chrono::hours kWebhooksKept{24 * 90};
inline constexpr std::int64_t kWebhooksPurgedMax = 500;

// The job that looks at a webhook, and the one that a verified webhook leaves for whoever knows
// applications. Both payloads name the webhook (connections::webhook_in).
inline constexpr std::string_view kVerifyWebhookJob = "connections.verify_webhook";
inline constexpr std::string_view kHearWebhookJob = "applications.hear_webhook";

}  // namespace lendport

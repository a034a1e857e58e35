// What an operator may set about webhooks, and the limits that are not set.
#pragma once

#include "net/egress.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace lendport {

struct WebhookSettings {
  std::chrono::milliseconds timeout{15'000};  // of one request, its answer included
  int at_once = 32;                           // requests of this process in flight
  int per_endpoint_at_once = 4;               // of these to one endpoint
  // An endpoint whose every request failed for so long is disabled.
  std::chrono::hours disable_after{24 * 5};
  std::chrono::hours keep{24 * 30};  // the log of deliveries
  // Ports of this machine lent to a name ("hooks.example:443") that any org's endpoint may name; no
  // TLS to them. For trying things out.
  std::map<std::string, net::Detour, std::less<>> sandboxes;
};

namespace webhooks {

inline constexpr int kEndpointsMax = 20;  // of one org
inline constexpr std::size_t kUrlBytesMax = 2048;
inline constexpr std::size_t kDescriptionBytesMax = 500;
inline constexpr std::size_t kBodyBytesMax = 16 * 1024;     // of a message
inline constexpr std::size_t kAnswerBytesMax = 1024;        // of a receiver's answer, kept
inline constexpr std::size_t kAnswerBytesRead = 64 * 1024;  // past it the rest is not waited for
inline constexpr int kAttemptsShown = 100;                  // the latest of a delivery
inline constexpr int kRecoverMax = 1'000;                   // deliveries queued by one :recover
inline constexpr int kEventsAtOnce = 50;                    // of one org in one transaction
inline constexpr int kOrgsAtOnce = 100;                     // looked for at once when spreading
// Deliveries of one endpoint that wait; what comes beyond is written down as failed, "too_many".
inline constexpr int kPendingMax = 10'000;
inline constexpr int kPurgeMax = 500;  // deliveries one purge removes

// Until a request is begun again that a trouble of the hub's own kept from beginning.
inline constexpr std::chrono::seconds kOwnTroublePause{30};

// How long both secrets sign after a rotation.
inline constexpr std::chrono::hours kSecretOverlap{24};

// The pauses between tries of Standard Webhooks: with the first try ten in a bit over three days.
inline constexpr std::array<std::chrono::seconds, 9> kPauses{
    std::chrono::seconds{5},      std::chrono::seconds{300},    std::chrono::seconds{1'800},
    std::chrono::seconds{7'200},  std::chrono::seconds{18'000}, std::chrono::seconds{36'000},
    std::chrono::seconds{50'400}, std::chrono::seconds{72'000}, std::chrono::seconds{86'400}};
// The longest Retry-After that is honoured.
inline constexpr std::chrono::hours kRetryAfterMax{24};

inline constexpr std::string_view kDeliverJob = "webhooks.deliver";

}  // namespace webhooks
}  // namespace lendport

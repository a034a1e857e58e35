// One message for one endpoint, and each request that carried it.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

enum class DeliveryState {
  pending,    // will be tried, at `next_at`
  delivered,  // answered 2xx
  failed,     // tried no more, unless it is asked for again; `reason` says why
};

std::string_view to_string(DeliveryState state);
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

struct WebhookDelivery {
  DeliveryId id;
  OrgId org;
  EndpointId endpoint;
  MessageId message;  // the same for all endpoints that are told of the event, and at each try
  std::string type;
  std::string body;                            // JSON text, frozen
  std::optional<std::int64_t> event_sequence;  // nothing for a test message
  DeliveryState state = DeliveryState::pending;
  std::string reason;  // of a failure: "status_500", "timeout", "endpoint_disabled"
  int tries = 0;       // that failed, since it was last asked for
  int attempts = 0;    // ever
  Time created_at{};
  std::optional<Time> next_at;
  std::optional<Time> ended_at;
};

struct DeliveryAttempt {
  int number = 1;
  Time started_at{};
  // Nothing while it runs; and of one that its process did not survive ("interrupted").
  std::optional<std::chrono::milliseconds> duration;
  std::optional<int> status;
  std::string error;   // empty: it was taken
  std::string answer;  // its first bytes, what is no text replaced by '?'
};

struct DeliveryFilter {
  std::optional<DeliveryState> state;
  std::optional<std::string> type;
  std::optional<Time> since;  // made at or after
  std::optional<Time> until;  // made before
};

// Where a list goes on: the last one shown, newest first.
struct DeliveryPosition {
  Time created_at{};
  DeliveryId id;
};

struct Recovered {
  int queued = 0;
  bool more = false;  // there are others: ask again
};

}  // namespace lendport

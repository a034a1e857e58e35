// How the lender of a connection does: what its calls came to, and what its breaker says.
#pragma once

#include "connections/connection.hpp"
#include "connectors/connectors.hpp"
#include "db/database.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// The span of the success rate.
inline constexpr std::chrono::hours kHealthSpan{24};

// A request of a lender that failed: no answer, an error of its own, or refused credentials.
// Whatever else it answers, a refusal too, is none.
struct CallFailure {
  Time at{};
  std::string operation;
  std::string fault;    // as the journal spells it; "none" when there was an answer
  int http_status = 0;  // 0: none came
};

struct LenderHealth {
  Connection connection;
  connectors::ConnectionHealth now;  // as this process sees it
  std::optional<Time> down_since;    // as any process saw it
  std::int64_t calls = 0;            // of the last kHealthSpan, ended
  std::int64_t failed = 0;           // of those
  std::optional<Time> last_success;  // while reads are kept
  std::optional<CallFailure> last_failure;
  Time asked_at{};
};

namespace connections {

// One sentence for a person; `language` is "en" or "fr".
std::string describe(const CallFailure& failure, std::string_view language);

// The topic of `versions` that moves when a lender is told to be down, or back.
inline constexpr std::string_view kOutagesTopic = "outages";

// The lenders one look at the breakers tells of: an outage of one that a thousand orgs share must
// not keep the look that follows from seeing a revoked key.
inline constexpr std::size_t kToldAtOnce = 50;

// Those that were told to be down, of all orgs; none of a connection that is gone.
std::vector<ConnectionId> outages(db::Snapshot& at);
// False when it was told already.
bool begin_outage(db::Transaction& tx, const Connection& connection, Time now);
bool end_outage(db::Transaction& tx, const ConnectionId& connection);

// Told to be down, and not back since.
bool is_down(db::Snapshot& at, const ConnectionId& connection);

// Checks of settings do not count: they may be of a draft.
LenderHealth health_of(db::Snapshot& at, const Connection& connection, Time now);

}  // namespace connections
}  // namespace lendport

// How the lender of a connection does: what its calls came to, and what its breaker says.
#pragma once

#include "connections/call_tallies.hpp"
#include "connections/connection.hpp"
#include "connectors/connectors.hpp"
#include "db/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// The tally may be up to kTallyAge old; the rest is of the moment it was asked for.
struct LenderHealth : CallTally {
  Connection connection;
  connectors::ConnectionHealth now;  // as this process sees it
  std::optional<Time> down_since;    // as any process saw it
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

LenderHealth health_of(db::Snapshot& at, const Connection& connection, CallTallies& tallies,
                       Time now);

}  // namespace connections
}  // namespace lendport

// What the calls of a connection came to, counted once for everybody who asks within a moment.
#pragma once

#include "connections/connection.hpp"
#include "core/time.hpp"
#include "db/database.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace lendport {

// The span of the success rate.
inline constexpr std::chrono::hours kHealthSpan{24};
// How old the figures of a connection's calls may be when they are shown: a day of a busy lender is
// a million rows, which are not counted for each look.
inline constexpr std::chrono::seconds kTallyAge{10};

// A request of a lender that failed: no answer, an error of its own, or refused credentials.
// Whatever else it answers, a refusal too, is none.
struct CallFailure {
  Time at{};
  std::string operation;
  std::string fault;    // as the journal spells it; "none" when there was an answer
  int http_status = 0;  // 0: none came
};

// Of all orgs that share the connection.
struct CallTally {
  std::int64_t calls = 0;            // of the last kHealthSpan, ended
  std::int64_t failed = 0;           // of those
  std::optional<Time> last_success;  // while reads are kept
  std::optional<CallFailure> last_failure;
};

namespace connections {

// Counts. Checks of settings do not: they may be of a draft.
CallTally tally_of(db::Snapshot& at, const ConnectionId& connection, Time now);

// The latest tallies, of kTalliesKept connections at most. Thread-safe.
class CallTallies {
 public:
  static constexpr std::size_t kTalliesKept = 1'000;

  // As tally_of(), or what it said less than kTallyAge ago.
  CallTally of(db::Snapshot& at, const ConnectionId& connection, Time now);
  std::size_t size() const;

 private:
  struct Counted {
    CallTally tally;
    Time at{};
  };

  std::optional<CallTally> fresh(const ConnectionId& connection, Time now) const;
  void keep(const ConnectionId& connection, const CallTally& tally, Time now);

  mutable std::mutex mutex_;  // protects what follows
  std::map<std::string, Counted> counted_;
};

}  // namespace connections
}  // namespace lendport

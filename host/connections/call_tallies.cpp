#include "connections/call_tallies.hpp"

#include <algorithm>
#include <string_view>

namespace lendport::connections {
namespace {

constexpr std::string_view kFailed =
    "(fault <> 'none' OR http_status >= 500 OR http_status IN (401, 403))";
constexpr std::string_view kNoCheck = "operation <> 'connection.check/1'";

std::string where(std::string_view more) {
  std::string text = " FROM lender_calls WHERE connection = $1 AND ";
  return text.append(kNoCheck).append(" AND ").append(more);
}

// A clock that was set back makes nothing fresh for longer.
bool is_fresh(Time counted_at, Time now) {
  return counted_at <= now && now - counted_at < kTallyAge;
}

}  // namespace

CallTally tally_of(db::Snapshot& at, const ConnectionId& connection, Time now) {
  CallTally tally;
  std::string counts = "SELECT count(*) AS calls, coalesce(sum(CASE WHEN ";
  counts.append(kFailed).append(" THEN 1 ELSE 0 END), 0) AS failed");
  counts += where("state = 'ended' AND started_at_ms >= $2");
  const auto counted = at.find(counts, {connection, now - kHealthSpan});
  tally.calls = counted->integer("calls");
  tally.failed = counted->integer("failed");

  const std::string latest = " ORDER BY started_at_ms DESC LIMIT 1";
  const auto good = at.find(
      "SELECT started_at_ms" + where("state = 'ended' AND NOT ") + std::string(kFailed) + latest,
      {connection});
  if (good) tally.last_success = good->time("started_at_ms");
  const auto bad =
      at.find("SELECT started_at_ms, operation, fault, http_status" + where(kFailed) + latest,
              {connection});
  if (bad) {
    tally.last_failure =
        CallFailure{bad->time("started_at_ms"), bad->text("operation"), bad->text("fault"),
                    static_cast<int>(bad->integer("http_status"))};
  }
  return tally;
}

CallTally CallTallies::of(db::Snapshot& at, const ConnectionId& connection, Time now) {
  if (const auto known = fresh(connection, now)) return *known;
  CallTally tally = tally_of(at, connection, now);
  keep(connection, tally, now);
  return tally;
}

std::size_t CallTallies::size() const {
  const std::lock_guard lock(mutex_);
  return counted_.size();
}

std::optional<CallTally> CallTallies::fresh(const ConnectionId& connection, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto found = counted_.find(connection.value);
  if (found == counted_.end() || !is_fresh(found->second.at, now)) return std::nullopt;
  return found->second.tally;
}

void CallTallies::keep(const ConnectionId& connection, const CallTally& tally, Time now) {
  const std::lock_guard lock(mutex_);
  if (counted_.size() >= kTalliesKept && counted_.count(connection.value) == 0) {
    std::erase_if(counted_, [&](const auto& one) { return !is_fresh(one.second.at, now); });
  }
  if (counted_.size() >= kTalliesKept && counted_.count(connection.value) == 0) {
    const auto is_older = [](const auto& a, const auto& b) { return a.second.at < b.second.at; };
    counted_.erase(std::min_element(counted_.begin(), counted_.end(), is_older));
  }
  counted_[connection.value] = {tally, now};
}

}  // namespace lendport::connections

#include "events/followers.hpp"

#include <algorithm>

namespace lendport::events {
namespace {

void keep_apart(std::vector<Event>& taken, const Alone& alone) {
  if (!alone || taken.empty()) return;
  const auto apart = std::find_if(taken.begin(), taken.end(), alone);
  taken.erase(apart == taken.begin() ? apart + 1 : apart, taken.end());
}

}  // namespace

std::vector<OrgId> orgs_behind(db::Snapshot& at, std::string_view follower, std::string_view after,
                               int limit) {
  std::vector<OrgId> behind;
  for (const db::Row& row :
       at.query("SELECT h.org AS org FROM record_heads h LEFT JOIN event_followers f "
                "ON f.follower = $1 AND f.org = h.org "
                "WHERE h.org > $2 AND h.event_sequence > COALESCE(f.sequence, 0) "
                "ORDER BY h.org LIMIT $3",
                {follower, after, limit})) {
    behind.push_back(row.id<OrgId>("org"));
  }
  return behind;
}

Lag lag_of(db::Snapshot& at, std::string_view follower) {
  const auto row = at.find(
      "SELECT CAST(COALESCE(SUM(h.event_sequence - COALESCE(f.sequence, 0)), 0) AS BIGINT) "
      "AS behind, MIN(e.at_ms) AS oldest_ms FROM record_heads h "
      "LEFT JOIN event_followers f ON f.follower = $1 AND f.org = h.org "
      "LEFT JOIN events e ON e.org = h.org AND e.sequence = COALESCE(f.sequence, 0) + 1 "
      "WHERE h.event_sequence > COALESCE(f.sequence, 0)",
      {follower});
  return {row->integer("behind"), row->optional_time("oldest_ms")};
}

std::vector<Event> take(db::Transaction& tx, const OrgId& org, std::string_view follower,
                        const Alone& alone) {
  tx.execute(
      "INSERT INTO event_followers (follower, org, sequence) VALUES ($1, $2, 0) "
      "ON CONFLICT (follower, org) DO NOTHING",
      {follower, org});
  const auto row =
      tx.find("SELECT sequence FROM event_followers WHERE follower = $1 AND org = $2 " +
                  std::string(tx.for_update()),
              {follower, org});
  std::vector<Event> taken = list(tx, org, row->integer("sequence"), kTakenMax);
  keep_apart(taken, alone);
  if (taken.empty()) return taken;
  tx.execute("UPDATE event_followers SET sequence = $3 WHERE follower = $1 AND org = $2",
             {follower, org, taken.back().sequence});
  return taken;
}

Task<std::vector<OrgId>> Follower::behind(std::string after) const {
  const auto look = [&](db::Snapshot& at) { return orgs_behind(at, name_, after, kOrgsAtOnce); };
  co_return co_await db_.read(look);
}

Task<int> Follower::take(OrgId org) const {
  const auto unit = [&](db::Transaction& tx) {
    const std::vector<Event> taken = events::take(tx, org, name_, alone_);
    for (const Event& event : taken) then_(tx, event);
    return static_cast<int>(taken.size());
  };
  co_return co_await db_.write(unit);
}

}  // namespace lendport::events

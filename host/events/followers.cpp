#include "events/followers.hpp"

namespace lendport::events {

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

std::vector<Event> take(db::Transaction& tx, const OrgId& org, std::string_view follower) {
  tx.execute(
      "INSERT INTO event_followers (follower, org, sequence) VALUES ($1, $2, 0) "
      "ON CONFLICT (follower, org) DO NOTHING",
      {follower, org});
  const auto row =
      tx.find("SELECT sequence FROM event_followers WHERE follower = $1 AND org = $2 " +
                  std::string(tx.for_update()),
              {follower, org});
  std::vector<Event> taken = list(tx, org, row->integer("sequence"), kTakenMax);
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
    const std::vector<Event> taken = events::take(tx, org, name_);
    for (const Event& event : taken) then_(tx, event);
    return static_cast<int>(taken.size());
  };
  co_return co_await db_.write(unit);
}

}  // namespace lendport::events

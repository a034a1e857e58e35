// Capabilities that do something because of what happened in an earlier one: each event of an org
// once, in order, however many hubs and kills there are.
//
// A follower is a name. It remembers for each org the last event it took, in the transaction that
// does what follows: both are on disk or neither is. It begins with the first event of an org; a
// migration that brings a new follower says where it begins in the orgs that are there
// (0077_followers_begin.sql).
#pragma once

#include "core/task.hpp"
#include "events/events.hpp"

#include <functional>

namespace lendport::events {

inline constexpr int kTakenMax = 50;  // events of one transaction

// Orgs with events that `follower` has not taken, by id, those after `after`; at most `limit`.
std::vector<OrgId> orgs_behind(db::Snapshot& at, std::string_view follower, std::string_view after,
                               int limit);

// How far a follower is behind, over all orgs, and when the first event it has not taken happened.
struct Lag {
  std::int64_t events = 0;
  std::optional<Time> oldest;
};
Lag lag_of(db::Snapshot& at, std::string_view follower);

// Which events are taken in a transaction of their own. What follows from an event may append to
// the org's record, whose head is then locked to the end of the transaction; whoever locks another
// row after that may wait for one who has that row and waits for the head.
using Alone = std::function<bool(const Event& event)>;

// The next events of the org, the oldest first, at most kTakenMax, an event that is `alone` by
// itself; empty when there are none. They count as taken once `tx` is committed; until then nobody
// else takes for this follower and org.
std::vector<Event> take(db::Transaction& tx, const OrgId& org, std::string_view follower,
                        const Alone& alone = {});

// Does `then` for each event of each org, in the transaction that takes it. Thread-safe when `then`
// is. A `then` that throws holds up its org's events alone.
class Follower {
 public:
  using Then = std::function<void(db::Transaction& tx, const Event& event)>;
  static constexpr int kOrgsAtOnce = 100;

  // `db` and what `then` holds outlive it.
  Follower(db::Database& db, std::string name, Then then, Alone alone = {})
      : db_(db), name_(std::move(name)), then_(std::move(then)), alone_(std::move(alone)) {}

  const std::string& name() const { return name_; }
  // Orgs it has something to do in, those after `after`, at most kOrgsAtOnce.
  Task<std::vector<OrgId>> behind(std::string after) const;
  // Takes what is next in the org; how much that was. Throws what `then` throws: nothing is taken.
  Task<int> take(OrgId org) const;

 private:
  db::Database& db_;
  const std::string name_;
  const Then then_;
  const Alone alone_;
};

}  // namespace lendport::events

// How caches learn that what they hold was changed, by this process or another.
//
// A change bumps its topic in its own transaction. Every process asks one row each 300 ms (a timer
// of the hub's) and, when it moved, which topics did. A signal wakes this process at once, and on
// PostgreSQL the others.
#pragma once

#include "db/database.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::db {

inline constexpr std::chrono::milliseconds kPollVersionsEvery{300};
// The channel on which a commit says that a topic was bumped (Database::on_signal).
inline constexpr std::string_view kVersionsSignal = "versions";

struct Version {
  std::string topic;        // "keys", "catalog/org_…"
  std::int64_t number = 0;  // rises; the count of all changes when this topic last changed
};

// Says that what `topic` names changed; returns its new number. Holds all topics until the commit,
// so it comes late in a transaction.
std::int64_t bump(Transaction& tx, std::string_view topic);

// The count of all changes: what a cache built from this snapshot is as new as.
std::int64_t current_version(Snapshot& at);
// The number of one topic, 0 when it never changed.
std::int64_t version_of(Snapshot& at, std::string_view topic);
// The topics that changed after `number`, in the order of their last change.
std::vector<Version> changed_since(Snapshot& at, std::int64_t number);

// Remembers how far its owner has looked. Used on one strand.
class Watch {
 public:
  explicit Watch(Database& database) : database_(database) {}

  // The topics that changed since the last poll; the first one gives every topic there is. Throws
  // like any read; what was missed then comes with the next poll.
  Task<std::vector<Version>> poll();

 private:
  Database& database_;
  std::int64_t seen_ = 0;
};

}  // namespace lendport::db

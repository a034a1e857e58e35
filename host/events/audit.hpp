// Who did what in an org: append-only, each entry's hash covers the one before, so that a changed,
// removed or inserted entry shows.
#pragma once

#include "events/events.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lendport::events {

struct Entry {
  OrgId org;
  std::string actor;   // a user's or key's id, or "hub"
  std::string action;  // "connection.create"
  Subject subject;
  // JSON text of what changed, masked: no secrets, no personal data. Nothing where there is none.
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::string request_id;
  Time at;
};

struct AuditedEntry : Entry {
  std::int64_t sequence = 0;  // 1, 2, 3 … within the org
  std::string hash;           // hexadecimal SHA-256
};

// Appends in the transaction of what it records: what cannot be audited does not happen.
void audit(db::Transaction& tx, const Entry& entry);

// What a change of configuration leaves: the event, and an entry with the event's org, actor,
// subject, time and, for its action, type.
void record(db::Transaction& tx, const NewEvent& event, std::optional<std::string> before,
            std::string after, std::string request_id);

// Entries after sequence `after`, the oldest first; at most `limit` and kListMax.
std::vector<AuditedEntry> list_audit(db::Snapshot& at, const OrgId& org, std::int64_t after,
                                     int limit);

// Reads the whole chain; the sequence of the first entry that does not fit (one past the last when
// the end was cut off), or nothing when all is well. Costs a read of every entry.
std::optional<std::int64_t> verify_chain(db::Snapshot& at, const OrgId& org);

// The orgs that have a chain, or should have one, and where each is broken.
struct VerifiedChain {
  OrgId org;
  std::int64_t entries = 0;
  std::optional<std::int64_t> broken_at;
};
// Of `org`, or of all. Costs a read of every entry, a page at a time: no look is so long that
// SQLite's log could not be begun anew.
std::vector<VerifiedChain> verify_chains(db::Database& db, const std::optional<OrgId>& org);

}  // namespace lendport::events

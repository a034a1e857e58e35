// What happened in an org, append-only: the timeline, server-sent events and webhooks read it.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::events {

// The channel on which a commit says that events were appended (Database::on_signal).
inline constexpr std::string_view kSignal = "events";

inline constexpr std::size_t kPayloadBytesMax = 64 * 1024;
inline constexpr int kListMax = 200;

// What an event or an audit entry is about: {"application", "app_…"}.
struct Subject {
  std::string kind;
  std::string id;
};

struct NewEvent {
  EventId id;
  OrgId org;
  Subject subject;
  std::string type;     // "application.approved"
  std::string payload;  // JSON text; no personal data: events outlive an erasure
  std::string actor;    // who caused it: a user's id, or "hub", or "lender"
  Time at;
};

struct Event : NewEvent {
  std::int64_t sequence = 0;  // 1, 2, 3 … within the org, without gaps
};

// Appends, and returns the sequence. Numbers become visible in their order: whoever has read up to
// `n` misses nothing that is below. Holds the org's record until the commit, so it comes late in a
// transaction. Error{internal} for a payload over its limit.
std::int64_t append(db::Transaction& tx, const NewEvent& event);

// The org's events after sequence `after`, the oldest first; at most `limit` and kListMax.
std::vector<Event> list(db::Snapshot& at, const OrgId& org, std::int64_t after, int limit);
// Those of one subject.
std::vector<Event> list(db::Snapshot& at, const OrgId& org, const Subject& subject,
                        std::int64_t after, int limit);

// The newest `limit` of one subject, at most kListMax, the oldest of them first.
std::vector<Event> latest(db::Snapshot& at, const OrgId& org, const Subject& subject, int limit);

// The newest of one subject that is of one of these types; nothing where there is none.
std::optional<Event> latest_of(db::Snapshot& at, const OrgId& org, const Subject& subject,
                               const std::vector<std::string>& types);

// Those of one subject and type from `since` on, the newest first; at most `limit` and kListMax.
std::vector<Event> since(db::Snapshot& at, const OrgId& org, const Subject& subject,
                         std::string_view type, Time since, int limit);

// The org's last sequence, 0 when nothing happened yet.
std::int64_t last_sequence(db::Snapshot& at, const OrgId& org);

}  // namespace lendport::events

#include "events/events.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace lendport::events {
namespace {

Event event_of(const db::Row& row, const OrgId& org) {
  Event event;
  event.id = row.id<EventId>("id");
  event.org = org;
  event.subject = {row.text("subject_kind"), row.text("subject_id")};
  event.type = row.text("type");
  event.payload = row.text("payload");
  event.actor = row.text("actor");
  event.at = row.time("at_ms");
  event.sequence = row.integer("sequence");
  return event;
}

std::vector<Event> events_of(const db::Rows& rows, const OrgId& org) {
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) events.push_back(event_of(row, org));
  return events;
}

}  // namespace

std::int64_t append(db::Transaction& tx, const NewEvent& event) {
  if (event.payload.size() > kPayloadBytesMax) {
    throw Error(ErrorCode::internal, "the payload of " + event.type + " is too large");
  }
  const std::int64_t sequence =
      tx.query(
            "INSERT INTO record_heads (org, event_sequence, audit_sequence, audit_hash) "
            "VALUES ($1, 1, 0, '') ON CONFLICT (org) DO UPDATE "
            "SET event_sequence = record_heads.event_sequence + 1 RETURNING event_sequence",
            {event.org})
          .front()
          .integer("event_sequence");
  tx.execute(
      "INSERT INTO events (org, sequence, id, subject_kind, subject_id, type, payload, actor, "
      "at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {event.org, sequence, event.id, event.subject.kind, event.subject.id, event.type,
       event.payload, event.actor, event.at});
  tx.signal(kSignal);
  return sequence;
}

std::vector<Event> list(db::Snapshot& at, const OrgId& org, std::int64_t after, int limit) {
  return events_of(
      at.query("SELECT sequence, id, subject_kind, subject_id, type, payload, actor, at_ms "
               "FROM events WHERE org = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
               {org, after, std::min(limit, kListMax)}),
      org);
}

std::vector<Event> list(db::Snapshot& at, const OrgId& org, const Subject& subject,
                        std::int64_t after, int limit) {
  return events_of(
      at.query("SELECT sequence, id, subject_kind, subject_id, type, payload, actor, at_ms "
               "FROM events WHERE org = $1 AND subject_kind = $2 AND subject_id = $3 "
               "AND sequence > $4 ORDER BY sequence LIMIT $5",
               {org, subject.kind, subject.id, after, std::min(limit, kListMax)}),
      org);
}

std::vector<Event> latest(db::Snapshot& at, const OrgId& org, const Subject& subject, int limit) {
  auto events = events_of(
      at.query("SELECT sequence, id, subject_kind, subject_id, type, payload, actor, at_ms "
               "FROM events WHERE org = $1 AND subject_kind = $2 AND subject_id = $3 "
               "ORDER BY sequence DESC LIMIT $4",
               {org, subject.kind, subject.id, std::min(limit, kListMax)}),
      org);
  std::reverse(events.begin(), events.end());
  return events;
}

std::optional<Event> latest_of(db::Snapshot& at, const OrgId& org, const Subject& subject,
                               const std::vector<std::string>& types) {
  db::Values values{org, subject.kind, subject.id};
  std::string among;
  for (const std::string& type : types) {
    values.emplace_back(type);
    among += (among.empty() ? "$" : ", $") + std::to_string(values.size());
  }
  auto found = events_of(
      at.query("SELECT sequence, id, subject_kind, subject_id, type, payload, actor, at_ms "
               "FROM events WHERE org = $1 AND subject_kind = $2 AND subject_id = $3 "
               "AND type IN (" +
                   among + ") ORDER BY sequence DESC LIMIT 1",
               values),
      org);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Event> since(db::Snapshot& at, const OrgId& org, const Subject& subject,
                         std::string_view type, Time since, int limit) {
  return events_of(
      at.query("SELECT sequence, id, subject_kind, subject_id, type, payload, actor, at_ms "
               "FROM events WHERE org = $1 AND subject_kind = $2 AND subject_id = $3 "
               "AND type = $4 AND at_ms >= $5 ORDER BY sequence DESC LIMIT $6",
               {org, subject.kind, subject.id, type, since, std::min(limit, kListMax)}),
      org);
}

std::int64_t last_sequence(db::Snapshot& at, const OrgId& org) {
  const auto row = at.find("SELECT event_sequence FROM record_heads WHERE org = $1", {org});
  return row ? row->integer("event_sequence") : 0;
}

}  // namespace lendport::events

#include "events/audit.hpp"

#include "crypto/hash.hpp"

#include <algorithm>
#include <utility>

namespace lendport::events {
namespace {

constexpr int kPage = 1000;

// Each field with its length before it, so that no two entries read the same.
void add(std::string& bytes, std::string_view field) {
  bytes += std::to_string(field.size()) + ":";
  bytes += field;
}

void add_maybe(std::string& bytes, const std::optional<std::string>& field) {
  if (field) {
    add(bytes, *field);
  } else {
    bytes += "-";
  }
}

std::string hash_of(std::string_view previous, std::int64_t sequence, const Entry& entry) {
  std::string bytes;
  add(bytes, previous);
  add(bytes, std::to_string(sequence));
  add(bytes, entry.org.value);
  add(bytes, std::to_string(to_unix_ms(entry.at)));
  for (const auto* field : {&entry.actor, &entry.action, &entry.subject.kind, &entry.subject.id}) {
    add(bytes, *field);
  }
  add_maybe(bytes, entry.before);
  add_maybe(bytes, entry.after);
  add(bytes, entry.request_id);
  return crypto::hex(crypto::sha256(bytes));
}

AuditedEntry entry_of(const db::Row& row, const OrgId& org) {
  AuditedEntry entry;
  entry.org = org;
  entry.actor = row.text("actor");
  entry.action = row.text("action");
  entry.subject = {row.text("subject_kind"), row.text("subject_id")};
  entry.before = row.optional_text("before");
  entry.after = row.optional_text("after");
  entry.request_id = row.text("request_id");
  entry.at = row.time("at_ms");
  entry.sequence = row.integer("sequence");
  entry.hash = row.text("hash");
  return entry;
}

std::vector<AuditedEntry> page(db::Snapshot& at, const OrgId& org, std::int64_t after, int limit) {
  std::vector<AuditedEntry> entries;
  for (const db::Row& row :
       at.query("SELECT sequence, at_ms, actor, action, subject_kind, subject_id, before, after, "
                "request_id, hash FROM audit WHERE org = $1 AND sequence > $2 "
                "ORDER BY sequence LIMIT $3",
                {org, after, limit})) {
    entries.push_back(entry_of(row, org));
  }
  return entries;
}

struct Head {
  std::int64_t sequence = 0;
  std::string hash;
};

Head head_of(const db::Row& row) {
  return {row.integer("audit_sequence"), row.text("audit_hash")};
}

// How far a chain was read.
struct Walk {
  Head last;
  std::optional<std::int64_t> broken_at;
};

// Goes on by one page; says whether that was the end. The end is compared with the head as of the
// same snapshot.
bool go_on(db::Snapshot& at, const OrgId& org, Walk& walk) {
  const auto entries = page(at, org, walk.last.sequence, kPage);
  for (const AuditedEntry& entry : entries) {
    const std::int64_t expected = walk.last.sequence + 1;
    if (entry.sequence != expected || entry.hash != hash_of(walk.last.hash, expected, entry)) {
      walk.broken_at = expected;
      return true;
    }
    walk.last = {entry.sequence, entry.hash};
  }
  if (!entries.empty()) return false;
  const auto row =
      at.find("SELECT audit_sequence, audit_hash FROM record_heads WHERE org = $1", {org});
  const Head head = row ? head_of(*row) : Head{};
  if (head.sequence != walk.last.sequence || head.hash != walk.last.hash) {
    walk.broken_at = walk.last.sequence + 1;
  }
  return true;
}

std::vector<VerifiedChain> chains(db::Snapshot& at, const std::optional<OrgId>& org) {
  // A chain whose head was taken away is one that should be there, too.
  std::vector<VerifiedChain> found;
  for (const db::Row& row : at.query(
           "SELECT h.org AS org, (SELECT count(*) FROM audit a WHERE a.org = h.org) AS entries "
           "FROM (SELECT org FROM record_heads UNION SELECT org FROM audit) h "
           "WHERE h.org = $1 OR $1 = '' ORDER BY h.org",
           {org ? org->value : std::string()})) {
    found.push_back({row.id<OrgId>("org"), row.integer("entries"), std::nullopt});
  }
  return found;
}

}  // namespace

void audit(db::Transaction& tx, const Entry& entry) {
  // Locks the org's row and gives the head; the insert and the update are one statement so that the
  // first entry of an org needs no other way.
  const Head head =
      head_of(tx.query("INSERT INTO record_heads (org, event_sequence, audit_sequence, audit_hash) "
                       "VALUES ($1, 0, 0, '') ON CONFLICT (org) DO UPDATE SET org = excluded.org "
                       "RETURNING audit_sequence, audit_hash",
                       {entry.org})
                  .front());
  const std::int64_t sequence = head.sequence + 1;
  const std::string hash = hash_of(head.hash, sequence, entry);
  tx.execute(
      "INSERT INTO audit (org, sequence, at_ms, actor, action, subject_kind, subject_id, before, "
      "after, request_id, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {entry.org, sequence, entry.at, entry.actor, entry.action, entry.subject.kind,
       entry.subject.id, entry.before, entry.after, entry.request_id, hash});
  tx.execute("UPDATE record_heads SET audit_sequence = $2, audit_hash = $3 WHERE org = $1",
             {entry.org, sequence, hash});
}

void record(db::Transaction& tx, const NewEvent& event, std::optional<std::string> before,
            std::string after, std::string request_id) {
  append(tx, event);
  audit(tx, {event.org, event.actor, event.type, event.subject, std::move(before), std::move(after),
             std::move(request_id), event.at});
}

std::vector<AuditedEntry> list_audit(db::Snapshot& at, const OrgId& org, std::int64_t after,
                                     int limit) {
  return page(at, org, after, std::min(limit, kListMax));
}

std::optional<std::int64_t> verify_chain(db::Snapshot& at, const OrgId& org) {
  Walk walk;
  while (!go_on(at, org, walk)) {
  }
  return walk.broken_at;
}

std::vector<VerifiedChain> verify_chains(db::Database& db, const std::optional<OrgId>& org) {
  std::vector<VerifiedChain> found;
  db.read_now([&](db::Snapshot& at) { found = chains(at, org); });
  for (VerifiedChain& chain : found) {
    Walk walk;
    for (bool ended = false; !ended;) {
      db.read_now([&](db::Snapshot& at) { ended = go_on(at, chain.org, walk); });
    }
    chain.broken_at = walk.broken_at;
  }
  return found;
}

}  // namespace lendport::events

#include "db/sealing.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"

#include <algorithm>

namespace lendport::crypto {
namespace {

Place place_of(const OrgId& org, const Field& field) {
  return {org.value, field.table, field.row, field.column};
}

Place place_of_key(const OrgId& org, std::string_view id) {
  return {org.value, "keys", id, "wrapped"};
}

SealingKey unwrapped(const OrgId& org, const std::string& id, const Blob& wrapped,
                     const SealingKey& by) {
  return {id, crypto::unseal(by, place_of_key(org, id), wrapped)};
}

const SealingKey& on_ring(const Keyring& ring, const Blob& wrapped) {
  const std::string id = sealing_key_id_of(wrapped);
  const SealingKey* key = ring.find(id);
  if (key == nullptr) {
    throw Error(ErrorCode::internal, "the key-encryption key " + id + " is not configured");
  }
  return *key;
}

void refuse_erased(db::Snapshot& at, const OrgId& org, std::string_view owner) {
  const bool erased =
      at.find(
            "SELECT id FROM keys WHERE org = $1 AND owner = $2 AND destroyed_at_ms IS NOT NULL "
            "LIMIT 1",
            {org, owner})
          .has_value();
  if (erased) throw Error(ErrorCode::conflict, "the data was erased: nothing is added to it");
}

// Null when no such row is among them.
const db::Row* row_of(const db::Rows& rows, std::string_view owner) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const db::Row& row) { return row.text("owner") == owner; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

// What unwrapping gave before, if it was of these bytes; else what it gives now.
SealingKey Sealing::org_key(const OrgId& org, const std::string& id, const Blob& wrapped) const {
  const std::lock_guard lock(mutex_);
  const auto kept = org_keys_.find(org);
  if (kept != org_keys_.end() && kept->second.key.id == id &&
      kept->second.wrapped.bytes == wrapped.bytes) {
    return kept->second.key;
  }
  SealingKey key = unwrapped(org, id, wrapped, on_ring(ring_, wrapped));
  if (org_keys_.size() >= kOrgKeysMax) org_keys_.clear();
  org_keys_.insert_or_assign(org, OrgKey{wrapped, key});
  return key;
}

void Sealing::forget_org_key(const OrgId& org) const {
  const std::lock_guard lock(mutex_);
  org_keys_.erase(org);
}

std::optional<SealingKey> Sealing::find(db::Snapshot& at, const OrgId& org,
                                        std::string_view owner) const {
  const auto rows = at.query(
      "SELECT id, owner, wrapped FROM keys "
      "WHERE org = $1 AND owner IN ($2, $3) AND destroyed_at_ms IS NULL",
      {org, owner, kOrgItself});
  const db::Row* top = row_of(rows, kOrgItself);
  if (top == nullptr) {
    forget_org_key(org);
    return std::nullopt;
  }
  SealingKey wrapping = org_key(org, top->text("id"), top->blob("wrapped"));
  if (owner == kOrgItself) return wrapping;
  const db::Row* row = row_of(rows, owner);
  if (row == nullptr) return std::nullopt;
  return unwrapped(org, row->text("id"), row->blob("wrapped"), wrapping);
}

void Sealing::insert(db::Transaction& tx, const OrgId& org, std::string_view owner,
                     const SealingKey& wrapping, Time now) const {
  refuse_erased(tx, org, owner);
  const SealingKey key = make_sealing_key("dek_" + ids_.next_uuid());
  const Blob wrapped = crypto::seal(wrapping, place_of_key(org, key.id), key.bytes.expose());
  // Where two are first at once, the second takes the first one's key.
  tx.execute(
      "INSERT INTO keys (id, org, owner, wrapped, created_at_ms) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (org, owner) WHERE destroyed_at_ms IS NULL DO NOTHING",
      {key.id, org, owner, wrapped, now});
}

SealingKey Sealing::key_for(db::Transaction& tx, const OrgId& org, std::string_view owner,
                            Time now) const {
  if (auto key = find(tx, org, owner)) return std::move(*key);
  if (!find(tx, org, kOrgItself)) insert(tx, org, kOrgItself, ring_.current(), now);
  if (owner != kOrgItself) insert(tx, org, owner, find(tx, org, kOrgItself).value(), now);
  return find(tx, org, owner).value();
}

Blob Sealing::seal(db::Transaction& tx, const OrgId& org, std::string_view owner,
                   const Field& field, std::string_view plain, Time now) const {
  return crypto::seal(key_for(tx, org, owner, now), place_of(org, field), plain);
}

Sealing::Sealer Sealing::sealer(db::Transaction& tx, const OrgId& org, std::string_view owner,
                                Time now) const {
  return [key = key_for(tx, org, owner, now), org](const Field& field, std::string_view plain) {
    return crypto::seal(key, place_of(org, field), plain);
  };
}

std::optional<Secret<std::string>> Sealing::unseal(db::Snapshot& at, const OrgId& org,
                                                   const Field& field, const Blob& sealed) const {
  const std::string id = sealing_key_id_of(sealed);
  const auto row = at.find(
      "SELECT k.owner, k.wrapped, k.destroyed_at_ms, o.id AS org_key, o.wrapped AS org_wrapped "
      "FROM keys k LEFT JOIN keys o ON o.org = k.org AND o.owner = $3 "
      "AND o.destroyed_at_ms IS NULL WHERE k.id = $1 AND k.org = $2",
      {id, org, kOrgItself});
  if (!row) throw Error(ErrorCode::internal, "a sealed value names a key that its org never had");
  const auto top = row->optional_text("org_key");
  if (!top) forget_org_key(org);
  if (!top || row->optional_time("destroyed_at_ms")) return std::nullopt;
  SealingKey key = org_key(org, *top, row->blob("org_wrapped"));
  if (row->text("owner") != kOrgItself) key = unwrapped(org, id, row->blob("wrapped"), key);
  return crypto::unseal(key, place_of(org, field), sealed);
}

std::optional<Blob> Sealing::mark(db::Snapshot& at, const OrgId& org, std::string_view purpose,
                                  std::string_view text) const {
  const auto top = find(at, org, kOrgItself);
  if (!top) return std::nullopt;
  const Digest key = hmac_sha256(top->bytes.expose(), "mark/1/" + std::string(purpose));
  return Blob{bytes_of(hmac_sha256(bytes_of(key), text))};
}

std::optional<Blob> Sealing::kept_mark(db::Snapshot& at, const OrgId& org, std::string_view purpose,
                                       std::string_view row) const {
  const auto kept =
      at.find("SELECT mark FROM marks WHERE org = $1 AND purpose = $2 AND row_id = $3",
              {org, purpose, row});
  if (!kept) return std::nullopt;
  return kept->blob("mark");
}

void Sealing::keep_mark(db::Transaction& tx, const OrgId& org, std::string_view owner,
                        std::string_view purpose, std::string_view row, const Blob& mark) const {
  refuse_erased(tx, org, owner);
  tx.execute(
      "INSERT INTO marks (org, purpose, row_id, owner, mark) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (org, purpose, row_id) DO NOTHING",
      {org, purpose, row, owner, mark});
}

bool Sealing::hold_key(db::Transaction& tx, const OrgId& org, std::string_view owner) const {
  const std::string sql =
      "SELECT id FROM keys WHERE org = $1 AND owner = $2 AND destroyed_at_ms IS NULL " +
      std::string(tx.for_update());
  return tx.find(sql, {org, owner}) && find(tx, org, owner);
}

void Sealing::destroy(db::Transaction& tx, const OrgId& org, std::string_view owner,
                      Time now) const {
  tx.execute(
      "UPDATE keys SET wrapped = NULL, destroyed_at_ms = $3 "
      "WHERE org = $1 AND owner = $2 AND destroyed_at_ms IS NULL",
      {org, owner, now});
  if (owner == kOrgItself) {
    tx.execute("DELETE FROM marks WHERE org = $1", {org});
  } else {
    tx.execute("DELETE FROM marks WHERE org = $1 AND owner = $2", {org, owner});
  }
}

int Sealing::openable_orgs(db::Snapshot& at) const {
  int count = 0;
  const auto rows =
      at.query("SELECT id, org, wrapped FROM keys WHERE owner = $1 AND destroyed_at_ms IS NULL",
               {kOrgItself});
  for (const db::Row& row : rows) {
    const Blob& wrapped = row.blob("wrapped");
    unwrapped(row.id<OrgId>("org"), row.text("id"), wrapped, on_ring(ring_, wrapped));
    ++count;
  }
  return count;
}

int Sealing::rewrap(db::Transaction& tx) const {
  int count = 0;
  // The wrapped key begins with the version, the length of the id and the id of what wraps it.
  const std::string& current = ring_.current().id;
  std::string prefix{1, static_cast<char>(current.size())};
  prefix += current;
  const std::string sql =
      "SELECT id, org, wrapped FROM keys WHERE owner = $1 AND destroyed_at_ms IS NULL "
      "AND substr(wrapped, 1, $2) <> $3 ORDER BY id LIMIT $4 " +
      std::string(tx.for_update());
  const auto size = static_cast<std::int64_t>(prefix.size());
  for (const db::Row& row : tx.query(sql, {kOrgItself, size, Blob{prefix}, kRewrapMax})) {
    const OrgId org = row.id<OrgId>("org");
    const Blob& old = row.blob("wrapped");
    const SealingKey key = unwrapped(org, row.text("id"), old, on_ring(ring_, old));
    tx.execute(
        "UPDATE keys SET wrapped = $2 WHERE id = $1",
        {key.id, crypto::seal(ring_.current(), place_of_key(org, key.id), key.bytes.expose())});
    ++count;
  }
  return count;
}

}  // namespace lendport::crypto

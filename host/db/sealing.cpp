#include "db/sealing.hpp"

#include "core/error.hpp"

namespace lendport::crypto {
namespace {

Place place_of(const OrgId& org, const Field& field) {
  return {org.value, field.table, field.row, field.column};
}

Place place_of_key(const OrgId& org, std::string_view id) {
  return {org.value, "keys", id, "wrapped"};
}

SealingKey unwrapped(const OrgId& org, const db::Row& row, const SealingKey& by) {
  const std::string& id = row.text("id");
  return {id, crypto::unseal(by, place_of_key(org, id), row.blob("wrapped"))};
}

const SealingKey& on_ring(const Keyring& ring, const Blob& wrapped) {
  const std::string id = sealing_key_id_of(wrapped);
  const SealingKey* key = ring.find(id);
  if (key == nullptr) {
    throw Error(ErrorCode::internal, "the key-encryption key " + id + " is not configured");
  }
  return *key;
}

std::optional<db::Row> stored(db::Snapshot& at, const OrgId& org, std::string_view owner) {
  return at.find(
      "SELECT id, wrapped FROM keys WHERE org = $1 AND owner = $2 AND destroyed_at_ms IS NULL",
      {org, owner});
}

}  // namespace

std::optional<SealingKey> Sealing::find_org_key(db::Snapshot& at, const OrgId& org) const {
  const auto row = stored(at, org, kOrgItself);
  if (!row) return std::nullopt;
  return unwrapped(org, *row, on_ring(ring_, row->blob("wrapped")));
}

std::optional<SealingKey> Sealing::find(db::Snapshot& at, const OrgId& org,
                                        std::string_view owner) const {
  auto org_key = find_org_key(at, org);
  if (!org_key || owner == kOrgItself) return org_key;
  const auto row = stored(at, org, owner);
  if (!row) return std::nullopt;
  return unwrapped(org, *row, *org_key);
}

void Sealing::insert(db::Transaction& tx, const OrgId& org, std::string_view owner,
                     const SealingKey& wrapping, Time now) const {
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
  if (!find_org_key(tx, org)) insert(tx, org, kOrgItself, ring_.current(), now);
  if (owner != kOrgItself) insert(tx, org, owner, find_org_key(tx, org).value(), now);
  return find(tx, org, owner).value();
}

Blob Sealing::seal(db::Transaction& tx, const OrgId& org, std::string_view owner,
                   const Field& field, std::string_view plain, Time now) const {
  return crypto::seal(key_for(tx, org, owner, now), place_of(org, field), plain);
}

std::function<Blob(std::string_view plain)> Sealing::sealer(db::Transaction& tx, const OrgId& org,
                                                            std::string_view owner,
                                                            std::string table, std::string row,
                                                            Time now) const {
  return [key = key_for(tx, org, owner, now), org, table = std::move(table),
          row = std::move(row)](std::string_view plain) {
    return crypto::seal(key, place_of(org, {table, row, "body"}), plain);
  };
}

std::optional<Secret<std::string>> Sealing::unseal(db::Snapshot& at, const OrgId& org,
                                                   const Field& field, const Blob& sealed) const {
  const auto row =
      at.find("SELECT id, owner, wrapped, destroyed_at_ms FROM keys WHERE id = $1 AND org = $2",
              {sealing_key_id_of(sealed), org});
  if (!row) throw Error(ErrorCode::internal, "a sealed value names a key that its org never had");
  if (row->optional_time("destroyed_at_ms")) return std::nullopt;
  const auto org_key = find_org_key(at, org);
  if (!org_key) return std::nullopt;
  const bool by_org_key = row->text("owner") == kOrgItself;
  const SealingKey key = by_org_key ? *org_key : unwrapped(org, *row, *org_key);
  return crypto::unseal(key, place_of(org, field), sealed);
}

void Sealing::destroy(db::Transaction& tx, const OrgId& org, std::string_view owner,
                      Time now) const {
  tx.execute(
      "UPDATE keys SET wrapped = NULL, destroyed_at_ms = $3 "
      "WHERE org = $1 AND owner = $2 AND destroyed_at_ms IS NULL",
      {org, owner, now});
}

int Sealing::openable_orgs(db::Snapshot& at) const {
  int count = 0;
  const auto rows =
      at.query("SELECT id, org, wrapped FROM keys WHERE owner = $1 AND destroyed_at_ms IS NULL",
               {kOrgItself});
  for (const db::Row& row : rows) {
    unwrapped(row.id<OrgId>("org"), row, on_ring(ring_, row.blob("wrapped")));
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
    const SealingKey key = unwrapped(org, row, on_ring(ring_, old));
    tx.execute(
        "UPDATE keys SET wrapped = $2 WHERE id = $1",
        {key.id, crypto::seal(ring_.current(), place_of_key(org, key.id), key.bytes.expose())});
    ++count;
  }
  return count;
}

}  // namespace lendport::crypto

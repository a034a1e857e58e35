// Which sealing key belongs to whom: the top of crypto's hierarchy. It is here, and not in crypto/,
// because its keys are rows of the table `keys`.
#pragma once

#include "core/blob.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"
#include "crypto/sealing.hpp"
#include "db/database.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lendport::crypto {

// A column of a row, in the org that owns it.
struct Field {
  std::string_view table;
  std::string_view row;
  std::string_view column;
};

// Seals under the key of an owner: a person's or a case's id, or kOrgItself. Keys are made when
// they are first needed and read from the store each time: a destroyed key is gone at once, on
// every node, and its owner never gets another. Thread-safe. `ids` outlives it.
//
// Besides the key-encryption keys it holds only what unwrapping the orgs' keys gave, and takes that
// for nothing but the very same stored bytes: their row is read each time, so that an org's key
// that was destroyed or wrapped anew, by whomever, counts at once. What it held for that org goes
// at the next look. Keys of people and cases are never kept: after an erasure none is in memory.
class Sealing {
 public:
  // Secrets of the org's own, such as a connection's credentials.
  static constexpr std::string_view kOrgItself = "org";
  static constexpr int kRewrapMax = 200;
  // Orgs whose unwrapped key is kept; at the limit all are wiped and kept again as they are needed.
  static constexpr std::size_t kOrgKeysMax = 1024;

  Sealing(Keyring ring, IdSource& ids) : ring_(std::move(ring)), ids_(ids) {}

  // Throws Error{conflict} where the owner's key, or the org's, was destroyed: what is erased stays
  // erased, whatever is still under way about it.
  Blob seal(db::Transaction& tx, const OrgId& org, std::string_view owner, const Field& field,
            std::string_view plain, Time now) const;

  // Seals values outside a transaction, such as what comes in while a job works: holds the owner's
  // key itself. Thread-safe; drop it when the work ends. Throws as seal does.
  using Sealer = std::function<Blob(const Field& field, std::string_view plain)>;
  Sealer sealer(db::Transaction& tx, const OrgId& org, std::string_view owner, Time now) const;

  // Nothing when the key was destroyed: the value is erased. Throws Error{internal} for a value
  // that was altered, moved, or belongs to another org.
  std::optional<Secret<std::string>> unseal(db::Snapshot& at, const OrgId& org, const Field& field,
                                            const Blob& sealed) const;

  // Tells that two texts of one org and purpose are the same without saying what they are: a digest
  // under a key made of the org's own for this purpose. Neither shown nor logged: whoever has the
  // org's key can try every number of nine digits. Nothing where the org has no key.
  std::optional<Blob> mark(db::Snapshot& at, const OrgId& org, std::string_view purpose,
                           std::string_view text) const;
  // What keep_mark kept for the row; nothing where it kept none, or the owner was erased.
  std::optional<Blob> kept_mark(db::Snapshot& at, const OrgId& org, std::string_view purpose,
                                std::string_view row) const;
  // Keeps it for a row that is about the owner, in the table `marks`, as long as the owner has a
  // key; the first one of a row stays. Throws as seal does.
  void keep_mark(db::Transaction& tx, const OrgId& org, std::string_view owner,
                 std::string_view purpose, std::string_view row, const Blob& mark) const;

  // Whether the owner has a key, neither it nor the org's being destroyed. If so, whoever destroys
  // it waits until this unit ends.
  bool hold_key(db::Transaction& tx, const OrgId& org, std::string_view owner) const;

  // Destroys the owner's key: whatever is sealed under it can never be read again, in this store
  // and in every copy of it that has not been restored with the key. The owner's marks go with it.
  // Does nothing when there is none. Nothing is sealed for the owner later. The org's own key wraps
  // all others: destroying it erases the org.
  void destroy(db::Transaction& tx, const OrgId& org, std::string_view owner, Time now) const;

  // How many orgs' keys the ring opens. Throws Error{internal} at the first it does not: the ring
  // belongs to another store.
  int openable_orgs(db::Snapshot& at) const;

  // Wraps up to kRewrapMax org keys anew that are not under the ring's current key; says how many.
  // To be called until 0; then the older key can leave the ring.
  int rewrap(db::Transaction& tx) const;

 private:
  SealingKey key_for(db::Transaction& tx, const OrgId& org, std::string_view owner, Time now) const;
  std::optional<SealingKey> find(db::Snapshot& at, const OrgId& org, std::string_view owner) const;
  SealingKey org_key(const OrgId& org, const std::string& id, const Blob& wrapped) const;
  void forget_org_key(const OrgId& org) const;
  void insert(db::Transaction& tx, const OrgId& org, std::string_view owner,
              const SealingKey& wrapping, Time now) const;

  struct OrgKey {
    Blob wrapped;
    SealingKey key;
  };

  Keyring ring_;
  IdSource& ids_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<OrgId, OrgKey> org_keys_;
};

}  // namespace lendport::crypto

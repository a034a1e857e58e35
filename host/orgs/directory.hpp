// Who a key stands for and where it may act: the whole of orgs and keys, in memory, immutable.
#pragma once

#include "core/principal.hpp"
#include "core/time.hpp"
#include "crypto/hash.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace lendport {

// SHA-256 of a key's text (crypto::hash_of_api_key); the only form in which a key is stored.
using KeyHash = crypto::Digest;

// A live key: not revoked, its user active. Expiry is looked at on each use.
struct DirectoryKey {
  Principal principal;
  std::optional<Time> expires_at;
  // Milliseconds of the last use, 0 = none since the start. Shared by the snapshots that follow
  // each other, so that a use is not forgotten when one is replaced. Relaxed, any thread.
  std::shared_ptr<std::atomic<std::int64_t>> last_used_ms;
};

// A snapshot of the rows at one version. Built by `Orgs`, replaced whole; every thread may read it.
class Directory {
 public:
  struct Hash {
    std::size_t operator()(const KeyHash& hash) const;
  };
  using Keys = std::unordered_map<KeyHash, DirectoryKey, Hash>;
  using Parents = std::unordered_map<OrgId, std::optional<OrgId>>;

  Directory(std::int64_t version, Keys keys, Parents parents);

  // The live key of this hash, or null. It may have expired: look at `expires_at`.
  const DirectoryKey* find(const KeyHash& hash) const;

  // Whether `org` is one of the caller's: its own, one under it for roles that see the network,
  // any for platform roles (what they may do there their permissions say).
  bool may_act_in(const Principal& principal, const OrgId& org) const;

  bool knows(const OrgId& org) const { return parents_.contains(org); }
  // The org's upstream org, or nothing.
  std::optional<OrgId> parent_of(const OrgId& org) const;
  // `org` is `upstream` or stands below it.
  bool is_within(const OrgId& org, const OrgId& upstream) const;

  // Goes on counting the uses where `before` stood. REQUIRES: nobody else has this one yet.
  void keep_uses_of(const Directory& before);

  // `orgs` version of the rows this was read from.
  std::int64_t version() const { return version_; }
  const Keys& keys() const { return keys_; }

 private:
  std::int64_t version_;
  Keys keys_;
  Parents parents_;
};

}  // namespace lendport

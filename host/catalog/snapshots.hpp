// The snapshots that are in memory, and how new each is.
#pragma once

#include "catalog/catalog.hpp"
#include "catalog/snapshot.hpp"
#include "db/versions.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace lendport {

// The topic that a change of `org`'s own catalogue bumps.
std::string catalog_topic(const OrgId& org);

// Thread-safe.
class CatalogSnapshots {
 public:
  using Key = std::pair<OrgId, Environment>;

  CatalogSnapshots(std::size_t snapshots_max, std::chrono::milliseconds fresh_for)
      : snapshots_max_(snapshots_max), fresh_for_(fresh_for) {}

  // The snapshot, if it is there and still holds at `now`.
  std::shared_ptr<const OrgCatalog> find(const Key& key, Time now);
  // Keeps a snapshot that depends on the catalogues of `orgs`, unless something changed since it
  // was read: then nobody can say whether it holds that.
  void put(const Key& key, std::shared_ptr<const OrgCatalog> snapshot, std::vector<OrgId> orgs);

  // The count of changes that is taken in.
  std::int64_t seen() const;
  // Forgets what these changes concern.
  void forget(const std::vector<db::Version>& changes);

  // Whether the database was asked for changes within `fresh_for`.
  bool fresh() const;
  void confirm(std::chrono::steady_clock::time_point asked_at);

  // True once per period, and when asked to by forget(): connections may lack their job.
  bool take_sweep(std::chrono::minutes period);

 private:
  struct Entry {
    std::shared_ptr<const OrgCatalog> snapshot;
    std::vector<OrgId> orgs;
    std::uint64_t used = 0;
  };

  const std::size_t snapshots_max_;
  const std::chrono::milliseconds fresh_for_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<Key, Entry> entries_;
  std::uint64_t uses_ = 0;
  std::int64_t seen_ = 0;
  std::chrono::steady_clock::time_point confirmed_at_{};
  std::chrono::steady_clock::time_point swept_at_{};
  bool sweep_ = true;
};

}  // namespace lendport

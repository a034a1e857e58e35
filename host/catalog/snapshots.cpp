#include "catalog/snapshots.hpp"

#include "connectors/switches.hpp"

#include <algorithm>

namespace lendport {
namespace {

constexpr std::string_view kTopic = "catalog/";

bool concerns_connections(const std::string& topic) {
  return topic.starts_with("connections");
}

bool concerns_all(const std::string& topic) {
  return concerns_connections(topic) || topic.starts_with("orgs") ||
         topic == connectors::kSwitchesTopic;
}

}  // namespace

std::string catalog_topic(const OrgId& org) {
  return std::string(kTopic) + org.value;
}

std::shared_ptr<const OrgCatalog> CatalogSnapshots::find(const Key& key, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (now >= found->second.snapshot->expires_at()) {
    entries_.erase(found);
    return nullptr;
  }
  found->second.used = ++uses_;
  return found->second.snapshot;
}

void CatalogSnapshots::put(const Key& key, std::shared_ptr<const OrgCatalog> snapshot,
                           std::vector<OrgId> orgs) {
  const std::lock_guard lock(mutex_);
  if (snapshot->generation() < seen_) return;
  if (entries_.size() >= snapshots_max_ && !entries_.contains(key)) {
    entries_.erase(std::min_element(
        entries_.begin(), entries_.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  }
  entries_[key] = {std::move(snapshot), std::move(orgs), ++uses_};
}

std::int64_t CatalogSnapshots::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void CatalogSnapshots::forget(const std::vector<db::Version>& changes) {
  const std::lock_guard lock(mutex_);
  for (const db::Version& change : changes) {
    seen_ = std::max(seen_, change.number);
    const bool all = concerns_all(change.topic);
    if (!all && !change.topic.starts_with(kTopic)) continue;
    sweep_ = sweep_ || concerns_connections(change.topic);
    const std::string_view org = std::string_view(change.topic).substr(all ? 0 : kTopic.size());
    std::erase_if(entries_, [&](const auto& entry) {
      const auto& [snapshot, orgs, used] = entry.second;
      if (snapshot->generation() >= change.number) return false;
      return all || std::any_of(orgs.begin(), orgs.end(),
                                [&](const OrgId& one) { return one.value == org; });
    });
  }
}

bool CatalogSnapshots::fresh() const {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  return now - confirmed_at_ < fresh_for_;
}

void CatalogSnapshots::confirm(std::chrono::steady_clock::time_point asked_at) {
  const std::lock_guard lock(mutex_);
  confirmed_at_ = std::max(confirmed_at_, asked_at);
}

bool CatalogSnapshots::take_sweep(std::chrono::minutes period) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (!sweep_ && now - swept_at_ < period) return false;
  sweep_ = false;
  swept_at_ = now;
  return true;
}

}  // namespace lendport

#include "connectors/instances.hpp"

#include "connectors/json.hpp"

#include <algorithm>

namespace lendport::connectors {

std::shared_ptr<Instance> Instances::make(const std::shared_ptr<LoadedPlugin>& plugin,
                                          const Call& call) {
  const Manifest& manifest = *plugin->manifest();
  const auto found = manifest.base_urls.find(to_string(call.environment));
  const std::string base_url = found == manifest.base_urls.end() ? "" : found->second;
  auto rules = std::make_shared<net::EgressRules>();
  rules->allowed.insert(manifest.egress.begin(), manifest.egress.end());
  if (call.environment == Environment::sandbox) rules->detours = sandboxes_;
  return std::make_shared<Instance>(
      plugin, write_instance(call, base_url), base_url, std::move(rules),
      pool_.make_lane(manifest.id + " " + call.connection.value), io_);
}

std::shared_ptr<Instance> Instances::take(const std::shared_ptr<LoadedPlugin>& plugin,
                                          const Call& call) {
  if (call.draft) return make(plugin, call);
  const Key key(call.connection, call.environment);
  std::shared_ptr<Instance> replaced;  // released outside the lock, both
  Kept pushed_out;
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  const bool same_plugin =
      found != kept_.end() && &found->second.instance->plugin() == plugin.get();
  if (same_plugin && found->second.revision == call.settings_revision) {
    found->second.used = ++uses_;
    return found->second.instance;
  }
  auto made = make(plugin, call);
  if (same_plugin && found->second.revision > call.settings_revision) return made;
  Kept& kept = kept_[key];
  replaced = std::exchange(kept.instance, made);
  kept.revision = call.settings_revision;
  kept.used = ++uses_;
  pushed_out = make_room();
  return made;
}

// What has to go for it.
Instances::Kept Instances::make_room() {
  if (kept_.size() <= kInstancesMax) return {};
  const auto oldest =
      std::min_element(kept_.begin(), kept_.end(),
                       [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
  return kept_.extract(oldest).mapped();
}

void Instances::drop(const LoadedPlugin& plugin) {
  std::map<Key, Kept> gone;
  const std::lock_guard lock(mutex_);
  for (auto at = kept_.begin(); at != kept_.end();) {
    const auto next = std::next(at);
    if (&at->second.instance->plugin() == &plugin) gone.insert(kept_.extract(at));
    at = next;
  }
}

bool Instances::hung(const ConnectionId& connection) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(kept_.begin(), kept_.end(), [&](const auto& one) {
    return std::get<0>(one.first) == connection && one.second.instance->lane().hung();
  });
}

std::size_t Instances::size() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace lendport::connectors

#include "connectors/registry.hpp"

#include "crypto/hash.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <optional>

namespace lendport::connectors {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (fs::exists(at->path() / "connector.so", ignored)) {
      names.push_back(at->path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  if (names.size() > Registry::kPluginsMax) names.resize(Registry::kPluginsMax);
  return names;
}

}  // namespace

std::shared_ptr<LoadedPlugin> Registry::Entry::put_down() {
  if (plugin) {
    draining = plugin;
    drained = plugin->ended();
  }
  return std::exchange(plugin, nullptr);
}

void Registry::scan() {
  const std::lock_guard scanning(scanning_);
  const std::vector<std::string> names = folders_in(folder_);
  forget_all_but(names);
  for (const std::string& name : names) look_at(name);
}

void Registry::heed(PluginIds stopped, std::int64_t version) {
  const std::lock_guard scanning(scanning_);
  {
    const std::lock_guard lock(mutex_);
    if (version <= heeded_) return;
    heeded_ = version;
  }
  for (const std::string& name : switch_over(std::move(stopped))) look_at(name);
}

// Retires what is stopped now; returns the folders of what may run again.
std::vector<std::string> Registry::switch_over(PluginIds stopped) {
  std::vector<std::shared_ptr<LoadedPlugin>> retired;
  std::vector<std::string> started;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = std::move(stopped);
    for (auto& [name, entry] : entries_) {
      const bool off = stopped_.contains(entry.id);
      if (entry.switched_off && !off) started.push_back(name);
      entry.switched_off = off;
      if (off && entry.plugin) retired.push_back(entry.put_down());
    }
  }
  for (const auto& plugin : retired) {
    telemetry::log(telemetry::Level::info, "plugin_stopped", {{"plugin", plugin->manifest()->id}});
    retire_(*plugin);
  }
  return started;
}

bool Registry::is_off(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return stopped_.contains(id);
}

// The last call of the one before may be over and its cleaning up still under way.
bool Registry::has_drained(const std::string& name) const {
  std::shared_future<void> drained;
  {
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(name);
    if (known != entries_.end() && known->second.draining.expired()) {
      drained = known->second.drained;
    }
  }
  return !drained.valid() || drained.wait_for(kDeinitPatience) == std::future_status::ready;
}

// Nothing of a stopped plugin's file runs.
void Registry::leave_off(const std::string& name, const Inspected& inspected) {
  std::shared_ptr<LoadedPlugin> before;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[name];
    entry.sha256 = inspected.sha256;
    entry.id = inspected.id;
    entry.version = inspected.version;
    entry.switched_off = true;
    entry.refusal = {};
    before = entry.put_down();
  }
  if (before) retire_(*before);
}

void Registry::look_at(const std::string& name) {
  auto read = read_plugin_file(folder_ / name / "connector.so");
  if (auto* refusal = std::get_if<Refusal>(&read)) return refuse(name, "", std::move(*refusal));
  const std::string& bytes = std::get<std::string>(read);
  const std::string sha256 = crypto::hex(crypto::sha256(bytes));
  if (reuse(name, sha256)) return;
  auto judged = inspect(bytes);
  if (auto* refusal = std::get_if<Refusal>(&judged)) {
    return refuse(name, sha256, std::move(*refusal));
  }
  const auto& inspected = std::get<Inspected>(judged);
  if (is_off(inspected.id)) return leave_off(name, inspected);
  if (id_taken(inspected.id, name)) {
    Refusal twice{"LP-E-DUPLICATE", "another folder holds a connector with the id " + inspected.id +
                                        ": remove one of them"};
    return refuse(name, sha256, std::move(twice));
  }
  if (!has_drained(name)) {
    return refuse(name, sha256,
                  {"LP-E-DRAINING", "the connector does not end: look again, or restart the hub"});
  }
  auto loaded = LoadedPlugin::load(inspected, bytes, store_, services_);
  if (auto* refusal = std::get_if<Refusal>(&loaded)) {
    return refuse(name, sha256, std::move(*refusal));
  }
  accept(name, std::move(std::get<std::shared_ptr<LoadedPlugin>>(loaded)));
}

// The library that is loaded already is never initialised a second time.
bool Registry::reuse(const std::string& name, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  const auto known = entries_.find(name);
  if (known == entries_.end() || known->second.switched_off) return false;
  Entry& entry = known->second;
  auto draining = entry.draining.lock();
  if (!entry.plugin && draining && draining->sha256() == sha256) entry.plugin = draining;
  if (!entry.plugin || entry.plugin->sha256() != sha256) return false;
  entry.sha256 = sha256;
  entry.refusal = {};
  return true;
}

void Registry::refuse(const std::string& name, const std::string& sha256, Refusal refusal) {
  telemetry::log(telemetry::Level::warn, "plugin_refused",
                 {{"folder", name}, {"code", refusal.code}, {"reason", refusal.sentence}});
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[name];
  entry.sha256 = sha256;
  entry.refusal = std::move(refusal);
}

void Registry::accept(const std::string& name, std::shared_ptr<LoadedPlugin> plugin) {
  telemetry::log(telemetry::Level::info, "plugin_ready",
                 {{"folder", name},
                  {"plugin", plugin->manifest()->id},
                  {"version", plugin->manifest()->version}});
  std::shared_ptr<LoadedPlugin> before;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[name];
    entry.sha256 = plugin->sha256();
    entry.refusal = {};
    entry.manifest = plugin->manifest();
    entry.id = entry.manifest->id;
    entry.version = entry.manifest->version;
    entry.switched_off = false;
    before = entry.put_down();
    entry.plugin = std::move(plugin);
  }
  if (before) retire_(*before);
}

void Registry::forget_all_but(const std::vector<std::string>& names) {
  std::vector<std::shared_ptr<LoadedPlugin>> retired;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, entry] : entries_) {
      if (std::binary_search(names.begin(), names.end(), name)) continue;
      entry.sha256.clear();
      if (entry.plugin) retired.push_back(entry.put_down());
    }
    std::erase_if(entries_, [&](const auto& one) {
      return !one.second.manifest && !std::binary_search(names.begin(), names.end(), one.first);
    });
  }
  for (const auto& plugin : retired) retire_(*plugin);
}

bool Registry::id_taken(const std::string& id, const std::string& by_other_than) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& one) {
    return one.first != by_other_than && one.second.plugin &&
           one.second.plugin->manifest()->id == id;
  });
}

std::vector<PluginView> Registry::views() const {
  std::vector<PluginView> views;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    PluginView view;
    view.folder = name;
    view.sha256 = entry.plugin ? entry.plugin->sha256() : entry.sha256;
    view.refusal = entry.refusal;
    view.manifest = entry.manifest;
    view.id = entry.id;
    view.version = entry.version;
    view.switched_off = entry.switched_off;
    view.state = entry.plugin                  ? PluginState::ready
                 : !entry.draining.expired()   ? PluginState::draining
                 : entry.switched_off          ? PluginState::stopped
                 : !entry.refusal.code.empty() ? PluginState::refused
                                               : PluginState::stopped;
    views.push_back(std::move(view));
  }
  return views;
}

std::shared_ptr<LoadedPlugin> Registry::ready(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    if (entry.plugin && entry.plugin->manifest()->id == id) return entry.plugin;
  }
  return nullptr;
}

}  // namespace lendport::connectors

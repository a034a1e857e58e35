#include "connectors/registry.hpp"

#include "crypto/hash.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <optional>

namespace lendport::connectors {
namespace {

namespace fs = std::filesystem;

bool has_ended(const std::shared_future<void>& end) {
  return !end.valid() || end.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

std::vector<std::string> folders_in(const fs::path& folder, std::error_code& error) {
  std::vector<std::string> names;
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

bool Registry::Entry::must_be_looked_at() const {
  return started || (!switched_off && awaited.valid() && has_ended(awaited));
}

// Takes the entry's plugin out of use; null when nothing is. REQUIRES: mutex_ is held.
std::shared_ptr<LoadedPlugin> Registry::put_down(Entry& entry) {
  if (!entry.plugin) return nullptr;
  entry.draining = entry.plugin;
  entry.drained = entry.plugin->ended();
  std::erase_if(put_down_, [&](const Ending& one) {
    return one.sha256 == entry.plugin->sha256() || has_ended(one.end);
  });
  put_down_.push_back({entry.plugin->sha256(), entry.drained});
  return std::exchange(entry.plugin, nullptr);
}

void Registry::scan() {
  const std::lock_guard scanning(scanning_);
  std::error_code error;
  const std::vector<std::string> names = folders_in(folder_, error);
  note_folder(error);
  if (error) return;
  forget_all_but(names);
  for (const std::string& name : names) look_at(name);
}

void Registry::note_folder(const std::error_code& error) {
  std::string problem;
  if (error) {
    problem = "plugins.folder " + folder_.string() + " cannot be read: " + error.message();
    telemetry::log(telemetry::Level::error, "plugins_folder_unreadable", {{"reason", problem}});
  }
  const std::lock_guard lock(mutex_);
  folder_problem_ = std::move(problem);
}

std::string Registry::folder_problem() const {
  const std::lock_guard lock(mutex_);
  return folder_problem_;
}

void Registry::heed(PluginIds stopped, std::int64_t version) {
  for (const auto& plugin : switch_over(std::move(stopped), version)) {
    telemetry::log(telemetry::Level::info, "plugin_stopped", {{"plugin", plugin->manifest()->id}});
    retire_(*plugin);
  }
}

// Returns what does not run any more.
std::vector<std::shared_ptr<LoadedPlugin>> Registry::switch_over(PluginIds stopped,
                                                                 std::int64_t version) {
  std::vector<std::shared_ptr<LoadedPlugin>> retired;
  const std::lock_guard lock(mutex_);
  if (version <= heeded_) return retired;
  heeded_ = version;
  stopped_ = std::move(stopped);
  for (auto& [name, entry] : entries_) {
    const bool off = stopped_.contains(entry.id);
    entry.started = !off && (entry.started || entry.switched_off);
    entry.switched_off = off;
    if (off && entry.awaited.valid()) {
      entry.refusal = {};
      entry.awaited = {};
    }
    if (off && entry.plugin) retired.push_back(put_down(entry));
  }
  return retired;
}

bool Registry::has_to_look_again() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const auto& one) { return one.second.must_be_looked_at(); });
}

void Registry::look_again() {
  const std::lock_guard scanning(scanning_);
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : entries_) {
      if (entry.must_be_looked_at()) names.push_back(name);
    }
  }
  for (const std::string& name : names) look_at(name);
}

// Of the plugin with these bytes that was put down, whichever folder it was in.
Registry::End Registry::end_of(const std::string& sha256) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(put_down_.begin(), put_down_.end(),
                                  [&](const Ending& one) { return one.sha256 == sha256; });
  return found == put_down_.end() ? End{} : found->end;
}

// Nothing of a stopped plugin's file runs. False: it is not stopped.
bool Registry::leave_off(const std::string& name, const Inspected& inspected) {
  std::shared_ptr<LoadedPlugin> before;
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_.contains(inspected.id)) return false;
    Entry& entry = entries_[name];
    entry.sha256 = inspected.sha256;
    entry.id = inspected.id;
    entry.version = inspected.version;
    entry.switched_off = true;
    entry.refusal = {};
    before = put_down(entry);
  }
  if (before) retire_(*before);
  return true;
}

void Registry::begin_look(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto known = entries_.find(name);
  if (known == entries_.end()) return;
  known->second.started = false;
  known->second.awaited = {};
}

void Registry::look_at(const std::string& name) {
  begin_look(name);
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
  if (leave_off(name, inspected)) return;
  if (id_taken(inspected.id, name)) {
    Refusal twice{"LP-E-DUPLICATE", "another folder holds a connector with the id " + inspected.id +
                                        ": remove one of them"};
    return refuse(name, sha256, std::move(twice));
  }
  const End before = end_of(sha256);
  if (before.valid() && before.wait_for(kEndPatience) != std::future_status::ready) {
    Refusal draining{"LP-E-DRAINING",
                     "the connector has not ended yet: it starts once it has; or restart the hub"};
    return refuse(name, sha256, std::move(draining), before);
  }
  auto loaded = LoadedPlugin::load(inspected, bytes, store_, services_);
  if (auto* refusal = std::get_if<Refusal>(&loaded)) {
    return refuse(name, sha256, std::move(*refusal));
  }
  auto& plugin = std::get<std::unique_ptr<LoadedPlugin>>(loaded);
  accept(name, LoadedPlugin::share(std::move(plugin), endings_));
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

void Registry::refuse(const std::string& name, const std::string& sha256, Refusal refusal,
                      End awaited) {
  telemetry::log(telemetry::Level::warn, "plugin_refused",
                 {{"folder", name}, {"code", refusal.code}, {"reason", refusal.sentence}});
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[name];
  entry.sha256 = sha256;
  entry.refusal = std::move(refusal);
  entry.awaited = std::move(awaited);
}

void Registry::accept(const std::string& name, std::shared_ptr<LoadedPlugin> plugin) {
  telemetry::log(telemetry::Level::info, "plugin_ready",
                 {{"folder", name},
                  {"plugin", plugin->manifest()->id},
                  {"version", plugin->manifest()->version}});
  std::shared_ptr<LoadedPlugin> before;
  std::shared_ptr<LoadedPlugin> unwanted;  // stopped while it was loaded
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[name];
    entry.sha256 = plugin->sha256();
    entry.refusal = {};
    entry.manifest = plugin->manifest();
    entry.id = entry.manifest->id;
    entry.version = entry.manifest->version;
    entry.switched_off = stopped_.contains(entry.id);
    before = put_down(entry);
    entry.plugin = std::move(plugin);
    if (entry.switched_off) unwanted = put_down(entry);
  }
  if (before) retire_(*before);
  if (unwanted) retire_(*unwanted);
}

void Registry::forget_all_but(const std::vector<std::string>& names) {
  std::vector<std::shared_ptr<LoadedPlugin>> retired;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, entry] : entries_) {
      if (std::binary_search(names.begin(), names.end(), name)) continue;
      entry.sha256.clear();
      entry.awaited = {};
      if (entry.plugin) retired.push_back(put_down(entry));
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
                 : entry.awaited.valid()       ? PluginState::refused
                 : !has_ended(entry.drained)   ? PluginState::draining
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

// The plugin folders and what became of each file.
#pragma once

#include "connectors/loaded_plugin.hpp"
#include "connectors/plugins.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

// Thread-safe; `scan` blocks and runs one at a time.
class Registry {
 public:
  // Folders beyond are not looked at.
  static constexpr std::size_t kPluginsMax = 256;
  // Called for a plugin that takes no new work from now on.
  using Retire = std::function<void(const LoadedPlugin&)>;

  Registry(std::filesystem::path folder, std::filesystem::path store,
           std::shared_ptr<Services> services, Retire retire)
      : folder_(std::move(folder)),
        store_(std::move(store)),
        services_(std::move(services)),
        retire_(std::move(retire)) {}

  // Looks at every <folder>/<name>/connector.so: loads what is new, swaps what has changed, retires
  // what is gone. A changed file that is refused leaves the one before in place, and says so in the
  // log. A folder that is not there counts as empty.
  void scan();

  std::vector<PluginView> views() const;
  // The ready plugin with this id, or null.
  std::shared_ptr<LoadedPlugin> ready(std::string_view id) const;

 private:
  struct Entry {
    std::string sha256;  // of the file as it was last looked at
    Refusal refusal;
    std::shared_ptr<LoadedPlugin> plugin;      // ready
    std::weak_ptr<LoadedPlugin> draining;      // the one before
    std::shared_ptr<const Manifest> manifest;  // of the last plugin
  };
  void look_at(const std::string& name);
  bool reuse(const std::string& name, const std::string& sha256);
  void refuse(const std::string& name, const std::string& sha256, Refusal refusal);
  void accept(const std::string& name, std::shared_ptr<LoadedPlugin> plugin);
  void forget_all_but(const std::vector<std::string>& names);
  bool id_taken(const std::string& id, const std::string& by_other_than) const;

  const std::filesystem::path folder_;
  const std::filesystem::path store_;
  const std::shared_ptr<Services> services_;
  const Retire retire_;
  std::mutex scanning_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<std::string, Entry> entries_;  // by folder name
};

}  // namespace lendport::connectors

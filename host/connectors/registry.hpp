// The plugin folders and what became of each file.
#pragma once

#include "connectors/loaded_plugin.hpp"
#include "connectors/plugins.hpp"
#include "connectors/switches.hpp"

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

// Thread-safe; `scan` and `look_again` block and run one at a time.
class Registry {
 public:
  // Folders beyond are not looked at.
  static constexpr std::size_t kPluginsMax = 256;
  // How long a plugin whose last call ended may take to clean up before it is started again.
  static constexpr std::chrono::seconds kDeinitPatience{5};
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
  // log. A folder that cannot be read changes nothing; the log and `folder_problem` say so.
  void scan();
  // Why the last scan could not read the folder, naming the setting; empty when it could.
  std::string folder_problem() const;

  // From now on `stopped` do not run: those that do are retired, and a scan leaves them where they
  // are, inspected and not loaded. Those that are no longer named are loaded by the next
  // look_again. `version` says how new the names are: older ones than those at hand are ignored.
  // Waits for nothing, a plugin that hangs while it starts or ends included.
  void heed(PluginIds stopped, std::int64_t version);

  // Loads what was started since, and what was refused because the one before had not ended and
  // has ended by now. Lets what was retired go.
  void look_again();
  // Whether that has anything to do. Waits for nothing.
  bool has_to_look_again() const;

  std::vector<PluginView> views() const;
  // The ready plugin with this id, or null.
  std::shared_ptr<LoadedPlugin> ready(std::string_view id) const;

 private:
  struct Entry {
    std::string sha256;  // of the file as it was last looked at
    std::string id;      // of that file; empty when it could not be read
    std::string version;
    bool switched_off = false;
    bool started = false;  // no longer switched off, and not looked at since
    Refusal refusal;
    std::shared_ptr<LoadedPlugin> plugin;      // ready
    std::weak_ptr<LoadedPlugin> draining;      // the one before
    std::shared_future<void> drained;          // when that has ended
    std::shared_ptr<const Manifest> manifest;  // of the last plugin

    // Takes it out of use; null when nothing is.
    std::shared_ptr<LoadedPlugin> put_down();
    bool must_be_looked_at() const;
  };
  void note_folder(const std::error_code& error);
  void look_at(const std::string& name);
  bool reuse(const std::string& name, const std::string& sha256);
  void refuse(const std::string& name, const std::string& sha256, Refusal refusal);
  void accept(const std::string& name, std::shared_ptr<LoadedPlugin> plugin);
  bool leave_off(const std::string& name, const Inspected& inspected);
  std::vector<std::shared_ptr<LoadedPlugin>> switch_over(PluginIds stopped, std::int64_t version);
  void begin_look(const std::string& name);
  bool has_drained(const std::string& name) const;
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
  std::string folder_problem_;
  PluginIds stopped_;
  std::int64_t heeded_ = -1;  // the version of stopped_
  // What look_again lets go: the last to hold a plugin waits for its cleaning up.
  std::vector<std::shared_ptr<LoadedPlugin>> retired_;
};

}  // namespace lendport::connectors

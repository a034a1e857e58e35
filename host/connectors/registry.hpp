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
  // How long a scan waits for the end of a plugin whose file is to be started again; others wait
  // behind it.
  static constexpr std::chrono::seconds kEndPatience{2};
  // Called for a plugin that takes no new work from now on.
  using Retire = std::function<void(const LoadedPlugin&)>;

  // What it let go ends on the threads of `endings`, which outlive it.
  Registry(std::filesystem::path folder, std::filesystem::path store,
           std::shared_ptr<Services> services, Pool& endings, Retire retire)
      : folder_(std::move(folder)),
        store_(std::move(store)),
        services_(std::move(services)),
        endings_(endings),
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

  // Loads what was started since, and what was refused because the same file had not ended and has
  // ended by now.
  void look_again();
  // Whether that has anything to do. Waits for nothing.
  bool has_to_look_again() const;

  std::vector<PluginView> views() const;
  // The ready plugin with this id, or null.
  std::shared_ptr<LoadedPlugin> ready(std::string_view id) const;

 private:
  using End = std::shared_future<void>;  // not valid: nothing ends
  struct Entry {
    std::string sha256;  // of the file as it was last looked at
    std::string id;      // of that file; empty when it could not be read
    std::string version;
    bool switched_off = false;
    bool started = false;  // no longer switched off, and not looked at since
    Refusal refusal;
    std::shared_ptr<LoadedPlugin> plugin;      // ready
    std::weak_ptr<LoadedPlugin> draining;      // the one before
    End drained;                               // of that one
    End awaited;                               // what the file was refused for, if that is why
    std::shared_ptr<const Manifest> manifest;  // of the last plugin

    bool must_be_looked_at() const;
  };
  struct Ending {
    std::string sha256;
    End end;
  };
  void note_folder(const std::error_code& error);
  void look_at(const std::string& name);
  bool reuse(const std::string& name, const std::string& sha256);
  void refuse(const std::string& name, const std::string& sha256, Refusal refusal,
              End awaited = {});
  void accept(const std::string& name, std::shared_ptr<LoadedPlugin> plugin);
  bool leave_off(const std::string& name, const Inspected& inspected);
  std::vector<std::shared_ptr<LoadedPlugin>> switch_over(PluginIds stopped, std::int64_t version);
  void begin_look(const std::string& name);
  std::shared_ptr<LoadedPlugin> put_down(Entry& entry);
  End end_of(const std::string& sha256) const;
  void forget_all_but(const std::vector<std::string>& names);
  bool id_taken(const std::string& id, const std::string& by_other_than) const;

  const std::filesystem::path folder_;
  const std::filesystem::path store_;
  const std::shared_ptr<Services> services_;
  Pool& endings_;
  const Retire retire_;
  std::mutex scanning_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<std::string, Entry> entries_;  // by folder name
  std::string folder_problem_;
  PluginIds stopped_;
  std::int64_t heeded_ = -1;  // the version of stopped_
  // What was put down and may not have ended. A library is never initialised again before.
  std::vector<Ending> put_down_;
};

}  // namespace lendport::connectors

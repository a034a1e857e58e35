// One plugin that is loaded and initialised.
#pragma once

#include "connectors/host_api.hpp"
#include "connectors/library.hpp"
#include "connectors/manifest.hpp"
#include "connectors/pool.hpp"

#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <variant>

namespace lendport::connectors {

// Deinitialised by its destructor, which may block for as long as the connector likes; its code
// stays in memory. Thread-safe.
class LoadedPlugin {
  struct Key {};

 public:
  using Loaded = std::variant<std::unique_ptr<LoadedPlugin>, Refusal>;

  // Everything from the file to init: inspects, stores, loads, reads the manifest, initialises.
  // Nothing of the file runs before it was inspected; a refusal leaves nothing behind but the
  // stored copy. One thread at a time; blocks.
  static Loaded load(const std::filesystem::path& file, const std::filesystem::path& store,
                     std::shared_ptr<Services> services);
  // The same from bytes that were read and inspected.
  static Loaded load(const Inspected& inspected, std::string_view bytes,
                     const std::filesystem::path& store, std::shared_ptr<Services> services);

  // For the registry, the instances and the calls to hold. Whoever lets it go last, on whichever
  // thread and under whichever lock, waits for nothing: it ends on a thread of `endings`. Once
  // `endings` is gone too it never ends: the process does, and nothing of a plugin runs any more.
  static std::shared_ptr<LoadedPlugin> share(std::unique_ptr<LoadedPlugin> plugin, Pool& endings);

  // By `load` alone.
  LoadedPlugin(Key, Library library, std::shared_ptr<const Manifest> manifest, std::string sha256,
               std::shared_ptr<Services> services);
  LoadedPlugin(const LoadedPlugin&) = delete;
  LoadedPlugin& operator=(const LoadedPlugin&) = delete;
  ~LoadedPlugin();

  const std::shared_ptr<const Manifest>& manifest() const { return manifest_; }
  const std::string& sha256() const { return sha256_; }
  const lendport_plugin& table() const { return library_.plugin(); }
  PluginHost& host() { return host_; }
  // Ready once it was deinitialised: its file must not be initialised again before.
  const std::shared_future<void>& ended() const { return ended_; }

  // [control]: one at a time per plugin.
  lendport_status create(std::string_view instance_json, lendport_instance** out);
  void destroy(lendport_instance* instance);

 private:
  Library library_;
  std::shared_ptr<const Manifest> manifest_;
  std::string sha256_;
  PluginHost host_;
  bool initialised_ = false;
  std::promise<void> end_;
  const std::shared_future<void> ended_ = end_.get_future().share();
  std::mutex control_;
};

}  // namespace lendport::connectors

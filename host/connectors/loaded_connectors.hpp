// The connectors of this process: the plugin folders, the threads of their callbacks, the calls.
#pragma once

#include "connectors/connectors.hpp"
#include "connectors/doorway.hpp"
#include "connectors/instances.hpp"
#include "connectors/journal.hpp"
#include "connectors/registry.hpp"
#include "connectors/services.hpp"
#include "connectors/settings.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>

namespace lendport::connectors {

// Reads the switches and scans the plugin folder when it is made; that blocks, and throws
// Error{invalid_input} naming the setting when the folder cannot be read. `client`,
// `database`, `clock` and `ids` outlive it, and `io` is not run any more when it is destroyed:
// operations in flight are dropped, plugins are deinitialised, and one whose deinit does not come
// back within seconds is left to itself.
class LoadedConnectors final : public Connectors {
 public:
  LoadedConnectors(boost::asio::any_io_executor io, const Settings& settings,
                   net::HttpClient& client, db::Database& database, const Clock& clock,
                   IdSource& ids);
  ~LoadedConnectors() override;

  Task<Outcome> call(Call call) override;
  std::shared_ptr<const Manifest> manifest(std::string_view plugin) const override;
  std::vector<PluginView> plugins() const override;
  Task<std::vector<PluginView>> rescan() override;
  Task<void> heed_switches(Deadline until) override;
  ConnectionHealth health(const ConnectionId& connection) const override;
  Admission admit(std::string_view plugin, const ConnectionId& connection) override;
  Circuits* circuits() override { return &doorway_->circuits(); }

  // Why the plugin folder cannot be read, since the last scan; empty when it can: /readyz says so.
  std::string folder_problem() const { return registry_.folder_problem(); }
  // Threads whose callback does not come back: /readyz says so.
  int hung_threads() const { return pool_.hung_threads(); }

 private:
  Task<Outcome> run(std::shared_ptr<LoadedPlugin> plugin, std::shared_ptr<const Call> call);
  Task<Outcome> run_admitted(std::shared_ptr<LoadedPlugin> plugin,
                             std::shared_ptr<const Call> call);
  template <class Work>
  Task<void> help(Work work, Deadline until);
  Task<void> look_again(Deadline until);

  db::Database& database_;
  std::atomic<std::int64_t> heeded_{0};  // version of the switches taken over last
  std::atomic<int> looks_{0};            // of the registry's again, that wait or run
  const std::shared_ptr<Doorway> doorway_;
  std::shared_ptr<HostServices> services_;
  Pool endings_;  // of plugins: a deinit may take its time, and holds up no other one's
  Pool pool_;
  Instances instances_;
  Registry registry_;
  boost::asio::thread_pool scanner_{1};  // a plugin that hangs while it starts keeps this one alone
  boost::asio::thread_pool judge_{1};    // of large results
};

}  // namespace lendport::connectors

// A hub's worth of connectors for one test: folders, a store, an outbound client, a lender.
#pragma once

#include "connectors/loaded_connectors.hpp"
#include "connectors/plugin_files.hpp"
#include "core/time.hpp"
#include "db/migrations.hpp"
#include "db/open.hpp"
#include "net/scripted_server.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <future>

namespace lendport::connectors {

// Ids in the order they were asked for.
class CountedIds final : public IdSource {
 public:
  std::string next_uuid() override;

 private:
  std::atomic<std::uint64_t> count_ = 0;
};

class World {
 public:
  explicit World(std::deque<support::Answer> script = {});

  ~World();

  void install(const std::string& name, const std::filesystem::path& file);

  // Call it once the plugins are installed and the settings are as wanted.
  LoadedConnectors& start();

  LoadedConnectors& start_puppet();

  // A call of the puppet that does `page`.
  Call puppet(const std::string& page) const;

  std::future<Outcome> begin(Call call);
  Outcome call(Call call) { return begin(std::move(call)).get(); }
  Outcome play(const std::string& page) { return call(puppet(page)); }

  std::vector<JournalEntry> journal(const std::string& subject = "app_1");

  support::TempDir dir;
  SystemClock clock;
  CountedIds ids;
  support::ScriptedServer lender;
  boost::asio::thread_pool io{2};
  std::unique_ptr<db::Database> database;
  Settings settings;
  std::unique_ptr<net::HttpClient> client;
  std::unique_ptr<LoadedConnectors> connectors;
};

}  // namespace lendport::connectors

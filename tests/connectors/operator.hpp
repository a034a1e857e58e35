// What an operator does and sees: switches, scans, the list; and a puppet kept in a function.
#pragma once

#include "connectors/world.hpp"

#include <cstdlib>
#include <thread>

namespace lendport::connectors {

inline Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

// "folder:state:code" of every plugin.
inline std::string listed(const std::vector<PluginView>& views) {
  std::string all;
  for (const PluginView& view : views) {
    all += (all.empty() ? "" : ", ") + view.folder + ":" + std::string(to_string(view.state));
    if (!view.refusal.code.empty()) all += ":" + view.refusal.code;
  }
  return all;
}

inline std::string rescanned(World& world) {
  return listed(boost::asio::co_spawn(boost::asio::make_strand(world.io),
                                      world.connectors->rescan(), boost::asio::use_future)
                    .get());
}

inline void turn(World& world, const std::string& plugin, bool stopped) {
  world.database->write_now([&](db::Transaction& tx) {
    Switch wanted = switch_of(tx, plugin);
    wanted.stopped = stopped;
    wanted.changed_by = "user_1";
    ++wanted.version;
    store(tx, wanted);
  });
}

// Whether the hub took the switches over in time.
inline bool heed(World& world, Deadline until) {
  auto over =
      boost::asio::co_spawn(boost::asio::make_strand(world.io),
                            world.connectors->heed_switches(until), boost::asio::use_future);
  return over.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
}

// What is listed, at the latest when it is `wanted`, with the hub's upkeep going on meanwhile and
// nobody giving an order.
inline std::string becomes(World& world, const std::string& wanted) {
  const Deadline until = soon();
  while (listed(world.connectors->plugins()) != wanted &&
         std::chrono::steady_clock::now() < until && heed(world, Deadline::min())) {
  }
  return listed(world.connectors->plugins());
}

// The plugin is switched in the store, and the hub takes it over.
inline std::string switched(World& world, bool stopped,
                            const std::string& plugin = "com.example.puppet") {
  turn(world, plugin, stopped);
  heed(world, soon());
  return listed(world.connectors->plugins());
}

// Keeps the puppet in one of its functions until it is let go. Made before the world, whose end it
// does not keep.
class Kept {
 public:
  explicit Kept(const char* variable) : variable_(variable) {
    setenv(variable_, gate_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() { unsetenv(variable_); }  // NOLINT(concurrency-mt-unsafe)

  void let_go() { write_file(gate_, ""); }

  // The number of the thread that is or was kept; waits for it. 0: it did not come in time.
  int thread() const {
    std::string said;
    while (!said.ends_with('\n') && std::chrono::steady_clock::now() < until_) {
      said = bytes_of_file(gate_ + ".thread");
      std::this_thread::yield();
    }
    return std::atoi(said.c_str());
  }

 private:
  support::TempDir dir_;
  const char* variable_;
  const std::string gate_ = dir_ / "gate";
  const Deadline until_ = soon();
};

}  // namespace lendport::connectors

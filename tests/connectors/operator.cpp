#include "connectors/operator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <thread>

namespace lendport::connectors {

Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

std::string listed(const std::vector<PluginView>& views) {
  std::string all;
  for (const PluginView& view : views) {
    all += (all.empty() ? "" : ", ") + view.folder + ":" + std::string(to_string(view.state));
    if (!view.refusal.code.empty()) all += ":" + view.refusal.code;
  }
  return all;
}

std::string rescanned(World& world) {
  return listed(boost::asio::co_spawn(boost::asio::make_strand(world.io),
                                      world.connectors->rescan(), boost::asio::use_future)
                    .get());
}

void turn(World& world, const std::string& plugin, bool stopped) {
  world.database->write_now([&](db::Transaction& tx) {
    Switch wanted = switch_of(tx, plugin);
    wanted.stopped = stopped;
    wanted.changed_by = "user_1";
    ++wanted.version;
    store(tx, wanted);
  });
}

bool heed(World& world, Deadline until) {
  auto over =
      boost::asio::co_spawn(boost::asio::make_strand(world.io),
                            world.connectors->heed_switches(until), boost::asio::use_future);
  return over.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
}

std::string becomes(World& world, const std::string& wanted) {
  const Deadline until = soon();
  while (listed(world.connectors->plugins()) != wanted &&
         std::chrono::steady_clock::now() < until && heed(world, Deadline::min())) {
  }
  return listed(world.connectors->plugins());
}

std::string switched(World& world, bool stopped, const std::string& plugin) {
  turn(world, plugin, stopped);
  heed(world, soon());
  return listed(world.connectors->plugins());
}

Kept::Kept(const char* variable) : variable_(variable) {
  setenv(variable_, gate_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

int Kept::thread() const {
  std::string said;
  while (!said.ends_with('\n') && std::chrono::steady_clock::now() < until_) {
    said = bytes_of_file(gate_ + ".thread");
    std::this_thread::yield();
  }
  return std::atoi(said.c_str());
}

}  // namespace lendport::connectors

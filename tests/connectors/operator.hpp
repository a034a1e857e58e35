// What an operator does and sees: switches, scans, the list; and a puppet kept in a function.
#pragma once

#include "connectors/world.hpp"

#include <string>
#include <vector>

namespace lendport::connectors {

Deadline soon();

// "folder:state:code" of every plugin.
std::string listed(const std::vector<PluginView>& views);

std::string rescanned(World& world);

void turn(World& world, const std::string& plugin, bool stopped);

// Whether the hub took the switches over in time.
bool heed(World& world, Deadline until);

// What is listed, at the latest when it is `wanted`, with the hub's upkeep going on meanwhile and
// nobody giving an order.
std::string becomes(World& world, const std::string& wanted);

// The plugin is switched in the store, and the hub takes it over.
std::string switched(World& world, bool stopped, const std::string& plugin = "com.example.puppet");

// Keeps the puppet in one of its functions until it is let go. Made before the world, whose end it
// does not keep.
class Kept {
 public:
  explicit Kept(const char* variable);
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() { unsetenv(variable_); }  // NOLINT(concurrency-mt-unsafe)

  void let_go() { write_file(gate_, ""); }

  // The number of the thread that is or was kept; waits for it. 0: it did not come in time.
  int thread() const;

 private:
  support::TempDir dir_;
  const char* variable_;
  const std::string gate_ = dir_ / "gate";
  const Deadline until_ = soon();
};

}  // namespace lendport::connectors

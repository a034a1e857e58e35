// What an operator may set about connectors.
#pragma once

#include "connectors/pool.hpp"
#include "net/egress.hpp"

#include <chrono>
#include <map>
#include <string>

namespace lendport::connectors {

struct Settings {
  std::string plugin_folder;  // holds <name>/connector.so
  std::string store_folder;   // where loaded files are kept: <data>/plugins; the hub's own
  // "host:port" of a manifest to a port of this machine, in sandbox environments alone.
  std::map<std::string, net::Detour, std::less<>> sandboxes;
  PoolSettings pool;
  int circuit_failures = 5;  // one after the other, until the circuit opens
  std::chrono::milliseconds circuit_open_for{30'000};
};

}  // namespace lendport::connectors

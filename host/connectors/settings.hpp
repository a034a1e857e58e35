// What an operator may set about connectors.
#pragma once

#include "connectors/doorway.hpp"
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
  DoorwaySettings doorway;
};

}  // namespace lendport::connectors

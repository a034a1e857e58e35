// Routes for those who run the hub: /healthz /readyz /metrics /version.
#pragma once

#include "core/task.hpp"
#include "http/route.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lendport::http {

// One thing the hub needs to work: the store, the migrations, a plugin.
struct Check {
  std::string name;
  bool ready = false;
  std::string detail;  // a sentence for an operator; no secrets, anybody may read it
};

// What the composition root knows.
struct SystemPorts {
  std::function<Task<std::vector<Check>>()> checks;  // for /readyz; answers within a second
  std::function<Task<std::string>()> metrics;        // Prometheus' text; within a second
  std::string version;                               // "0.1.0"
  std::string commit;                                // empty: unknown
};

// Public. /healthz says that the process answers; /readyz is 503 as long as a check is not ready.
Routes system_routes(SystemPorts ports);

}  // namespace lendport::http

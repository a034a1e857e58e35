// What happens to applications later.
#pragma once

#include "applications/applications.hpp"
#include "jobs/worker.hpp"

#include <chrono>

namespace lendport {

// Before a job that found its connector stopped, or not ready, looks again.
inline constexpr std::chrono::seconds kConnectorPause{15};

// Before the worker's first step; `applications` outlives it.
void add_applications_jobs(jobs::Worker& worker, Applications& applications);

}  // namespace lendport

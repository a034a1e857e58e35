// What happens to applications later.
#pragma once

#include "applications/applications.hpp"
#include "jobs/worker.hpp"

namespace lendport {

// Before the worker's first step; `applications` outlives it.
void add_applications_jobs(jobs::Worker& worker, const Applications& applications);

}  // namespace lendport

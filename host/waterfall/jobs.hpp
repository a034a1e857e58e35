// What a waterfall does later.
#pragma once

#include "jobs/worker.hpp"
#include "waterfall/waterfall.hpp"

namespace lendport {

// Before the worker's first step; `waterfall` outlives it.
void add_waterfall_jobs(jobs::Worker& worker, Waterfall& waterfall);

}  // namespace lendport

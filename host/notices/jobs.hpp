// What notices do later.
#pragma once

#include "jobs/worker.hpp"
#include "notices/notices.hpp"

namespace lendport {

// Before the worker's first step; `notices` outlives it.
void add_notices_jobs(jobs::Worker& worker, Notices& notices);

}  // namespace lendport

// The job of webhooks: one attempt of a delivery.
#pragma once

#include "jobs/worker.hpp"
#include "webhooks/webhooks.hpp"

namespace lendport {

// `webhooks` outlives the worker.
void add_webhook_jobs(jobs::Worker& worker, Webhooks& webhooks);

}  // namespace lendport

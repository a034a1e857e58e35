#include "webhooks/jobs.hpp"

namespace lendport {
namespace {

// A delivery ends by its own schedule. What a handler throws is trouble of ours, which passes.
constexpr int kNeverGivenUp = 1'000'000;
constexpr std::chrono::milliseconds kPauseMax{60'000};

}  // namespace

void add_webhook_jobs(jobs::Worker& worker, Webhooks& webhooks) {
  jobs::Kind kind;
  kind.run = [&webhooks](const jobs::Lease& lease, Deadline deadline) {
    return webhooks.deliver(lease, deadline);
  };
  kind.attempts_max = kNeverGivenUp;
  kind.pause_max = kPauseMax;
  worker.handle(std::string(webhooks::kDeliverJob), std::move(kind));
}

}  // namespace lendport

#include "waterfall/jobs.hpp"

namespace lendport {

// What cannot be prepared in its attempts is given up, and an event says so.
void add_waterfall_jobs(jobs::Worker& worker, Waterfall& waterfall) {
  jobs::Kind prepare;
  prepare.run = [&waterfall](const jobs::Lease& lease, Deadline deadline) {
    return waterfall.prepare(lease, deadline);
  };
  worker.handle(std::string(kWaterfallJob), std::move(prepare));
}

}  // namespace lendport

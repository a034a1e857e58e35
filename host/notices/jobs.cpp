#include "notices/jobs.hpp"

namespace lendport {
namespace {

// A clock is the law's, and a decision ends once: neither is given up because its work failed
// often.
constexpr int kNeverGivenUp = 1'000'000;

}  // namespace

void add_notices_jobs(jobs::Worker& worker, Notices& notices) {
  jobs::Kind clock;
  clock.run = [&notices](const jobs::Lease& lease, Deadline deadline) {
    return notices.run_clock(lease, deadline);
  };
  clock.attempts_max = kNeverGivenUp;
  worker.handle(std::string(kNoticeClockJob), std::move(clock));
  jobs::Kind expiry;
  expiry.run = [&notices](const jobs::Lease& lease, Deadline deadline) {
    return notices.warn_of_expiry(lease, deadline);
  };
  expiry.attempts_max = kNeverGivenUp;
  worker.handle(std::string(kExpiryJob), std::move(expiry));
}

}  // namespace lendport

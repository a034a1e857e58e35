#include "applications/jobs.hpp"

namespace lendport {
namespace {

// An application's job ends by the application's own rules (routing patience, the lender's word),
// never because it was tried often: giving it up would leave an application nobody works on.
constexpr int kNeverGivenUp = 1'000'000;
constexpr std::chrono::milliseconds kPauseMax{60'000};

jobs::Kind kind_of(std::function<Task<void>(const jobs::Lease&, Deadline)> run) {
  jobs::Kind kind;
  kind.run = std::move(run);
  kind.attempts_max = kNeverGivenUp;
  kind.pause_max = kPauseMax;
  return kind;
}

}  // namespace

void add_applications_jobs(jobs::Worker& worker, const Applications& applications) {
  const auto submit = [&applications](const jobs::Lease& lease, Deadline deadline) {
    return applications.submit_jobs().run(lease, deadline);
  };
  const auto reconcile = [&applications](const jobs::Lease& lease, Deadline deadline) {
    return applications.ask_jobs().reconcile(lease, deadline);
  };
  const auto follow = [&applications](const jobs::Lease& lease, Deadline deadline) {
    return applications.ask_jobs().follow(lease, deadline);
  };
  const auto hear = [&applications](const jobs::Lease& lease, Deadline deadline) {
    return applications.hear_jobs().run(lease, deadline);
  };
  const auto carry_documents = [&applications](const jobs::Lease& lease, Deadline deadline) {
    return applications.document_jobs().carry(lease, deadline);
  };
  const auto ask_documents = [&applications](const jobs::Lease& lease, Deadline deadline) {
    return applications.document_jobs().ask(lease, deadline);
  };
  worker.handle(std::string(kHearWebhookJob), kind_of(hear));
  worker.handle(std::string(kSendDocumentsJob), kind_of(carry_documents));
  worker.handle(std::string(kAskDocumentsJob), kind_of(ask_documents));
  worker.handle(std::string(kSubmitJob), kind_of(submit));
  worker.handle(std::string(kReconcileJob), kind_of(reconcile));
  worker.handle(std::string(kFollowJob), kind_of(follow));
}

}  // namespace lendport

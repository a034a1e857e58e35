#include "applications/lender_word.hpp"

#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/settings.hpp"
#include "applications/state.hpp"
#include "jobs/jobs.hpp"

#include <algorithm>

namespace lendport {
namespace {

// Whether that sentence is over as soon as the lender gives an answer that can be read.
bool ends_with_an_answer(const std::string& sentence) {
  return sentence == attention::kUnreadable || sentence == attention::kNoLongerKnown ||
         sentence == attention::kRefusesUs || sentence == attention::kSilent;
}

}  // namespace

Step LenderWords::take(db::Transaction& tx, Application& application,
                       const LenderState& said) const {
  const ApplicationState from = application.state;
  const Step step = take_lender_state(application, said, needs_.clock.now());
  if (step.allowed) {
    if (step.changed) {
      records_.record(tx, application, from, to_string(application.state), "lender");
    } else if (ends_with_an_answer(application.attention)) {
      const std::string left = attention_left(application, said);
      records_.note(tx, application, left, left.empty() ? "attention_ended" : "needs_attention",
                    "hub");
    }
    take_opening(tx, application, said);
    return step;
  }
  const Sentence odd =
      is_about_another(application, said)
          ? lendport::said(row_of(attention::kSentences, "another_of_its_own"),
                           {{"id", said.lender_application_id}})
          : lendport::said(row_of(attention::kSentences, "does_not_follow"),
                           {{"status", said.lender_status}, {"state", to_string(from)}});
  records_.note(tx, application, odd.en, "refused_step", "lender");
  return step;
}

void LenderWords::take_opening(db::Transaction& tx, Application& application,
                               const LenderState& said) const {
  auto& documents = application.documents;
  if (!said.documents_opened_at || !documents || documents->opened_at) return;
  documents->opened_at = std::min(*said.documents_opened_at, needs_.clock.now());
  records_.record(tx, application, application.state, "documents_opened", "lender");
}

void LenderWords::settle(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                         const LenderState& said) const {
  take(tx, application, said);
  jobs::complete(tx, lease);
  if (is_followed(application.state) && !application.handed_over()) {
    records_.enqueue(tx, application, kFollowJob, turns_.first_wait(application));
  }
}

}  // namespace lendport

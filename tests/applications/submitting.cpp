#include "applications/submitting.hpp"

namespace lendport::applications {

Answer Submitting::ending(OutcomeKind kind) {
  if (kind == OutcomeKind::done) return done(state_json("approved", "APPROVED"));
  return ends(kind);
}

void Submitting::reset(const Application& application, State state) {
  execute(
      "UPDATE applications SET state = $1, attempts = 0, settled_attempts = 0, attention = '', "
      "lender_application_id = '', lender_status = '', decision = NULL, failure_code = NULL "
      "WHERE id = $2",
      {to_string(state), application.id});
  execute("DELETE FROM lender_calls");
  only_job(kSubmitJob, application);
}

std::string Submitting::jobs_left() {
  std::set<std::string> kinds;
  for (std::string_view kind : {kSubmitJob, kReconcileJob, kFollowJob}) {
    if (due(kind)) kinds.insert(std::string(kind.substr(kind.find('.') + 1)));
  }
  std::string text;
  for (const std::string& kind : kinds) text += (text.empty() ? "" : " ") + kind;
  return text;
}

}  // namespace lendport::applications

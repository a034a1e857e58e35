#include "applications/loan_documents.hpp"

#include "applications/step.hpp"
#include "applications/texts.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace texts = applications_texts;

// What the lender still waits for, before it lets the applicant sign.
std::size_t open_points(const Application& application) {
  if (!application.decision) return 0;
  const auto& stipulations = application.decision->stipulations;
  const auto open = static_cast<std::size_t>(
      std::count_if(stipulations.begin(), stipulations.end(),
                    [](const Stipulation& stipulation) { return !stipulation.fulfilled; }));
  const bool binds = application.state == ApplicationState::conditional;
  return open + (binds ? application.decision->conditions.size() : 0);
}

bool is_asked_for(const Application& application) {
  return application.documents && application.documents->state != DocumentsState::failed;
}

}  // namespace

bool is_approved(ApplicationState state) {
  return state == ApplicationState::approved || state == ApplicationState::conditional;
}

bool could_be_signed(const Application& application) {
  return is_approved(application.state) && open_points(application) == 0 &&
         !application.lender_application_id.empty();
}

void ask_for(Application& application, const UserId& by, Time now) {
  LoanDocuments documents;
  // The key is the same for good, so what the journal says of earlier attempts is kept.
  if (application.documents) documents.attempts = application.documents->attempts;
  documents.settled_attempts = documents.attempts;
  documents.requested_by = by;
  documents.requested_at = documents.since = documents.changed_at = now;
  application.documents = documents;
  application.updated_at = now;
}

std::optional<Sentence> why_no_documents(const Application& application, Time now) {
  if (application.handed_over()) {
    return said(row_of(texts::kReasons, "ask_it_for_documents"));
  }
  if (!is_approved(application.state)) {
    return said(row_of(texts::kReasons, "not_approved"),
                {{"state", texts::word("state", to_string(application.state))}});
  }
  if (const auto open = open_points(application); open > 0) {
    return said(row_of(texts::kReasons, "points_open"), {{"count", std::to_string(open)}});
  }
  const auto ends = expires_at(application);
  if (ends && *ends <= now) {
    return said(row_of(texts::kReasons, "approval_expired"));
  }
  if (is_asked_for(application)) {
    return said(row_of(texts::kReasons, "documents_asked"),
                {{"documents", texts::word("documents", to_string(application.documents->state))}});
  }
  // Where its answer was lost and a person recorded its word, the hub still looks for it.
  if (application.lender_application_id.empty()) {
    return said(row_of(texts::kReasons, "lender_id_unknown"));
  }
  return std::nullopt;
}

}  // namespace lendport

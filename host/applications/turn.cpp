#include "applications/turn.hpp"

#include "applications/texts.hpp"
#include "connectors/manifest.hpp"
#include "connectors/switches.hpp"
#include "jobs/jobs.hpp"

#include <algorithm>

namespace lendport {
namespace {

std::string job_key(std::string_view kind, const Application& application) {
  return std::string(kind) + "/" + application.id.value;
}

// The job that carries the application on; empty where a person or the lender is next.
std::string_view job_of(const Application& application) {
  switch (application.state) {
    case ApplicationState::confirmed:
    case ApplicationState::submitting: return kSubmitJob;
    case ApplicationState::unknown: return kReconcileJob;
    default: return {};
  }
}

const Wording* row_of_wait(std::string_view code) {
  for (const Wording& row : applications_texts::kWaits) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

// Why the job waits: as it says, if the hub has words for that.
WaitsFor told(const Application& application, const jobs::Waiting& waiting) {
  if (const Wording* row = row_of_wait(waiting.reason)) {
    return {waiting.reason, said(*row), waiting.due};
  }
  if (application.state == ApplicationState::unknown) {
    return {"answer.lost", said(row_of(applications_texts::kWaits, "answer.lost")), waiting.due};
  }
  return {waiting.reason, said(row_of(applications_texts::kWaits, "other")), waiting.due};
}

}  // namespace

connectors::Admission LenderTurns::turn_of(const Application& application) const {
  const ConnectionId at =
      application.connection ? *application.connection : ConnectionId{application.org.value};
  return needs_.connectors.admit(application.plugin_id, at);
}

Time LenderTurns::give_up_at(db::Snapshot& at, const Application& application) const {
  const Time switched = connectors::switch_of(at, application.plugin_id).changed_at;
  return std::max(application.routing_since.value(), switched) + settings_.routing_patience;
}

std::optional<WaitsFor> LenderTurns::waits_for(db::Snapshot& at,
                                               const Application& application) const {
  const std::string_view kind = job_of(application);
  if (kind.empty()) return std::nullopt;
  const auto waiting = jobs::waiting(at, job_key(kind, application));
  if (!waiting) return std::nullopt;
  const bool is_first = waiting->reason.empty() && application.state != ApplicationState::unknown;
  return is_first ? std::nullopt : std::optional(told(application, *waiting));
}

connectors::Call LenderTurns::call_of(db::Transaction& tx, const Application& application) const {
  connectors::Call call;
  if (application.connection) {
    call = needs_.connections.call_for(tx, *application.connection);
  } else {
    // A hand-over has no connection: the org stands for it, so that orgs share nothing.
    call.plugin = application.plugin_id;
    call.org = application.org;
    call.connection = ConnectionId{application.org.value};
    call.environment = application.environment;
  }
  call.idempotency_key = application.lender_key;
  call.attempt = application.attempts;
  call.request_id = application.asked_by.request_id;
  call.traceparent = application.asked_by.traceparent;
  call.rep_id = application.owner.value;
  call.subject = application.id.value;
  call.subject_org = application.org;
  call.seal = submissions_.sealer_of(tx, application);
  return call;
}

int LenderTurns::decision_days(const Application& application) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  constexpr int kUsual = 60;
  return manifest ? static_cast<int>(manifest->decision_days) : kUsual;
}

std::chrono::milliseconds LenderTurns::first_wait(const Application& application) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  const std::chrono::seconds wished{manifest ? manifest->poll_s : 0};
  return std::clamp<std::chrono::milliseconds>(
      wished, settings_.follow_first, std::max(settings_.follow_first, settings_.follow_longest));
}

std::chrono::milliseconds LenderTurns::longest_wait_for_lost() const {
  return std::min<std::chrono::milliseconds>(kAskLostLongest, settings_.follow_longest);
}

}  // namespace lendport

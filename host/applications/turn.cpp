// When an application's job may call the lender, and what it waits for meanwhile.
#include "applications/applications.hpp"
#include "applications/sending.hpp"
#include "connectors/switches.hpp"
#include "events/events.hpp"

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

// Whether it was told since the application was confirmed, or began anew, that its lender is down.
bool was_told(db::Snapshot& at, const Application& application) {
  const auto latest = events::latest_of(
      at, application.org, {"application", application.id.value},
      {std::string(kWaitingEvent), "application.confirmed", "application.not_found"});
  return latest && latest->type == kWaitingEvent;
}

Sentence sentence_of(std::string_view code) {
  for (const Wording& row : applications_texts::kWaits) {
    if (row.code == code) return said(row);
  }
  return said(row_of(applications_texts::kWaits, "other"));
}

}  // namespace

connectors::Admission Applications::turn_of(const Application& application) const {
  const ConnectionId at =
      application.connection ? *application.connection : ConnectionId{application.org.value};
  return needs_.connectors.admit(application.plugin_id, at);
}

Time Applications::give_up_at(db::Snapshot& at, const Application& application) const {
  const Time switched = connectors::switch_of(at, application.plugin_id).changed_at;
  return std::max(application.routing_since.value(), switched) + settings_.routing_patience;
}

void Applications::put_off_submit(db::Transaction& tx, const jobs::Lease& lease,
                                  Application& application,
                                  const connectors::Admission& turn) const {
  const Time now = needs_.clock.now();
  Time again = now + turn.retry_after;
  if (turn.code == connectors::kDownCode) {
    const Time last = give_up_at(tx, application);
    if (now > last) {
      fail(tx, lease, application, failure_of(row_of(applications_texts::kFailures, "deadline")));
      return;
    }
    again = std::min(again, last + std::chrono::milliseconds{1});
    if (!was_told(tx, application)) {
      append_event(tx, application, application.state, "waiting", "hub");
    }
  }
  jobs::retry_at(tx, lease, {again, now}, turn.code, false);
}

void Applications::put_off_question(db::Transaction& tx, const jobs::Lease& lease,
                                    Application& application,
                                    const connectors::Admission& turn) const {
  const Time now = needs_.clock.now();
  Time again = now + turn.retry_after;
  if (turn.code == connectors::kDownCode) {
    if (application.state == ApplicationState::unknown) {
      note_silence(tx, application);
    } else {
      note_no_answer(tx, application, false);
      again = std::max(again, after_pause(application));
    }
  }
  jobs::retry_at(tx, lease, {again, now}, turn.code, false);
}

std::optional<WaitsFor> Applications::waits_for(db::Snapshot& at,
                                                const Application& application) const {
  const std::string_view kind = job_of(application);
  if (kind.empty()) return std::nullopt;
  auto waiting = jobs::waiting(at, job_key(kind, application));
  if (!waiting || waiting->reason.empty()) return std::nullopt;
  return WaitsFor{waiting->reason, sentence_of(waiting->reason), waiting->due};
}

}  // namespace lendport

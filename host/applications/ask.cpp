#include "applications/ask.hpp"

#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "connectors/switches.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using connectors::Outcome;
using connectors::ReconcileMode;

constexpr std::string_view kStatus = "application.status/1";
constexpr std::chrono::minutes kFollowedPause{1};

// Whether the lender's own id of it is not known: its answer was lost, although a person may have
// recorded what the lender says.
bool has_to_be_found(const Application& application) {
  return application.state == ApplicationState::unknown ||
         application.lender_application_id.empty();
}

}  // namespace

bool AskJobs::can_be_asked(db::Snapshot& at, const Application& application,
                           const connectors::Manifest* manifest) const {
  if (application.handed_over() || !submissions_.find(at, application)) return false;
  const auto connection = needs_.connections.find_by_id(at, *application.connection);
  if (!connection || !connection->followable()) return false;
  if (manifest == nullptr) return true;
  if (!manifest->has(kStatus)) return false;
  if (!has_to_be_found(application)) return true;
  switch (manifest->reconcile) {
    case ReconcileMode::by_key:
    case ReconcileMode::by_search: return true;
    case ReconcileMode::none: return false;
  }
  return false;
}

void AskJobs::ask_about_notice(db::Transaction& tx, const Application& application) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (!is_worth_asking(application) || !can_be_asked(tx, application, manifest.get())) return;
  records_.enqueue(tx, application, kFollowJob);
}

std::optional<LenderAttempt> AskJobs::prepare(db::Transaction& tx, const jobs::Lease& lease,
                                              bool about_unknown) const {
  auto found = store::find_for_update(tx, lease.org, read_job(lease.payload));
  const bool wanted = found && (about_unknown ? found->state == ApplicationState::unknown
                                              : is_worth_asking(*found));
  if (!wanted) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (submissions_.is_forgotten(tx, *found)) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  const Time now = needs_.clock.now();
  const auto manifest = needs_.connectors.manifest(found->plugin_id);
  if (!can_be_asked(tx, *found, manifest.get())) {
    if (about_unknown) {
      records_.note(tx, *found, attention::kCannotBeAsked, "needs_attention", "hub");
    } else if (!found->handed_over() && (!manifest || manifest->has(kStatus))) {
      records_.note(tx, *found, attention::kConnectionRemoved, "needs_attention", "hub");
    }
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  if (!manifest || connectors::is_stopped(tx, found->plugin_id)) {
    if (about_unknown) {
      note_silence(tx, *found);
    } else {
      note_no_answer(tx, *found, false);
    }
    jobs::retry_at(tx, lease, {after_pause(*found), now}, "connector.not_ready", false);
    return std::nullopt;
  }
  // The clock was set back since: the window begins anew.
  if (about_unknown && found->sent_at > now) {
    found->sent_at = now;
    store::update(tx, *found);
    ++found->version;
  }
  const connectors::Admission turn = turns_.turn_of(*found);
  if (!turn.place) {
    put_off(tx, lease, *found, turn);
    return std::nullopt;
  }
  LenderAttempt attempt{*found, turns_.call_of(tx, *found), {}, {}, {}, manifest,
                        now,    needs_.clock.even_for()};
  attempt.call.place = turn.place;
  attempt.call.operation = kStatus;
  attempt.call.request = has_to_be_found(*found) && manifest->reconcile == ReconcileMode::by_search
                             ? write_search_request(*found, submissions_.open(tx, *found))
                             : write_status_request(*found);
  return attempt;
}

bool AskJobs::is_past_window(const LenderAttempt& attempt, Time left_at) {
  const std::chrono::seconds window{attempt.manifest->reconcile_window_s};
  return attempt.begun_at >= left_at + window && attempt.even_for >= window;
}

Task<Outcome> AskJobs::ask(LenderAttempt& attempt, Deadline deadline) const {
  connectors::Call call = attempt.call;
  call.deadline = std::min(deadline, std::chrono::steady_clock::now() + kStatusTimeout);
  co_return co_await needs_.connectors.call(std::move(call));
}

Task<void> AskJobs::reconcile(const jobs::Lease& lease, Deadline deadline) const {
  const auto begin = [&](db::Transaction& tx) { return prepare(tx, lease, true); };
  std::optional<LenderAttempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  const Outcome outcome = co_await ask(*attempt, deadline);
  const auto settle = [&](db::Transaction& tx) { settle_reconcile(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

Task<void> AskJobs::follow(const jobs::Lease& lease, Deadline deadline) const {
  const auto begin = [&](db::Transaction& tx) { return prepare(tx, lease, false); };
  std::optional<LenderAttempt> attempt = co_await needs_.db.write(begin, deadline);
  if (!attempt) co_return;
  const Outcome outcome = co_await ask(*attempt, deadline);
  const auto settle = [&](db::Transaction& tx) { settle_follow(tx, lease, *attempt, outcome); };
  co_await needs_.db.write(settle, Deadline::max());
}

// A better reason to call the lender stays.
void AskJobs::note_silence(db::Transaction& tx, Application& application) const {
  const auto silent_for = needs_.clock.now() - application.sent_at.value();
  if (silent_for < kCallLenderAfter || attention::is_called_for(application.attention)) return;
  records_.note(tx, application, attention::kKeepsFailing, "needs_attention", "hub");
}

void AskJobs::note_no_answer(db::Transaction& tx, Application& application, bool refuses_us) const {
  const Time now = needs_.clock.now();
  if (!application.silent_since) {
    application.silent_since = now;
    store::keep_silence(tx, application);
  }
  if (attention::is_called_for(application.attention)) return;
  if (refuses_us) {
    records_.note(tx, application, attention::kRefusesUs, "needs_attention", "hub");
  } else if (now - *application.silent_since >= kCallFollowedAfter) {
    records_.note(tx, application, attention::kSilent, "needs_attention", "hub");
  }
}

Time AskJobs::after_pause(const Application& application) const {
  const Time now = needs_.clock.now();
  if (application.state == ApplicationState::unknown) {
    return now + std::max<std::chrono::milliseconds>(
                     connectors::kConnectorPause,
                     wait_before_asking(application.updated_at, now, kAskLostFirst,
                                        turns_.longest_wait_for_lost()));
  }
  return now + std::max<std::chrono::milliseconds>(
                   kFollowedPause,
                   wait_before_asking(application.updated_at, now, turns_.first_wait(application),
                                      settings_.follow_longest));
}

void AskJobs::put_off(db::Transaction& tx, const jobs::Lease& lease, Application& application,
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

}  // namespace lendport

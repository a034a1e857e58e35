#include "applications/record.hpp"

#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/loan_documents.hpp"
#include "applications/settings.hpp"
#include "applications/step.hpp"
#include "applications/store.hpp"
#include "applications/texts.hpp"
#include "connectors/manifest.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "jobs/jobs.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;

// An application follows its case.
bool seen_by(db::Snapshot& at, const Principal& caller,
             const std::optional<Application>& application) {
  if (!application || application->environment != caller.environment) return false;
  const auto owner = cases::owner_of(at, application->org, application->case_id);
  return cases::may_see(caller, owner.value_or(UserId{}));
}

void require_visible(db::Snapshot& at, const Principal& caller,
                     const std::optional<Application>& application) {
  if (!seen_by(at, caller, application)) http::throw_not_found();
}

cases::Hold hold_of(const Application& application) {
  return {application.org, application.case_id, "application", application.id.value};
}

connections::Hold hold_of(const Application& application, const ConnectionId& connection) {
  return {application.org, connection, "application", application.id.value};
}

}  // namespace

Application ApplicationRecords::visible(db::Snapshot& at, const http::Request& request,
                                        const OrgId& org, const ApplicationId& id) const {
  auto application = store::find(at, org, id);
  require_visible(at, request.principal, application);
  return *std::move(application);
}

Application ApplicationRecords::visible_for_update(db::Transaction& tx,
                                                   const http::Request& request, const OrgId& org,
                                                   const ApplicationId& id) const {
  auto application = store::find_for_update(tx, org, id);
  require_visible(tx, request.principal, application);
  return *std::move(application);
}

bool ApplicationRecords::may_see(db::Snapshot& at, const Principal& caller, const OrgId& org,
                                 const ApplicationId& id) const {
  return seen_by(at, caller, store::find(at, org, id));
}

std::optional<Application> ApplicationRecords::find(db::Snapshot& at, const OrgId& org,
                                                    const ApplicationId& id) const {
  return store::find(at, org, id);
}

std::optional<Application> ApplicationRecords::find_for_update(db::Transaction& tx,
                                                               const OrgId& org,
                                                               const ApplicationId& id) const {
  return store::find_for_update(tx, org, id);
}

void ApplicationRecords::insert(db::Transaction& tx, const Application& application,
                                std::int64_t case_version, std::string_view submission) const {
  const Time now = needs_.clock.now();
  // Before anything is sealed: the key of a person who was just taken from the case is destroyed.
  if (cases::hold(tx, hold_of(application), now) != case_version) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "case_changed")));
  }
  if (application.connection) {
    connections::hold(tx, hold_of(application, *application.connection), now);
  }
  store::insert(tx, application, submissions_.seal(tx, application, submission));
  checks_.keep_mark(tx, application, checks_.mark_of(tx, application.org, submission));
}

void ApplicationRecords::record(db::Transaction& tx, Application& application,
                                ApplicationState from, std::string_view type,
                                const std::string& actor) const {
  const bool may_be_signed_now = brings_documents(tx, application);
  store::update(tx, application);
  ++application.version;
  if (is_final(application.state)) release_holds(tx, application);
  append_event(tx, application, from, type, actor);
  mails_.tell_applicant(tx, application, from);
  mails_.send_link(tx, application);
  if (may_be_signed_now) ask_by_itself(tx, application);
}

void ApplicationRecords::release_holds(db::Transaction& tx, const Application& application) const {
  cases::release(tx, hold_of(application));
  if (application.connection) {
    connections::release(tx, hold_of(application, *application.connection));
  }
}

bool ApplicationRecords::brings_documents(db::Snapshot& at, const Application& application) {
  if (application.documents || application.handed_over()) return false;
  if (!could_be_signed(application)) return false;
  const auto before = store::find(at, application.org, application.id);
  return before && !could_be_signed(*before);
}

void ApplicationRecords::ask_by_itself(db::Transaction& tx, Application& application) const {
  const Time now = needs_.clock.now();
  const auto ends = expires_at(application);
  if (ends && *ends <= now) return;
  const auto connection = needs_.connections.find_by_id(tx, *application.connection);
  if (!connection || !connection->documents.at_approval || !connection->followable()) return;
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  // The job waits for a connector that does not run just now.
  if (manifest && !manifest->has(kSendDocuments)) return;
  ask_for(application, UserId{}, now);
  record(tx, application, application.state, "documents_requested", "hub");
  enqueue(tx, application, kSendDocumentsJob);
}

void ApplicationRecords::append_event(db::Transaction& tx, const Application& application,
                                      ApplicationState from, std::string_view type,
                                      const std::string& actor) const {
  events::append(tx, {needs_.ids.next<EventId>(),
                      application.org,
                      {"application", application.id.value},
                      "application." + std::string(type),
                      write_transition(from, application),
                      actor,
                      needs_.clock.now()});
}

void ApplicationRecords::audit(db::Transaction& tx, const http::Request& request,
                               const Application& application, std::optional<ApplicationState> from,
                               std::string_view action) const {
  events::audit(tx, {application.org,
                     request.principal.user.value,
                     "application." + std::string(action),
                     {"application", application.id.value},
                     from ? std::optional(write_state(*from)) : std::nullopt,
                     write_state(application.state),
                     request.id,
                     needs_.clock.now()});
}

Error ApplicationRecords::refuse_step(db::Transaction& tx, const http::Request& request,
                                      const Application& application, std::string_view step,
                                      Sentence why) const {
  const events::Subject subject{"application", application.id.value};
  const std::string type = "application.refused_step";
  const std::string& actor = request.principal.user.value;
  const std::string payload = write_refused_step(application, step, why.en);
  const Time now = needs_.clock.now();
  const auto before = events::since(tx, application.org, subject, type, now - kRefusedStepToldAgain,
                                    events::kListMax);
  const auto of_this_hour = std::count_if(
      before.begin(), before.end(),
      [&](const events::Event& event) { return event.at >= now - std::chrono::hours{1}; });
  const bool is_told = std::any_of(before.begin(), before.end(), [&](const events::Event& event) {
    return event.actor == actor && event.payload == payload;
  });
  if (!is_told && of_this_hour < kRefusedStepsPerHour) {
    events::append(
        tx, {needs_.ids.next<EventId>(), application.org, subject, type, payload, actor, now});
  }
  return {ErrorCode::conflict, std::move(why)};
}

void ApplicationRecords::note(db::Transaction& tx, Application& application,
                              const std::string& attention, std::string_view type,
                              const std::string& actor) const {
  if (application.attention == attention) return;
  application.attention = attention;
  record(tx, application, application.state, type, actor);
}

void ApplicationRecords::keep_notice(db::Transaction& tx, Application& application,
                                     const char* attention, std::string_view type,
                                     const std::string& actor) const {
  const bool is_open = application.notice->is_open();
  // What keeps the lender from being asked matters more, and is gone first.
  const bool is_free =
      application.attention.empty() || attention::is_about_notice(application.attention);
  if (is_open && *attention != '\0' && is_free) application.attention = attention;
  if (!is_open && attention::is_about_notice(application.attention)) application.attention.clear();
  record(tx, application, application.state, type, actor);
}

void ApplicationRecords::keep_next(db::Transaction& tx, Application& application,
                                   NextApplication next) const {
  application.onward.next = std::move(next);
  record(tx, application, application.state, "next_prepared", "hub");
}

void ApplicationRecords::take_next_back(db::Transaction& tx, Application& application,
                                        Application& next) const {
  const ApplicationState from = next.state;
  if (!take_event(next, ApplicationEvent::withdraw, needs_.clock.now()).allowed) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "no_draft_any_more")));
  }
  record(tx, next, from, "withdrawn", "hub");
  if (!application.onward.next || application.onward.next->application != next.id) return;
  application.onward.next.reset();
  record(tx, application, application.state, "next_withdrawn", "hub");
}

void ApplicationRecords::enqueue(db::Transaction& tx, const Application& application,
                                 std::string_view kind, std::chrono::milliseconds in) const {
  const Time now = needs_.clock.now();
  jobs::enqueue(
      tx,
      {needs_.ids.next<JobId>(), std::string(kind), application.org, write_job(application.id),
       now + in, std::string(kind) + "/" + application.id.value},
      now);
}

http::Response ApplicationRecords::answer(db::Transaction& tx, const http::Request& request,
                                          unsigned status, const Application& application) const {
  http::Response response = application_answer(status, application, request.language);
  if (request.keep) request.keep(tx, response, {});
  return response;
}

}  // namespace lendport

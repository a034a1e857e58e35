// What a change of an application leaves in its transaction, beside the change itself.
#include "applications/applications.hpp"
#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;

crypto::Field request_field(const Application& application) {
  return {"applications", application.id.value, "sealed_request"};
}

cases::Hold hold_of(const Application& application) {
  return {application.org, application.case_id, "application", application.id.value};
}

connections::Hold hold_of(const Application& application, const ConnectionId& connection) {
  return {application.org, connection, "application", application.id.value};
}

}  // namespace

Blob Applications::seal_submission(db::Transaction& tx, const Application& application,
                                   std::string_view submission) const {
  return needs_.sealing.seal(tx, application.org, application.borrower.value,
                             request_field(application), submission, needs_.clock.now());
}

std::optional<std::string> Applications::submission_of(db::Snapshot& at,
                                                       const Application& application) const {
  const auto sealed = store::sealed_request(at, application.org, application.id);
  const auto opened =
      needs_.sealing.unseal(at, application.org, request_field(application), sealed.value());
  if (!opened) return std::nullopt;
  return opened->expose();
}

connectors::Seal Applications::sealer_of(db::Transaction& tx,
                                         const Application& application) const {
  auto seal =
      needs_.sealing.sealer(tx, application.org, application.borrower.value, needs_.clock.now());
  return [seal = std::move(seal)](const CallId& call, std::string_view column,
                                  std::string_view plain) {
    return seal({"lender_calls", call.value, column}, plain);
  };
}

void Applications::insert(db::Transaction& tx, const Application& application,
                          std::int64_t case_version, std::string_view submission) const {
  const Time now = needs_.clock.now();
  // Before anything is sealed: the key of a person who was just taken from the case is destroyed.
  if (cases::hold(tx, hold_of(application), now) != case_version) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "case_changed")));
  }
  if (application.connection) {
    connections::hold(tx, hold_of(application, *application.connection), now);
  }
  store::insert(tx, application, seal_submission(tx, application, submission));
  keep_borrower_mark(tx, application, borrower_mark(tx, application.org, submission));
}

void Applications::record(db::Transaction& tx, Application& application, ApplicationState from,
                          std::string_view type, const std::string& actor) const {
  const bool may_be_signed_now = brings_documents(tx, application);
  store::update(tx, application);
  ++application.version;
  if (is_final(application.state)) release_holds(tx, application);
  append_event(tx, application, from, type, actor);
  tell_applicant(tx, application, from);
  send_link(tx, application);
  if (may_be_signed_now) ask_by_itself(tx, application);
}

void Applications::release_holds(db::Transaction& tx, const Application& application) const {
  cases::release(tx, hold_of(application));
  if (application.connection) {
    connections::release(tx, hold_of(application, *application.connection));
  }
}

void Applications::append_event(db::Transaction& tx, const Application& application,
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

void Applications::audit(db::Transaction& tx, const http::Request& request,
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

Error Applications::refuse_step(db::Transaction& tx, const http::Request& request,
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

void Applications::note(db::Transaction& tx, Application& application, const std::string& attention,
                        std::string_view type, const std::string& actor) const {
  if (application.attention == attention) return;
  application.attention = attention;
  record(tx, application, application.state, type, actor);
}

void Applications::keep_notice(db::Transaction& tx, Application& application, const char* attention,
                               std::string_view type, const std::string& actor) const {
  const bool is_open = application.notice->is_open();
  // What keeps the lender from being asked matters more, and is gone first.
  const bool is_free =
      application.attention.empty() || attention::is_about_notice(application.attention);
  if (is_open && *attention != '\0' && is_free) application.attention = attention;
  if (!is_open && attention::is_about_notice(application.attention)) application.attention.clear();
  record(tx, application, application.state, type, actor);
}

void Applications::keep_next(db::Transaction& tx, Application& application,
                             NextApplication next) const {
  application.onward.next = std::move(next);
  record(tx, application, application.state, "next_prepared", "hub");
}

void Applications::take_next_back(db::Transaction& tx, Application& application,
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

void Applications::ask_about_notice(db::Transaction& tx, const Application& application) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (!is_worth_asking(application) || !can_be_asked(tx, application, manifest.get())) return;
  enqueue(tx, application, kFollowJob);
}

std::optional<Application> Applications::find(db::Snapshot& at, const OrgId& org,
                                              const ApplicationId& id) const {
  return store::find(at, org, id);
}

std::optional<Application> Applications::find_for_update(db::Transaction& tx, const OrgId& org,
                                                         const ApplicationId& id) const {
  return store::find_for_update(tx, org, id);
}

std::optional<Confirmation> Applications::borrower_of(db::Snapshot& at,
                                                      const Application& application) const {
  const auto submission = submission_of(at, application);
  if (!submission) return std::nullopt;
  return read_borrower(*submission);
}

void Applications::enqueue(db::Transaction& tx, const Application& application,
                           std::string_view kind, std::chrono::milliseconds in) const {
  const Time now = needs_.clock.now();
  jobs::enqueue(
      tx,
      {needs_.ids.next<JobId>(), std::string(kind), application.org, write_job(application.id),
       now + in, std::string(kind) + "/" + application.id.value},
      now);
}

http::Response Applications::answer(db::Transaction& tx, const http::Request& request,
                                    unsigned status, const Application& application) const {
  http::Response response = application_answer(status, application, request.language);
  if (request.keep) request.keep(tx, response, {});
  return response;
}

}  // namespace lendport

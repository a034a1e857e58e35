// The story of an application as people tell it: what is missing, make, confirm, decide, look.
#include "applications/applications.hpp"

#include "applications/json_connector.hpp"
#include "applications/requirements.hpp"
#include "applications/rules.hpp"
#include "applications/store.hpp"
#include "cases/cases.hpp"
#include "catalog/catalog.hpp"
#include "connectors/journal.hpp"
#include "db/idempotency.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "http/stored_answer.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;

crypto::Field request_field(const Application& application) {
  return {"applications", application.id.value, "sealed_request"};
}

bool works_in(const Principal& caller, const Application& application) {
  return !application.environment || *application.environment == caller.environment;
}

cases::Hold hold_of(const Application& application) {
  return {application.org, application.case_id, "application", application.id.value};
}

void require_in_force(const Quote& quote, const Case& the_case,
                      const std::optional<Connection>& connection) {
  if (quote.status != QuoteStatus::active || quote.case_generation != the_case.generation) {
    throw Error(ErrorCode::conflict, "this quote was replaced by a later one: apply for that one");
  }
  if (the_case.status != CaseStatus::active) {
    throw Error(ErrorCode::conflict, "the case is not active: resume it before applying");
  }
  if (connection && !connection->usable()) {
    throw Error(ErrorCode::conflict,
                "the connection to this lender takes no new applications: " +
                    (connection->status_reason.empty() ? std::string(to_string(connection->status))
                                                       : connection->status_reason));
  }
}

void require_checks_left(const connectors::Manifest* manifest, int checks) {
  const auto limit = manifest == nullptr ? std::nullopt : check_limit(*manifest->document);
  if (!limit || checks < limit->count) return;
  throw Error(ErrorCode::conflict, "this lender allows " + std::to_string(limit->count) +
                                       " credit checks in " + std::to_string(limit->days) +
                                       " days and " + std::to_string(checks) +
                                       " were made: wait until the oldest is past");
}

void remember(db::Transaction& tx, const http::Request& request, const OrgId& org,
              const http::Response& response, Time now) {
  if (request.idempotency_key.empty()) return;
  db::remember(tx, {org, request.route, request.idempotency_key}, request.fingerprint,
               {static_cast<int>(response.status), http::stored_headers(response), {response.body}},
               now);
}

}  // namespace

Applications::Ground Applications::ground_of(db::Snapshot& at, const Principal& caller,
                                             const OrgId& org, const QuoteId& id) const {
  auto quote = needs_.quotes.find(at, org, id, caller);
  if (!quote) http::throw_not_found();
  auto the_case = needs_.cases.find(at, org, quote->case_id, caller);
  if (!the_case) http::throw_not_found();
  Ground ground{*std::move(quote), *std::move(the_case), {}, {}, 0};
  std::string plugin(kHandOverPlugin);
  if (ground.quote.connection) {
    ground.connection =
        needs_.connections.find(at, org, ground.quote.environment, *ground.quote.connection);
    if (!ground.connection) http::throw_not_found();
    plugin = ground.connection->plugin_id;
  }
  ground.manifest = needs_.connectors.manifest(plugin);
  std::chrono::hours window = settings_.checks_window;
  if (const auto limit = ground.manifest ? check_limit(*ground.manifest->document) : std::nullopt) {
    window = std::chrono::days{limit->days};
  }
  ground.credit_checks =
      store::checks_since(at, org, ground.the_case.id, needs_.clock.now() - window);
  return ground;
}

Application Applications::visible(db::Snapshot& at, const http::Request& request, const OrgId& org,
                                  const ApplicationId& id) const {
  auto application = store::find(at, org, id);
  if (!application || !works_in(request.principal, *application) ||
      !cases::may_see(request.principal, application->owner)) {
    http::throw_not_found();
  }
  return *std::move(application);
}

std::string Applications::open_submission(db::Snapshot& at, const Application& application) const {
  const auto sealed = store::sealed_request(at, application.org, application.id);
  const auto opened =
      needs_.sealing.unseal(at, application.org, request_field(application), sealed.value());
  if (!opened) {
    throw Error(ErrorCode::conflict, "the applicant's data was erased: nothing can be sent");
  }
  return opened->expose();
}

connectors::Seal Applications::sealer_of(db::Transaction& tx,
                                         const Application& application) const {
  return needs_.sealing.sealer(tx, application.org, application.borrower.value, "lender_calls",
                               application.id.value, needs_.clock.now());
}

Application Applications::draft_of(const Ground& ground, const NewApplication& wanted) const {
  Application application;
  application.id = needs_.ids.next<ApplicationId>();
  application.org = ground.quote.org;
  application.case_id = ground.the_case.id;
  application.case_generation = ground.the_case.generation;
  application.borrower = ground.the_case.applicants.front().id;
  application.quote = ground.quote.id;
  application.product = ground.quote.product;
  application.product_version = ground.quote.product_version;
  application.connection = ground.quote.connection;
  application.plugin_id =
      ground.connection ? ground.connection->plugin_id : std::string(kHandOverPlugin);
  application.lender = ground.quote.lender;
  if (ground.connection) application.environment = ground.connection->environment;
  application.lender_key = "lk_" + needs_.ids.next_uuid();
  application.owner = ground.the_case.owner;
  application.financed_amount = ground.quote.financed_amount();
  application.amount_sent_to_lender = ground.quote.amount_sent_to_lender();
  application.term_months = ground.quote.term_months;
  application.apr = ground.quote.apr_stated;
  application.consent = wanted.consent;
  application.created_at = application.updated_at = needs_.clock.now();
  return application;
}

int Applications::decision_days(const Application& application) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  constexpr int kUsual = 60;
  return manifest ? static_cast<int>(manifest->decision_days) : kUsual;
}

void Applications::record(db::Transaction& tx, Application& application, ApplicationState from,
                          std::string_view type, const std::string& actor) const {
  store::update(tx, application);
  ++application.version;
  if (is_final(application.state)) cases::release(tx, hold_of(application));
  events::append(tx, {needs_.ids.next<EventId>(),
                      application.org,
                      {"application", application.id.value},
                      "application." + std::string(type),
                      write_transition(from, application),
                      actor,
                      needs_.clock.now()});
}

void Applications::record_refused(db::Transaction& tx, Application& application,
                                  const LenderState& said) const {
  const std::string attention = "the lender says \"" + said.lender_status +
                                "\", which does not follow from " +
                                std::string(to_string(application.state)) + ": ask the lender";
  if (application.attention == attention) return;
  application.attention = attention;
  record(tx, application, application.state, "refused_step", "lender");
}

void Applications::audit(db::Transaction& tx, const http::Request& request,
                         const Application& application, ApplicationState from,
                         std::string_view action) const {
  events::audit(tx, {application.org,
                     request.principal.user.value,
                     "application." + std::string(action),
                     {"application", application.id.value},
                     write_state(from),
                     write_state(application.state),
                     request.id,
                     needs_.clock.now()});
}

void Applications::enqueue(db::Transaction& tx, const Application& application,
                           std::string_view kind, Time when) const {
  jobs::enqueue(tx,
                {needs_.ids.next<JobId>(), std::string(kind), application.org,
                 write_job(application.id), when, std::string(kind) + "/" + application.id.value},
                needs_.clock.now());
}

Task<Requirements> Applications::requirements(const http::Request& request, OrgId org,
                                              QuoteId quote) {
  const auto work = [&](db::Snapshot& at) {
    const Ground ground = ground_of(at, request.principal, org, quote);
    return Requirements{
        missing_for(ground.the_case, ground.quote, ground.manifest.get(), request.language),
        ground.credit_checks, ground.quote.lender};
  };
  co_return co_await needs_.db.read(work, request.deadline);
}

Task<Application> Applications::create(const http::Request& request, OrgId org,
                                       NewApplication wanted) {
  const auto work = [&](db::Transaction& tx) {
    const Ground ground = ground_of(tx, request.principal, org, wanted.quote);
    require_in_force(ground.quote, ground.the_case, ground.connection);
    auto missing =
        missing_for(ground.the_case, ground.quote, ground.manifest.get(), request.language);
    if (!missing.empty()) {
      throw Error(std::move(missing), "the case is not complete for this lender");
    }
    Application application = draft_of(ground, wanted);
    const std::string submission = write_submission(application, ground.the_case, ground.quote);
    store::insert(tx, application,
                  needs_.sealing.seal(tx, org, application.borrower.value,
                                      request_field(application), submission, needs_.clock.now()));
    cases::hold(tx, hold_of(application), needs_.clock.now());
    events::append(tx, {needs_.ids.next<EventId>(),
                        org,
                        {"application", application.id.value},
                        "application.created",
                        write_transition(application.state, application),
                        request.principal.user.value,
                        needs_.clock.now()});
    audit(tx, request, application, application.state, "create");
    return application;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<http::Response> Applications::confirm(const http::Request& request, OrgId org,
                                           ApplicationId id, Confirmation seen) {
  const auto work = [&](db::Transaction& tx) {
    visible(tx, request, org, id);
    Application application = store::find_for_update(tx, org, id).value();
    const Ground ground = ground_of(tx, request.principal, org, application.quote);
    const ApplicationState from = application.state;
    if (!take_event(application, ApplicationEvent::confirm, needs_.clock.now()).allowed) {
      throw Error(ErrorCode::conflict, "an application that is " + std::string(to_string(from)) +
                                           " cannot be confirmed");
    }
    require_in_force(ground.quote, ground.the_case, ground.connection);
    require_checks_left(ground.manifest.get(), ground.credit_checks);
    const Confirmation stored = read_borrower(open_submission(tx, application));
    auto wrong = differences(seen, stored);
    const Applicant& borrower = ground.the_case.applicants.front();
    const auto disagreements =
        differences(stored, agreement_of(ground.the_case), borrower.first_name, borrower.last_name);
    wrong.insert(wrong.end(), disagreements.begin(), disagreements.end());
    if (!wrong.empty()) {
      throw Error(std::move(wrong), "what was confirmed is not what would be sent");
    }
    record(tx, application, from, "confirmed", request.principal.user.value);
    enqueue(tx, application, kSubmitJob, needs_.clock.now());
    audit(tx, request, application, from, "confirm");
    http::Response response = application_answer(202, application);
    remember(tx, request, org, response, needs_.clock.now());
    return response;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<Application> Applications::withdraw(const http::Request& request, OrgId org,
                                         ApplicationId id) {
  const auto work = [&](db::Transaction& tx) {
    visible(tx, request, org, id);
    Application application = store::find_for_update(tx, org, id).value();
    const ApplicationState from = application.state;
    if (!take_event(application, ApplicationEvent::withdraw, needs_.clock.now()).allowed) {
      throw Error(ErrorCode::conflict, "an application that is " + std::string(to_string(from)) +
                                           " cannot be taken back here: ask the lender");
    }
    record(tx, application, from, "withdrawn", request.principal.user.value);
    audit(tx, request, application, from, "withdraw");
    return application;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<http::Response> Applications::decide(const http::Request& request, OrgId org, ApplicationId id,
                                          ManualDecision decision) {
  const auto work = [&](db::Transaction& tx) {
    visible(tx, request, org, id);
    Application application = store::find_for_update(tx, org, id).value();
    if (!application.handed_over()) {
      throw Error(ErrorCode::conflict,
                  "this lender answers by itself: its decision cannot be "
                  "recorded by hand");
    }
    const ApplicationState from = application.state;
    const LenderState said{application.lender_application_id, decision.status, decision.status,
                           decision.decision, ""};
    if (!is_followed(from) ||
        !take_lender_state(application, said, decision_days(application), needs_.clock.now())
             .allowed) {
      throw Error(ErrorCode::conflict, "an application that is " + std::string(to_string(from)) +
                                           " cannot become " + decision.status);
    }
    record(tx, application, from, to_string(application.state), request.principal.user.value);
    audit(tx, request, application, from, "decide");
    http::Response response = application_answer(200, application);
    remember(tx, request, org, response, needs_.clock.now());
    return response;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<Application> Applications::get(const http::Request& request, OrgId org, ApplicationId id) {
  const auto work = [&](db::Snapshot& at) { return visible(at, request, org, id); };
  co_return co_await needs_.db.read(work, request.deadline);
}

Task<Confirmation> Applications::borrower(const http::Request& request, OrgId org,
                                          ApplicationId id) {
  const auto work = [&](db::Snapshot& at) {
    return read_borrower(open_submission(at, visible(at, request, org, id)));
  };
  co_return co_await needs_.db.read(work, request.deadline);
}

Task<std::vector<Application>> Applications::list(const http::Request& request, OrgId org,
                                                  ListQuery query) {
  store::Filter filter{query.case_id, query.state, {}, request.principal.environment,
                       query.after,   query.limit};
  if (visibility_of(request.principal.role) == Visibility::own) {
    filter.owner = request.principal.user;
  }
  const auto work = [&](db::Snapshot& at) { return store::list(at, org, filter); };
  co_return co_await needs_.db.read(work, request.deadline);
}

Task<std::vector<TimelineEntry>> Applications::timeline(const http::Request& request, OrgId org,
                                                        ApplicationId id) {
  const auto work = [&](db::Snapshot& at) {
    visible(at, request, org, id);
    std::vector<TimelineEntry> entries;
    for (const events::Event& event :
         events::list(at, org, {"application", id.value}, 0, kTimelineMax)) {
      entries.push_back({event.at, "event", event.type, event.actor, event.payload});
    }
    for (const connectors::JournalEntry& call : connectors::calls_of(at, id.value)) {
      entries.push_back(
          {call.started_at, "lender_call", call.operation, "hub", write_lender_call(call)});
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    return entries;
  };
  co_return co_await needs_.db.read(work, request.deadline);
}

}  // namespace lendport

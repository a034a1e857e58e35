// The story of an application as people tell it: what is missing, make, take back, decide, look.
// How it is confirmed: confirm.cpp.
#include "applications/applications.hpp"

#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/requirements.hpp"
#include "applications/rules.hpp"
#include "applications/store.hpp"
#include "catalog/catalog.hpp"
#include "db/refusal.hpp"

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

}  // namespace

Applications::Ground Applications::ground_of(db::Snapshot& at, const Principal& caller,
                                             const OrgId& org, const QuoteId& id,
                                             People people) const {
  // As Quotes::find judges it, with the case opened once: both of its keys are unwrapped each time.
  auto quote = needs_.quotes.find(at, org, id);
  if (!quote || quote->environment != caller.environment) http::throw_not_found();
  auto the_case = people == People::opened
                      ? needs_.cases.find(at, org, quote->case_id, caller)
                      : needs_.cases.find_without_people(at, org, quote->case_id, caller);
  if (!the_case || the_case->generation != quote->case_generation) http::throw_not_found();
  Ground ground{*std::move(quote), *std::move(the_case), {}, {}, std::string(kHandOverPlugin)};
  if (ground.quote.connection) {
    ground.connection =
        needs_.connections.find(at, org, ground.quote.environment, *ground.quote.connection);
    if (!ground.connection) http::throw_not_found();
    ground.plugin_id = ground.connection->plugin_id;
  }
  ground.manifest = needs_.connectors.manifest(ground.plugin_id);
  return ground;
}

void Applications::require_in_force(const Ground& ground) {
  const Case& the_case = ground.the_case;
  if (ground.quote.status != QuoteStatus::active ||
      ground.quote.case_generation != the_case.generation) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "quote_replaced")));
  }
  if (the_case.status != CaseStatus::active) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "case_not_active")));
  }
  if (ground.connection && !ground.connection->usable()) {
    throw Error(ErrorCode::conflict,
                said(row_of(texts::kRefusals, "takes_none"),
                     {{"why", connections::why_not_usable(*ground.connection)}}));
  }
}

// Of two that are confirmed side by side one sees the other.
void Applications::require_first(db::Transaction& tx, const Ground& ground,
                                 const std::optional<ApplicationId>& id, bool again) const {
  if (again) return;
  tx.lock("applications.product/" + ground.the_case.id.value + "/" + ground.quote.product.value);
  const auto earlier =
      store::earlier_application(tx, {ground.the_case.org, ground.the_case.id, ground.quote.product,
                                      ground.quote.environment, id});
  if (!earlier) return;
  throw Error(ErrorCode::conflict,
              said(row_of(texts::kRefusals, "applied_already"),
                   {{"application", earlier->id.value},
                    {"state", texts::word("state", to_string(earlier->state))}}));
}

Application Applications::visible(db::Snapshot& at, const http::Request& request, const OrgId& org,
                                  const ApplicationId& id) const {
  auto application = store::find(at, org, id);
  require_visible(at, request.principal, application);
  return *std::move(application);
}

Application Applications::visible_for_update(db::Transaction& tx, const http::Request& request,
                                             const OrgId& org, const ApplicationId& id) const {
  auto application = store::find_for_update(tx, org, id);
  require_visible(tx, request.principal, application);
  return *std::move(application);
}

std::string Applications::open_submission(db::Snapshot& at, const Application& application) const {
  auto submission = submission_of(at, application);
  if (!submission) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "erased")));
  }
  return *std::move(submission);
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
  application.plugin_id = ground.plugin_id;
  application.lender = ground.quote.lender;
  application.environment = ground.quote.environment;
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

std::chrono::milliseconds Applications::first_wait(const Application& application) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  const std::chrono::seconds wished{manifest ? manifest->poll_s : 0};
  return std::clamp<std::chrono::milliseconds>(
      wished, settings_.follow_first, std::max(settings_.follow_first, settings_.follow_longest));
}

std::chrono::milliseconds Applications::longest_wait_for_lost() const {
  return std::min<std::chrono::milliseconds>(kAskLostLongest, settings_.follow_longest);
}

Task<Requirements> Applications::requirements(const http::Request& request, OrgId org,
                                              QuoteId quote) {
  const auto work = [&](db::Snapshot& at) {
    const Ground ground = ground_of(at, request.principal, org, quote, People::opened);
    Requirements found;
    found.missing =
        missing_for(ground.the_case, ground.quote, ground.manifest.get(), request.language);
    const Customer customer =
        customer_of(at, ground, write_submission({}, ground.the_case, ground.quote));
    found.credit_checks = checks_of(at, ground, customer, settings_.checks_window, {});
    found.lender = ground.quote.lender;
    found.earlier = store::earlier_application(
        at, {org, ground.the_case.id, ground.quote.product, ground.quote.environment, {}});
    found.limit = limit_of(at, ground, customer);
    found.warning = warning_about_checks(found, request.language);
    return found;
  };
  co_return co_await needs_.db.read(work, request.deadline);
}

// The catalogue has the last word on whether a product is still offered; it is asked outside the
// transaction, from memory.
Task<void> Applications::require_quotable(const http::Request& request, const OrgId& org,
                                          const QuoteId& id) {
  const auto look = [&](db::Snapshot& at) {
    return needs_.quotes.find(at, org, id, request.principal);
  };
  const std::optional<Quote> quote = co_await needs_.db.read(look, request.deadline);
  if (!quote) http::throw_not_found();
  const auto reason = co_await needs_.catalog.why_not_quotable(org, quote->environment,
                                                               quote->product, request.deadline);
  if (!reason) co_return;
  const auto product = co_await needs_.catalog.find(org, quote->environment, quote->product,
                                                    std::nullopt, request.deadline);
  const auto why = [&](std::string_view language) {
    return product ? describe(*reason, *product, language) : describe(*reason, language);
  };
  throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "not_quotable"),
                                        {{"why", Sentence{why("en"), why("fr")}}}));
}

Task<http::Response> Applications::create(const http::Request& request, OrgId org,
                                          NewApplication wanted) {
  co_await require_quotable(request, org, wanted.quote);
  const auto work = [&](db::Transaction& tx) {
    const Ground ground = ground_of(tx, request.principal, org, wanted.quote, People::opened);
    require_in_force(ground);
    require_first(tx, ground, std::nullopt, wanted.again);
    auto missing =
        missing_for(ground.the_case, ground.quote, ground.manifest.get(), request.language);
    const Application application = draft_of(ground, wanted);
    if (!wanted.consent.text_version.empty()) {
      auto wrong = unapproved_language(wanted.consent.language, approved_locales(tx, application),
                                       request.language);
      if (wrong)
        throw Error({*std::move(wrong)}, said(row_of(texts::kRefusals, "consent_language")));
    }
    if (!missing.empty()) {
      throw Error(std::move(missing), said(row_of(texts::kRefusals, "case_incomplete")));
    }
    insert(tx, application, ground.the_case.version,
           write_submission(application, ground.the_case, ground.quote));
    append_event(tx, application, application.state, "created", request.principal.user.value);
    audit(tx, request, application, std::nullopt, "create");
    return answer(tx, request, 201, application);
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

bool Applications::are_about_the_same_people(db::Snapshot& at, const Application& one,
                                             const Application& other) const {
  const auto ours = submission_of(at, one);
  const auto theirs = submission_of(at, other);
  return ours && theirs && same_applicants(*ours, *theirs);
}

Task<http::Response> Applications::withdraw(const http::Request& request, OrgId org,
                                            ApplicationId id) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Application application = visible_for_update(tx, request, org, id);
    const ApplicationState from = application.state;
    if (!take_event(application, ApplicationEvent::withdraw, needs_.clock.now()).allowed) {
      return refuse_step(tx, request, application, "withdraw",
                         said(row_of(texts::kReasons, "not_withdrawable"),
                              {{"state", texts::word("state", to_string(from))}}));
    }
    record(tx, application, from, "withdrawn", request.principal.user.value);
    audit(tx, request, application, from, "withdraw");
    return answer(tx, request, 200, application);
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

Task<http::Response> Applications::decide(const http::Request& request, OrgId org, ApplicationId id,
                                          ManualDecision decision) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Application application = visible_for_update(tx, request, org, id);
    const ApplicationState from = application.state;
    const auto manifest = needs_.connectors.manifest(application.plugin_id);
    // Where the lender's own answers were of no use, a person who called it knows better.
    const bool is_open = from == ApplicationState::unknown || is_followed(from);
    const bool is_stuck = is_open && attention::is_called_for(application.attention);
    const bool answers = can_be_asked(tx, application, manifest.get());
    if (answers && !is_stuck) {
      return refuse_step(tx, request, application, "decide",
                         lendport::said(row_of(texts::kReasons, "lender_answers")));
    }
    LenderState said{application.lender_application_id,
                     decision.status,
                     decision.status,
                     decision.decision,
                     "",
                     {}};
    // A notice of adverse action names the creditor.
    if (said.decision && said.decision->creditor.empty()) {
      said.decision->creditor = application.lender;
    }
    if (!is_open || !take_lender_state(application, said, needs_.clock.now()).allowed) {
      return refuse_step(tx, request, application, "decide",
                         lendport::said(row_of(texts::kReasons, "cannot_become"),
                                        {{"state", texts::word("state", to_string(from))},
                                         {"state_after", texts::word("state", decision.status)}}));
    }
    record(tx, application, from, to_string(application.state), request.principal.user.value);
    if (answers && is_followed(application.state)) {
      enqueue(tx, application, kFollowJob, first_wait(application));
    }
    audit(tx, request, application, from, "decide");
    return answer(tx, request, 200, application);
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

Task<Application> Applications::get(const http::Request& request, OrgId org, ApplicationId id) {
  const auto work = [&](db::Snapshot& at) {
    Application application = visible(at, request, org, id);
    application.waits_for = waits_for(at, application);
    return application;
  };
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
    filter.case_owner = request.principal.user;
  }
  const auto work = [&](db::Snapshot& at) { return store::list(at, org, filter); };
  co_return co_await needs_.db.read(work, request.deadline);
}

bool Applications::may_see(db::Snapshot& at, const Principal& caller, const OrgId& org,
                           const ApplicationId& id) const {
  return seen_by(at, caller, store::find(at, org, id));
}

}  // namespace lendport

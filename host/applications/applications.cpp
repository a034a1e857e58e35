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

}  // namespace

// Of two that are confirmed side by side one sees the other.
void Applications::require_first(db::Transaction& tx, const ApplicationGround& ground,
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

Application Applications::draft_of(const ApplicationGround& ground,
                                   const NewApplication& wanted) const {
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

Task<Requirements> Applications::requirements(const http::Request& request, OrgId org,
                                              QuoteId quote) {
  const auto work = [&](db::Snapshot& at) {
    const ApplicationGround ground =
        ground_of(needs_, at, request.principal, org, quote, CasePeople::opened);
    Requirements found;
    found.missing =
        missing_for(ground.the_case, ground.quote, ground.manifest.get(), request.language);
    const CheckedCustomer customer =
        checks_.customer_of(at, ground, write_submission({}, ground.the_case, ground.quote));
    found.credit_checks = checks_.made(at, ground, customer, settings_.checks_window, {});
    found.lender = ground.quote.lender;
    found.earlier = store::earlier_application(
        at, {org, ground.the_case.id, ground.quote.product, ground.quote.environment, {}});
    found.limit = checks_.limit_of(at, ground, customer);
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
    const ApplicationGround ground =
        ground_of(needs_, tx, request.principal, org, wanted.quote, CasePeople::opened);
    require_in_force(ground);
    require_first(tx, ground, std::nullopt, wanted.again);
    auto missing =
        missing_for(ground.the_case, ground.quote, ground.manifest.get(), request.language);
    const Application application = draft_of(ground, wanted);
    if (!wanted.consent.text_version.empty()) {
      auto wrong = unapproved_language(wanted.consent.language,
                                       mails_.approved_locales(tx, application), request.language);
      if (wrong)
        throw Error({*std::move(wrong)}, said(row_of(texts::kRefusals, "consent_language")));
    }
    if (!missing.empty()) {
      throw Error(std::move(missing), said(row_of(texts::kRefusals, "case_incomplete")));
    }
    records_.insert(tx, application, ground.the_case.version,
                    write_submission(application, ground.the_case, ground.quote));
    records_.append_event(tx, application, application.state, "created",
                          request.principal.user.value);
    records_.audit(tx, request, application, std::nullopt, "create");
    return records_.answer(tx, request, 201, application);
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<http::Response> Applications::withdraw(const http::Request& request, OrgId org,
                                            ApplicationId id) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Application application = records_.visible_for_update(tx, request, org, id);
    const ApplicationState from = application.state;
    if (!take_event(application, ApplicationEvent::withdraw, needs_.clock.now()).allowed) {
      return records_.refuse_step(tx, request, application, "withdraw",
                                  said(row_of(texts::kReasons, "not_withdrawable"),
                                       {{"state", texts::word("state", to_string(from))}}));
    }
    records_.record(tx, application, from, "withdrawn", request.principal.user.value);
    records_.audit(tx, request, application, from, "withdraw");
    return records_.answer(tx, request, 200, application);
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

Task<http::Response> Applications::decide(const http::Request& request, OrgId org, ApplicationId id,
                                          ManualDecision decision) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Application application = records_.visible_for_update(tx, request, org, id);
    const ApplicationState from = application.state;
    const auto manifest = needs_.connectors.manifest(application.plugin_id);
    // Where the lender's own answers were of no use, a person who called it knows better.
    const bool is_open = from == ApplicationState::unknown || is_followed(from);
    const bool is_stuck = is_open && attention::is_called_for(application.attention);
    const bool answers = ask_jobs_.can_be_asked(tx, application, manifest.get());
    if (answers && !is_stuck) {
      return records_.refuse_step(tx, request, application, "decide",
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
      return records_.refuse_step(
          tx, request, application, "decide",
          lendport::said(row_of(texts::kReasons, "cannot_become"),
                         {{"state", texts::word("state", to_string(from))},
                          {"state_after", texts::word("state", decision.status)}}));
    }
    records_.record(tx, application, from, to_string(application.state),
                    request.principal.user.value);
    if (answers && is_followed(application.state)) {
      records_.enqueue(tx, application, kFollowJob, turns_.first_wait(application));
    }
    records_.audit(tx, request, application, from, "decide");
    return records_.answer(tx, request, 200, application);
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

Task<Application> Applications::get(const http::Request& request, OrgId org, ApplicationId id) {
  const auto work = [&](db::Snapshot& at) {
    Application application = records_.visible(at, request, org, id);
    application.waits_for = turns_.waits_for(at, application);
    return application;
  };
  co_return co_await needs_.db.read(work, request.deadline);
}

Task<Confirmation> Applications::borrower(const http::Request& request, OrgId org,
                                          ApplicationId id) {
  const auto work = [&](db::Snapshot& at) {
    return read_borrower(submissions_.open(at, records_.visible(at, request, org, id)));
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

}  // namespace lendport

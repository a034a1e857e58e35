#include "waterfall/waterfall.hpp"

#include "core/text.hpp"
#include "events/audit.hpp"
#include "http/conditional.hpp"
#include "waterfall/json.hpp"
#include "waterfall/rules.hpp"
#include "waterfall/store.hpp"
#include "waterfall/texts.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = waterfall_store;
using State = ApplicationState;
using applications_texts::kReasons;
using waterfall_texts::kRefusals;

// A sentence as steps and events keep it: in English, which is known again where it is shown.
std::string as_kept(const Wording& row, const Parameters& with = {}) {
  return said(row, with).en;
}

std::string no_further_asked(const std::string& names) {
  return as_kept(row_of(kReasons, "no_further_asked"),
                 {{"hours", std::to_string(kAwayPatience.count())}, {"lenders", names}});
}

std::string waits_for(const std::string& names) {
  return as_kept(row_of(kReasons, "waits_for"), {{"lenders", names}});
}

std::string same_product(const ApplicationId& earlier) {
  return as_kept(row_of(kReasons, "same_product"), {{"application", earlier.value}});
}

// The lender will not take it: by its own word, or because it could not be sent.
bool came_to_nothing(State state) {
  return state == State::declined || state == State::failed;
}

// Confirmed, and not at the lender yet as far as anybody knows.
bool is_under_way(State state) {
  return state == State::confirmed || state == State::submitting;
}

std::vector<std::string> lenders_in(const std::vector<Quotable>& products) {
  std::vector<std::string> names;
  for (const Quotable& one : products) names.push_back(one.product->lender);
  return names;
}

}  // namespace

// --- The order -----------------------------------------------------------------------------------

Task<WaterfallOrder> Waterfall::order(const http::Request& request, OrgId org) {
  const auto look = [&](db::Snapshot& at) {
    return store::order(at, org, request.principal.environment);
  };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<WaterfallOrder> Waterfall::set_order(const http::Request& request, OrgId org,
                                          WaterfallOrder wanted) {
  const Environment environment = request.principal.environment;
  const auto products = co_await needs_.catalog.quotable(org, environment, request.deadline);
  const std::vector<std::string> known = lenders_in(products);
  std::vector<Violation> wrong;
  for (std::size_t i = 0; i < wanted.lenders.size(); ++i) {
    const std::string& name = wanted.lenders[i];
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string meant = nearest(name, known);
    const std::string pointer = "/lenders/" + std::to_string(i);
    wrong.push_back(meant.empty()
                        ? violation(pointer, "unknown_choice", row_of(kRefusals, "no_product"))
                        : violation(pointer, "unknown_choice",
                                    row_of(kRefusals, "no_product_meant"), {{"lender", meant}}));
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
  const auto work = [&](db::Transaction& tx) {
    const Time now = needs_.clock.now();
    const WaterfallOrder before = store::order(tx, org, environment);
    http::require_match(request, http::version_etag(before.version));
    WaterfallOrder kept = wanted;
    kept.version = before.version + 1;
    if (!store::keep(tx, org, environment, kept, before.version, request.principal.user, now)) {
      throw Error(ErrorCode::precondition_failed, said(row_of(kRefusals, "changed_since")));
    }
    events::record(tx,
                   {needs_.ids.next<EventId>(),
                    org,
                    {"org", org.value},
                    "org.waterfall_changed",
                    waterfall::write_order(kept.lenders, environment),
                    request.principal.user.value,
                    now},
                   waterfall::write_order(before.lenders, environment),
                   waterfall::write_order(kept.lenders, environment), request.id);
    return kept;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

// --- What begins it ------------------------------------------------------------------------------

bool Waterfall::is_outage(db::Snapshot& at, const events::Event& event,
                          const Application& application) const {
  if (!is_under_way(application.state)) return false;
  // What was put off says itself that the lender is down, before any process has told it.
  if (event.type == kWaitingEvent) return true;
  return application.connection && needs_.connections.is_down(at, *application.connection);
}

// What was prepared while nothing was known of it leaves no trace but its events, so that a decline
// begins anew. What a person took further is that person's.
void Waterfall::take_back(db::Transaction& tx, const events::Event& event) const {
  const auto step = store::find(tx, event.org, ApplicationId{event.subject.id});
  if (!step || step->state == WaterfallState::sent || step->state == WaterfallState::ended) return;
  // Locked in the order in which a confirmation by consent locks them.
  auto first = needs_.applications.records().find_for_update(tx, event.org, step->application);
  if (!first || !waterfall::is_at_the_lender(first->state)) return;
  auto next = step->next ? needs_.applications.records().find_for_update(tx, event.org, *step->next)
                         : std::optional<Application>();
  if (!next || next->state == State::draft) {
    if (next) needs_.applications.records().take_next_back(tx, *first, *next);
    store::erase(tx, *step);
    return;
  }
  WaterfallStep kept = *step;
  const bool was_withdrawn = next->state == State::cancelled;
  kept.state = was_withdrawn ? WaterfallState::ended : WaterfallState::sent;
  if (was_withdrawn) kept.reason = as_kept(row_of(kReasons, "next_withdrawn"));
  kept.updated_at = needs_.clock.now();
  store::update(tx, kept, step->state);
}

// An end without an offer, in an outage say, is none for what came after it.
void Waterfall::forget_end(db::Transaction& tx, const events::Event& event) {
  const auto step = store::find(tx, event.org, ApplicationId{event.subject.id});
  const bool is_over = step && step->state == WaterfallState::ended && !step->next;
  if (is_over && step->updated_at < event.at) store::erase(tx, *step);
}

bool Waterfall::is_heard_alone(const events::Event& event) {
  return waterfall::tells_that_it_is_there(event.type);
}

void Waterfall::hear(db::Transaction& tx, const events::Event& event) const {
  if (event.subject.kind != "application") return;
  if (is_heard_alone(event)) {
    take_back(tx, event);
    return;
  }
  const bool is_end = event.type == "application.declined" || event.type == "application.failed";
  const bool may_be_outage = event.type == "application.retrying" || event.type == kWaitingEvent;
  if (!is_end && !may_be_outage) return;
  const auto application =
      needs_.applications.records().find(tx, event.org, ApplicationId{event.subject.id});
  if (!application) return;
  const WaterfallOrder order = store::order(tx, event.org, application->environment);
  if (order.lenders.empty()) return;
  if (!came_to_nothing(application->state) && !is_outage(tx, event, *application)) return;
  if (waterfall::after(order.lenders, application->lender).empty()) return;
  if (is_end) forget_end(tx, event);
  WaterfallStep step;
  step.org = event.org;
  step.application = application->id;
  step.created_at = needs_.clock.now();
  store::insert(tx, step);
  // Also where it was prepared in an outage and may be sent now.
  jobs::enqueue(tx,
                {needs_.ids.next<JobId>(), std::string(kWaterfallJob), event.org,
                 waterfall::write_job(application->id), step.created_at,
                 std::string(kWaterfallJob) + "/" + application->id.value},
                step.created_at);
}

// --- The steps -----------------------------------------------------------------------------------

std::optional<Waterfall::Ground> Waterfall::ground_of(db::Snapshot& at, const OrgId& org,
                                                      const ApplicationId& id) const {
  const auto step = store::find(at, org, id);
  const auto application = needs_.applications.records().find(at, org, id);
  if (!step || !application || !cases::owner_of(at, org, application->case_id)) return std::nullopt;
  return Ground{*step, *application,
                waterfall::after(store::order(at, org, application->environment).lenders,
                                 application->lender)};
}

// The hub acts for the org: it sees its cases as a manager does, and its name stands in the record.
http::Request Waterfall::as_hub(const Ground& ground, Deadline deadline) const {
  http::Request request;
  request.id = "waterfall";
  request.traceparent = ground.application.asked_by.traceparent;
  request.language = "en";
  request.deadline = deadline;
  request.principal.org = ground.step.org;
  request.principal.user = UserId{"hub"};
  request.principal.role = Role::org_manager;
  request.principal.permissions = permissions_of(Role::org_manager);
  request.principal.environment = ground.application.environment;
  return request;
}

Task<void> Waterfall::prepare(const jobs::Lease& lease, Deadline deadline) {
  const ApplicationId id = waterfall::read_job(lease.payload);
  const auto look = [&](db::Snapshot& at) { return ground_of(at, lease.org, id); };
  while (true) {
    const std::optional<Ground> ground = co_await needs_.db.read(look, deadline);
    if (!ground) co_return;
    switch (ground->step.state) {
      case WaterfallState::wanted: {
        const bool goes_on = co_await price(*ground, lease, deadline);
        if (!goes_on) co_return;
        break;
      }
      case WaterfallState::quoted: co_await draft(*ground, lease, deadline); break;
      case WaterfallState::prepared:
        co_await name_next(*ground, deadline);
        co_await send_by_consent(*ground, lease, deadline);
        co_return;
      case WaterfallState::sent:
      case WaterfallState::ended: co_return;
    }
  }
}

Task<void> Waterfall::end(const Ground& ground, const jobs::Lease& lease, std::string reason,
                          std::vector<SkippedLender> away) {
  const auto work = [&](db::Transaction& tx) {
    jobs::require_held(tx, lease);
    WaterfallStep step = ground.step;
    step.state = WaterfallState::ended;
    step.reason = reason;
    step.skipped = away;
    step.updated_at = needs_.clock.now();
    store::update(tx, step, ground.step.state);
    events::append(tx, {needs_.ids.next<EventId>(),
                        step.org,
                        {"application", step.application.value},
                        "application.next_missing",
                        waterfall::write_missing(ground.application, reason, away),
                        "hub",
                        step.updated_at});
  };
  co_await needs_.db.write(work);
}

Task<bool> Waterfall::wait_for(const Ground& ground, const jobs::Lease& lease,
                               std::vector<SkippedLender> away) {
  const Time now = needs_.clock.now();
  const Time since = std::min(ground.step.waits_since.value_or(now), now);
  const Time until = since + kAwayPatience;
  const std::string names = waterfall::named(away);
  if (now >= until) {
    std::string nobody = no_further_asked(names);
    co_await end(ground, lease, std::move(nobody), std::move(away));
    co_return true;
  }
  const std::string waits = waits_for(names);
  const auto work = [&](db::Transaction& tx) {
    WaterfallStep step = ground.step;
    step.waits_since = since;
    step.skipped = away;
    step.updated_at = now;
    store::update(tx, step, WaterfallState::wanted);
    if (!ground.step.waits_since) {
      events::append(tx, {needs_.ids.next<EventId>(),
                          step.org,
                          {"application", step.application.value},
                          "application.next_waiting",
                          waterfall::write_missing(ground.application, waits, away),
                          "hub",
                          now});
    }
    jobs::retry_at(tx, lease, {std::min(now + kAwayPause, until), now}, waits, false);
  };
  co_await needs_.db.write(work);
  co_return false;
}

// The first lender may have it meanwhile: what comes of that begins anew.
Task<void> Waterfall::forget(const Ground& ground, const jobs::Lease& lease) {
  const auto work = [&](db::Transaction& tx) {
    jobs::require_held(tx, lease);
    store::erase(tx, ground.step);
  };
  co_await needs_.db.write(work);
}

Task<bool> Waterfall::price(const Ground& ground, const jobs::Lease& lease, Deadline deadline) {
  const http::Request request = as_hub(ground, deadline);
  const Application& application = ground.application;
  if (ground.step.waits_since && application.state == State::cancelled) {
    co_await end(ground, lease, as_kept(row_of(kReasons, "withdrawn_meanwhile")));
    co_return true;
  }
  if (application.state != State::cancelled && !is_under_way(application.state) &&
      !came_to_nothing(application.state)) {
    co_await forget(ground, lease);
    co_return true;
  }
  CompareRequest wanted;
  const Comparison comparison = co_await needs_.quotes.compare(
      request.principal, application.org, application.case_id, wanted, deadline);
  const PricedProduct* best = waterfall::best_of(comparison, ground.lenders);
  std::vector<SkippedLender> away =
      waterfall::away_of(comparison, ground.lenders, best == nullptr ? nullptr : &best->lender);
  if (best == nullptr && !away.empty()) {
    const bool goes_on = co_await wait_for(ground, lease, std::move(away));
    co_return goes_on;
  }
  if (best == nullptr) {
    co_await end(ground, lease, as_kept(row_of(kReasons, "no_further")));
    co_return true;
  }
  const auto keep = [&](db::Transaction& tx, const Quote& quote) {
    jobs::require_held(tx, lease);
    WaterfallStep step = ground.step;
    step.state = WaterfallState::quoted;
    step.lender = quote.lender;
    step.quote = quote.id;
    step.waits_since.reset();
    step.skipped = away;
    step.updated_at = needs_.clock.now();
    store::update(tx, step, WaterfallState::wanted);
  };
  QuoteRequest asked;
  asked.product = best->product;
  co_await needs_.quotes.create(request.principal, application.org, application.case_id, asked,
                                deadline, keep);
  co_return true;
}

Task<void> Waterfall::draft(const Ground& ground, const jobs::Lease& lease, Deadline deadline) {
  http::Request request = as_hub(ground, deadline);
  const QuoteId quote = ground.step.quote.value();
  const Requirements needed =
      co_await needs_.applications.requirements(request, ground.step.org, quote);
  if (!needed.missing.empty()) {
    std::string reason = waterfall::incomplete_for(ground.step.lender, needed.missing.front());
    co_await end(ground, lease, std::move(reason));
    co_return;
  }
  if (needed.earlier) {
    std::string reason = same_product(needed.earlier->id);
    co_await end(ground, lease, std::move(reason));
    co_return;
  }
  request.keep = [&](db::Transaction& tx, const http::Response& made,
                     const std::vector<std::string>&) {
    jobs::require_held(tx, lease);
    WaterfallStep step = ground.step;
    step.state = WaterfallState::prepared;
    step.next = waterfall::read_made(made);
    step.updated_at = needs_.clock.now();
    store::update(tx, step, WaterfallState::quoted);
  };
  NewApplication wanted;
  wanted.quote = quote;
  wanted.consent.language = ground.application.consent.language;
  co_await needs_.applications.create(request, ground.step.org, std::move(wanted));
}

Task<void> Waterfall::name_next(const Ground& ground, Deadline deadline) {
  const auto work = [&](db::Transaction& tx) {
    Application first = needs_.applications.records()
                            .find_for_update(tx, ground.step.org, ground.application.id)
                            .value();
    // It may have been taken back since it was read.
    const auto step = store::find(tx, ground.step.org, ground.step.application);
    if (!step || step->next != ground.step.next) return;
    NextApplication next{step->next.value(), step->lender, step->skipped};
    if (first.onward.next == next) return;
    needs_.applications.records().keep_next(tx, first, std::move(next));
  };
  co_await needs_.db.write(work, deadline);
}

// Nobody else is asked while the first lender may decide, and only about whom was consented for.
std::optional<OnwardConsent> Waterfall::consent_to_send(db::Snapshot& at, const Application& first,
                                                        const Application& next) const {
  if (next.state != State::draft || !came_to_nothing(first.state)) return std::nullopt;
  const OnwardConsent* consent = waterfall::consent_to(first.onward.consents, next);
  if (consent == nullptr) return std::nullopt;
  if (!needs_.applications.submissions().are_about_the_same_people(at, first, next))
    return std::nullopt;
  return *consent;
}

// In the transaction that sends: a person may have confirmed the first one anew, or taken the
// consent back, since it was read.
void Waterfall::require_still_consented(db::Transaction& tx, const Application& first) const {
  const auto now = needs_.applications.records().find_for_update(tx, first.org, first.id);
  if (now && came_to_nothing(now->state) && now->onward.consents == first.onward.consents) return;
  throw Error(ErrorCode::conflict, "the application before it was changed meanwhile");
}

Task<void> Waterfall::send_by_consent(const Ground& ground, const jobs::Lease& lease,
                                      Deadline deadline) {
  const Application& first = ground.application;
  const ApplicationId next_id = ground.step.next.value();
  const auto look = [&](db::Snapshot& at) {
    const auto next = needs_.applications.records().find(at, first.org, next_id);
    return next ? consent_to_send(at, first, *next) : std::nullopt;
  };
  const std::optional<OnwardConsent> consent = co_await needs_.db.read(look, deadline);
  if (!consent) co_return;
  http::Request request = as_hub(ground, deadline);
  Confirmation seen = co_await needs_.applications.borrower(request, first.org, next_id);
  seen.consent = Consent{consent->text_version, consent->language, consent->at};
  seen.onward = first.onward.consents;
  const Applications::Before before = [&](db::Transaction& tx) {
    jobs::require_held(tx, lease);
    require_still_consented(tx, first);
    const auto next = needs_.applications.records().find_for_update(tx, first.org, next_id);
    if (next && next->state == State::draft) return;
    throw Error(ErrorCode::conflict, "somebody else took it further");
  };
  request.keep = [&](db::Transaction& tx, const http::Response&, const std::vector<std::string>&) {
    WaterfallStep step = ground.step;
    step.state = WaterfallState::sent;
    step.updated_at = needs_.clock.now();
    store::update(tx, step, WaterfallState::prepared);
  };
  co_await needs_.applications.confirm(request, first.org, next_id, std::move(seen), before);
}

}  // namespace lendport

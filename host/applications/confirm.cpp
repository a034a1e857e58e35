// How an application is confirmed: what the person saw is what goes, and what goes is what the
// installation agreement says.
#include "applications/applications.hpp"
#include "applications/json_connector.hpp"
#include "applications/requirements.hpp"
#include "applications/rules.hpp"
#include "applications/store.hpp"
#include "core/crash_point.hpp"
#include "db/refusal.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;

}  // namespace

Task<http::Response> Applications::confirm(const http::Request& request, OrgId org,
                                           ApplicationId id, Confirmation seen) {
  const Before nothing = [](db::Transaction&) {};
  co_return co_await confirm(request, std::move(org), std::move(id), std::move(seen), nothing);
}

Task<http::Response> Applications::confirm(const http::Request& request, OrgId org,
                                           ApplicationId id, Confirmation seen,
                                           const Before& before) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    before(tx);
    Application application = records_.visible_for_update(tx, request, org, id);
    std::vector<Application> later = store::those_after(tx, application);
    const ApplicationState from = application.state;
    if (!take_event(application, ApplicationEvent::confirm, needs_.clock.now()).allowed) {
      return records_.refuse_step(tx, request, application, "confirm",
                                  said(row_of(texts::kReasons, "not_confirmable"),
                                       {{"state", texts::word("state", to_string(from))}}));
    }
    const ApplicationGround ground =
        ground_of(needs_, tx, request.principal, org, application.quote, CasePeople::left_out);
    require_in_force(ground);
    require_first(tx, ground, application.id, seen.again);
    const std::string submission = submissions_.open(tx, application);
    checks_.require_left(tx, ground,
                         checks_.marked_customer_of(tx, ground, application, submission));
    require_as_seen(tx, request, application, ground, seen, read_borrower(submission));
    take_consents(tx, request, application, later, seen, submission);
    application.asked_by = {request.id, request.traceparent};
    records_.record(tx, application, from, "confirmed", request.principal.user.value);
    records_.enqueue(tx, application, kSubmitJob);
    records_.audit(tx, request, application, from, "confirm");
    return records_.answer(tx, request, 202, application);
  };
  http::Response confirmed = co_await db::write_or_refuse(needs_.db, work, request.deadline);
  crash_point("after_confirm_commit");
  co_return confirmed;
}

void Applications::require_as_seen(db::Transaction& tx, const http::Request& request,
                                   const Application& application, const ApplicationGround& ground,
                                   const Confirmation& seen, const Confirmation& sent) const {
  auto wrong = differences(seen, sent);
  if (ground.connection) {
    for (Violation& one :
         missing_agreement(ground.the_case, application.lender, request.language)) {
      wrong.push_back({"/case" + one.pointer, one.code, std::move(one.detail)});
    }
  }
  auto disagreements = differences(sent, agreement_of(ground.the_case));
  if (!disagreements.empty() && wrong.empty() && seen.mismatch_reason) {
    accept_mismatch(tx, request, application, ground,
                    {request.principal.user, needs_.clock.now(), *seen.mismatch_reason,
                     std::exchange(disagreements, {})});
  }
  std::move(disagreements.begin(), disagreements.end(), std::back_inserter(wrong));
  if (auto unfit = consent_unfit(tx, application, seen, request.language)) {
    wrong.push_back(*std::move(unfit));
  }
  if (wrong.empty()) return;
  throw Error(std::move(wrong), said(row_of(texts::kRefusals, "confirmed_otherwise")));
}

std::optional<Violation> Applications::consent_unfit(db::Snapshot& at,
                                                     const Application& application,
                                                     const Confirmation& seen,
                                                     std::string_view language) const {
  const Consent& recorded = application.consent;
  if (recorded.text_version.empty() && !seen.consent) {
    return violation("/consent/text_version", "required",
                     row_of(texts::kRefusals, "consent_missing"));
  }
  if (!seen.consent) return std::nullopt;
  if (recorded.text_version.empty()) {
    return unapproved_language(seen.consent->language, mails_.approved_locales(at, application),
                               language);
  }
  const bool repeats = seen.consent->text_version == recorded.text_version &&
                       seen.consent->language == recorded.language;
  if (repeats) return std::nullopt;
  return violation("/consent/text_version", "not_expected",
                   row_of(texts::kRefusals, "consent_another"));
}

void Applications::take_consents(db::Transaction& tx, const http::Request& request,
                                 Application& application, std::vector<Application>& later,
                                 const Confirmation& seen, std::string_view submission) const {
  // What went on from it by its former consents goes no further than by the new ones.
  std::erase_if(later, [&](const Application& one) {
    return one.onward.consents != application.onward.consents;
  });
  // The first consent to the check itself stands.
  if (seen.consent && application.consent.text_version.empty()) {
    application.consent = *seen.consent;
    store::keep_consent(
        tx, application,
        submissions_.seal(tx, application, with_consent(submission, application.consent)));
  }
  application.onward.consents = seen.onward;
  for (OnwardConsent& one : application.onward.consents) {
    if (one.language.empty()) one.language = application.consent.language;
  }
  end_consents(tx, later, request);
}

Task<http::Response> Applications::revoke_onward_consent(const http::Request& request, OrgId org,
                                                         ApplicationId id) {
  const auto work = [&](db::Transaction& tx) {
    Application application = records_.visible_for_update(tx, request, org, id);
    std::vector<Application> later = store::those_after(tx, application);
    application.onward.consents.clear();
    end_consents(tx, later, request);
    records_.record(tx, application, application.state, "onward_consent_revoked",
                    request.principal.user.value);
    records_.audit(tx, request, application, application.state, "revoke_onward_consent");
    return records_.answer(tx, request, 200, application);
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

void Applications::end_consents(db::Transaction& tx, std::vector<Application>& applications,
                                const http::Request& request) const {
  for (Application& one : applications) {
    if (one.onward.consents.empty()) continue;
    one.onward.consents.clear();
    records_.record(tx, one, one.state, "onward_consent_revoked", request.principal.user.value);
    records_.audit(tx, request, one, one.state, "revoke_onward_consent");
  }
}

}  // namespace lendport

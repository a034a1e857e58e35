// What events and lenders' words make of an application.
#include "applications/step.hpp"

#include "applications/attention.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lendport {
namespace {

using State = ApplicationState;
using namespace std::chrono_literals;

const Time kNow = parse_time("2026-05-04T09:30:00Z").value();

Application in_state(State state) {
  Application application;
  application.state = state;
  return application;
}

LenderState said(std::string status, std::string lender_status = "WORD") {
  LenderState state;
  state.lender_application_id = "M-1";
  state.status = std::move(status);
  state.lender_status = std::move(lender_status);
  return state;
}

TEST(TakeLenderState, MovesTheApplicationAndKeepsTheLendersWord) {
  Application application = in_state(State::submitting);
  const Step step = take_lender_state(application, said("approved", "APPROVED"), kNow);
  EXPECT_TRUE(step.allowed && step.changed);
  EXPECT_EQ(application.state, State::approved);
  EXPECT_EQ(application.lender_status, "APPROVED");
  EXPECT_EQ(application.decided_at, kNow);
}

TEST(TakeLenderState, NeverMakesASuccessOfAWordItDoesNotKnow) {
  for (State state : {State::submitting, State::unknown, State::in_review}) {
    Application application = in_state(state);
    take_lender_state(application, said("escalated", "ESCALATED"), kNow);
    EXPECT_EQ(application.state, State::in_review);
    EXPECT_NE(application.attention.find("ESCALATED"), std::string::npos);
  }
}

TEST(TakeLenderState, DoesNotTakeADecisionBackForAnUnknownWord) {
  Application application = in_state(State::approved);
  const Step step = take_lender_state(application, said("escalated", "ESCALATED"), kNow);
  EXPECT_TRUE(step.allowed);
  EXPECT_EQ(application.state, State::approved);
  EXPECT_FALSE(application.attention.empty());
}

TEST(TakeLenderState, RefusesWhatTheTableDoesNotAllow) {
  Application application = in_state(State::declined);
  application.lender_status = "DENIED";
  EXPECT_FALSE(take_lender_state(application, said("approved"), kNow).allowed);
  EXPECT_EQ(application.state, State::declined);
  EXPECT_EQ(application.lender_status, "DENIED");
}

TEST(TakeLenderState, ChangesNothingWhenTheLenderRepeatsItself) {
  Application application = in_state(State::submitting);
  take_lender_state(application, said("in_review"), kNow);
  const Step step = take_lender_state(application, said("in_review"), kNow + 1h);
  EXPECT_TRUE(step.allowed);
  EXPECT_FALSE(step.changed);
  EXPECT_EQ(application.updated_at, kNow);
}

// The hub sent documents for it and noted so; the lender never says where a stipulation stands.
TEST(TakeLenderState, IsNoNewWordWhereTheLenderIsSilentAboutWhatWasSent) {
  Application application = in_state(State::submitting);
  LenderState approval = said("approved");
  approval.decision.emplace().stipulations = {{"s", "PAYSTUB", "Two pay stubs", {}}};
  take_lender_state(application, approval, kNow);
  application.decision->stipulations[0].said = StipulationState::sent;
  const Step step = take_lender_state(application, approval, kNow + 1h);
  EXPECT_TRUE(step.allowed);
  EXPECT_FALSE(step.changed);
  EXPECT_EQ(application.decided_at, kNow);
  // What it does say counts.
  approval.decision->stipulations[0].said = StipulationState::rejected;
  EXPECT_TRUE(take_lender_state(application, approval, kNow + 2h).changed);
  EXPECT_EQ(application.decision->stipulations[0].said, StipulationState::rejected);
}

// Its name changes when the lender lists another one with its id, or no longer does.
TEST(TakeLenderState, KeepsWhatWasSentWhenANamesakeComesAndGoes) {
  Application application = in_state(State::submitting);
  LenderState alone = said("approved");
  alone.decision.emplace().stipulations = {{"s", "PAYSTUB", "Two pay stubs", {}}};
  LenderState both = alone;
  both.decision->stipulations.insert(both.decision->stipulations.begin(),
                                     Stipulation{"s", "TITLE", "A title", {}});
  take_lender_state(application, alone, kNow);
  application.decision->stipulations[0].said = StipulationState::sent;
  EXPECT_TRUE(take_lender_state(application, both, kNow + 1h).changed);
  EXPECT_EQ(application.decision->stipulations[0].said, std::nullopt);
  EXPECT_EQ(application.decision->stipulations[1].said, StipulationState::sent);
  EXPECT_FALSE(take_lender_state(application, both, kNow + 2h).changed);
  EXPECT_TRUE(take_lender_state(application, alone, kNow + 3h).changed);
  EXPECT_EQ(application.decision->stipulations[0].said, StipulationState::sent);
}

TEST(TakeLenderState, LeavesWhatIsToBeDoneAboutTheNotice) {
  struct Row {
    NoticeState state;
    bool reminded;
    const char* why_not;
    bool has_mail;
    std::string left;
  };
  for (const Row& row :
       {Row{NoticeState::due, false, "", false, ""},
        Row{NoticeState::due, true, "", false, attention::kNoticeDue},
        Row{NoticeState::due, true, "mail is off", false, attention::kNoticeNotWritten},
        Row{NoticeState::due, true, "", true, attention::kNoticeNotSent},
        Row{NoticeState::sending, true, "", true, ""},
        Row{NoticeState::overdue, true, "", false, attention::kNoticeOverdue},
        Row{NoticeState::sent, true, "", true, ""}}) {
    Application application = in_state(State::submitting);
    take_lender_state(application, said("declined"), kNow);
    AdverseNotice& notice = application.notice.emplace();
    notice.state = row.state;
    notice.is_reminded = row.reminded;
    notice.why_not_written = row.why_not;
    if (row.has_mail) notice.mail = MailId{"mail_1"};
    take_lender_state(application, said("declined", "ANOTHER WORD"), kNow + 1h);
    EXPECT_EQ(application.attention, row.left);
    EXPECT_EQ(attention_left(application), row.left);
  }
}

TEST(TakeLenderState, LeavesTheNoticeOfAnotherDecisionToItsClock) {
  Application application = in_state(State::submitting);
  take_lender_state(application, said("conditional"), kNow);
  application.notice.emplace().is_reminded = true;
  application.attention = attention::kNoticeDue;
  take_lender_state(application, said("declined"), kNow + 1h);
  EXPECT_EQ(application.attention, attention::kNoticeDue);
}

TEST(TakeLenderState, TakesALinkThatComesLaterAndAsksNoSoonerForIt) {
  Application application = in_state(State::submitting);
  LenderState state = said("in_review");
  take_lender_state(application, state, kNow);
  state.portal_url = "https://lender.example/1";
  const Step step = take_lender_state(application, state, kNow + 1h);
  EXPECT_TRUE(step.allowed && step.changed);
  EXPECT_EQ(application.portal_url, "https://lender.example/1");
  EXPECT_EQ(application.updated_at, kNow);
  EXPECT_FALSE(take_lender_state(application, state, kNow + 2h).changed);
  state.portal_url.clear();
  EXPECT_FALSE(take_lender_state(application, state, kNow + 2h).changed);
  EXPECT_EQ(application.portal_url, "https://lender.example/1");
}

TEST(TakeLenderState, SaysWhatWasLeftOut) {
  LenderState approval = said("approved");
  approval.left_out = {"/decision/amount/currency", "/portal_url"};
  Application application = in_state(State::submitting);
  take_lender_state(application, approval, kNow);
  EXPECT_EQ(application.state, State::approved);
  EXPECT_EQ(application.attention,
            "the hub cannot read /decision/amount/currency and 1 more of the lender's answer and "
            "left it out: ask the lender");
  approval.left_out = {"/portal_url"};
  approval.lender_status = "FUNDING";
  take_lender_state(application, approval, kNow);
  EXPECT_EQ(application.attention,
            "the hub cannot read /portal_url of the lender's answer and left it out: ask the "
            "lender");
}

TEST(TakeEvent, CountsTheResendsOfOneConfirmation) {
  Application application = in_state(State::unknown);
  take_event(application, ApplicationEvent::not_found, kNow);
  EXPECT_EQ(application.resends, 1);
  application.state = State::failed;
  take_event(application, ApplicationEvent::confirm, kNow);
  EXPECT_EQ(application.resends, 0);
}

TEST(TakeLenderState, KnowsNoDateButTheLenders) {
  LenderState approval = said("approved");
  approval.decision.emplace();
  Application application = in_state(State::in_review);
  take_lender_state(application, approval, kNow);
  EXPECT_FALSE(application.decision->expires_at);
  approval.decision->expires_at = kNow + 24h;
  take_lender_state(application, approval, kNow);
  EXPECT_EQ(expires_at(application), kNow + 24h);
  take_lender_state(application, said("needs_info"), kNow);
  take_lender_state(application, said("approved"), kNow + 48h);
  ASSERT_TRUE(application.decision);
  EXPECT_FALSE(expires_at(application)) << "the date was that of the approval before";
}

TEST(TakeLenderState, KeepsNothingOfAnOfferForADecline) {
  LenderState offer = said("conditional");
  offer.decision = Decision{};
  offer.decision->decided_at = offer.decision->notice_sent_at = kNow;
  offer.decision->reasons = {{"R1", "income_insufficient", ""}};
  offer.decision->report = CreditReport{"Example Reports", "", "", true};
  offer.decision->report_used = true;
  offer.decision->creditor = "Bank";
  Application application = in_state(State::in_review);
  take_lender_state(application, offer, kNow);
  take_lender_state(application, said("documents_sent"), kNow);
  EXPECT_EQ(application.decision->reasons.size(), 1U);
  take_lender_state(application, said("declined"), kNow);
  Decision left;
  left.creditor = "Bank";
  EXPECT_EQ(application.decision, left);
}

TEST(TakeExpiry, EndsWhatWasNotUsedInTime) {
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    Application application = in_state(static_cast<State>(i));
    EXPECT_FALSE(take_expiry(application, kNow).allowed);
    application.decision.emplace();
    application.decision->expires_at = kNow;
    EXPECT_FALSE(take_expiry(application, kNow - 1ms).allowed);
    const State before = application.state;
    const bool waits =
        before == State::prequalified || before == State::conditional || before == State::approved;
    EXPECT_EQ(take_expiry(application, kNow).allowed, waits) << to_string(before);
    EXPECT_EQ(application.state, waits ? State::expired : before);
  }
}

TEST(TakeFailure, IsKeptUntilTheNextConfirmation) {
  Application application = in_state(State::submitting);
  take_failure(application,
               TechnicalFailure::as_it_came("auth_failed", "The lender refuses the credentials"),
               kNow);
  EXPECT_EQ(application.state, State::failed);
  ASSERT_TRUE(application.failure);
  take_event(application, ApplicationEvent::confirm, kNow + 1min);
  EXPECT_EQ(application.state, State::confirmed);
  EXPECT_FALSE(application.failure);
  EXPECT_EQ(application.confirmed_at, kNow + 1min);
}

TEST(TakeFailure, NeverFailsWhatMayBeAtTheLender) {
  Application application = in_state(State::unknown);
  EXPECT_FALSE(
      take_failure(application, TechnicalFailure::as_it_came("deadline", ""), kNow).allowed);
  EXPECT_EQ(application.state, State::unknown);
  EXPECT_FALSE(application.failure);
}

TEST(WaitBeforeAsking, ThinsOut) {
  const auto wait = [](std::chrono::milliseconds passed) {
    return wait_before_asking(kNow, kNow + passed, 2s, 15min);
  };
  EXPECT_EQ(wait(0s), 2s);
  EXPECT_EQ(wait(-1s), 2s);
  EXPECT_EQ(wait(10s), 5s);
  EXPECT_EQ(wait(1h), 15min);
  EXPECT_EQ(wait_before_asking(kNow, kNow + 1h, 2s, 1s), 2s);
  EXPECT_EQ(wait(23h), 15min);
  EXPECT_EQ(wait(4 * 24h), 1h);
  EXPECT_EQ(wait(24h * 365), 24h);
}

TEST(WaitBeforeAsking, CountsByTheDistanceWhereTheClockWasSetBack) {
  const auto wait = [](std::chrono::milliseconds back) {
    return wait_before_asking(kNow, kNow - back, 2s, 15min);
  };
  EXPECT_EQ(wait(1s), 2s);
  EXPECT_EQ(wait(10s), 5s);
  EXPECT_EQ(wait(24h), 15min);
  EXPECT_EQ(wait(24h * 365), 15min);
}

TEST(WaitBeforeSending, DoublesUpToAMinuteWithAQuarterOfJitter) {
  EXPECT_EQ(wait_before_sending(1, 0), 1s);
  EXPECT_EQ(wait_before_sending(2, 0), 2s);
  EXPECT_EQ(wait_before_sending(7, 0), 60s);
  EXPECT_EQ(wait_before_sending(1000, 0), 60s);
  EXPECT_EQ(wait_before_sending(1, 255), 750ms);
}

TEST(JitterOf, IsTheSameForOneAttemptAndAnotherForTheNext) {
  const ApplicationId one{"app_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"};
  EXPECT_EQ(jitter_of(one, 1), jitter_of(one, 1));
  std::set<int> of_attempts;
  for (int attempt = 1; attempt <= 64; ++attempt) of_attempts.insert(jitter_of(one, attempt));
  EXPECT_GT(of_attempts.size(), 32U);
}

}  // namespace
}  // namespace lendport

// After a no the next lender's offer waits for a person; it goes by itself by consent alone.
#include "waterfall/cascade.hpp"

namespace lendport::waterfall {
namespace {

using connectors::OutcomeKind;

class Waterfalls : public Cascade {
 protected:
  // What is prepared while its lender is down.
  ApplicationId prepared_in_an_outage(const Application& made) {
    EXPECT_FALSE(confirm(made).error);
    script_.closed = connectors::Admission{nullptr, connectors::kDownCode, kProbe};
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    go_on();
    EXPECT_EQ(state_of_step(made), "prepared");
    return stored(made.id).onward.next.value().application;
  }
  void comes_back(const Application& made) {
    script_.closed.reset();
    const std::string id = "L-" + std::to_string(++answers_);
    script_.submits(done(state_json("in_review", "NEW", "", id)));
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    go_on();
  }
  // To the case of this application, beside its borrower.
  void add_co_applicant(const Application& application) {
    const Case subject = run(cases_.get(rep_, org_.id, application.case_id, Stage::soon()));
    json::Value applicants = json::parse(cases::case_body()).at("applicants");
    json::Value other = applicants[0];
    applicants[0]["id"] = subject.applicants.front().id.value;
    other["first_name"] = "Bo";
    applicants.push_back(other);
    run(cases_.change(rep_, org_.id, subject.id, subject.version,
                      cases::read_change(json::Value{{"applicants", applicants}}.dump()),
                      Stage::soon()));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Waterfalls, db::kEngines, db::engine_name);

TEST_P(Waterfalls, PrepareTheNextLendersOffer) {
  order_both();
  const Application first = declined();
  ASSERT_EQ(state_of_step(first), "prepared");
  ASSERT_TRUE(first.onward.next);
  EXPECT_EQ(first.onward.next->lender, kSecond);
  const Application next = stored(first.onward.next->application);
  EXPECT_EQ(next.state, State::draft);
  EXPECT_EQ(next.lender, kSecond);
  EXPECT_EQ(next.case_id, first.case_id);
  EXPECT_EQ(next.owner, first.owner);
  EXPECT_EQ(next.consent.text_version, "");
  EXPECT_EQ(history(first), "created confirmed submitting declined next_prepared");
  // Nothing was sent for it.
  EXPECT_EQ(script_.asked("application.submit/1"), 1);
}

TEST_P(Waterfalls, SendItOnAClickThatBringsTheConsent) {
  order_both();
  const Application first = declined();
  const Application next = stored(first.onward.next.value().application);
  const Told without = confirm(next);
  EXPECT_EQ(without.error, ErrorCode::invalid_input);
  EXPECT_EQ(without.violations, std::vector<std::string>{"/consent/text_version required"});
  const auto consenting = [](const std::string& language) {
    std::string body = kConfirmation;
    body.insert(body.rfind('}'),
                R"(,"consent":{"scope":"soft","text_version":"cu-2","at":"2026-01-01T00:00:00Z",
                   "language":")" +
                    language + "\"}");
    return body;
  };
  EXPECT_EQ(confirm(next, rep_, consenting("fr")).violations,
            std::vector<std::string>{"/consent/language not_approved"});
  EXPECT_EQ(stored(next.id).state, State::draft);
  const Told told = confirm(next, rep_, consenting("en"));
  ASSERT_FALSE(told.error) << told.detail;
  EXPECT_EQ(stored(next.id).consent.text_version, "cu-2");
  EXPECT_EQ(stored(next.id).consent.language, "en");
  script_.submits(done(state_json("in_review", "handed over", "", "handover-1")));
  only_job(kSubmitJob, next);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_NE(script_.calls.back().request.find("cu-2"), std::string::npos);
}

TEST_P(Waterfalls, SendItByThemselvesByConsentAlone) {
  order_both();
  const Application covered = declined(with_consent_to_second("99.99"));
  EXPECT_EQ(covered.onward.consents.size(), 1U);
  EXPECT_EQ(state_of_step(covered), "sent");
  const Application sent = stored(covered.onward.next.value().application);
  EXPECT_EQ(sent.state, State::confirmed);
  EXPECT_EQ(sent.consent.text_version, "cu-1");
  EXPECT_EQ(sent.consent.at, covered.onward.consents.front().at);
  EXPECT_EQ(sent.consent.at, stage_.clock.now()) << "when it was given, not the one before";
  EXPECT_EQ(sent.consent.language, covered.consent.language);
  EXPECT_EQ(sent.onward.consents, covered.onward.consents);

  const Application dearer = declined(with_consent_to_second("0.01"));
  EXPECT_EQ(state_of_step(dearer), "prepared");
  EXPECT_EQ(stored(dearer.onward.next.value().application).state, State::draft);
}

TEST_P(Waterfalls, SendNobodyWhomTheConsentDidNotName) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made, rep_, with_consent_to_second("99.99")).error);
  add_co_applicant(made);
  script_.submits(done(state_json("declined", "no", "", "L-9")));
  ASSERT_TRUE(work(kSubmitJob));
  go_on();
  EXPECT_EQ(state_of_step(made), "prepared");
  const ApplicationId next = stored(made.id).onward.next.value().application;
  EXPECT_EQ(stored(next).state, State::draft);
}

TEST_P(Waterfalls, SendNothingOnceTheConsentIsTakenBack) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made, rep_, with_consent_to_second("99.99")).error);
  run(applications_.revoke_onward_consent(request(rep_), org_.id, made.id));
  EXPECT_TRUE(stored(made.id).onward.consents.empty());
  script_.submits(done(state_json("declined", "no", "", "L-9")));
  ASSERT_TRUE(work(kSubmitJob));
  go_on();
  EXPECT_EQ(state_of_step(made), "prepared");
  EXPECT_EQ(history(stored(made.id)),
            "created confirmed onward_consent_revoked submitting declined next_prepared");
}

TEST_P(Waterfalls, GoNoFurtherOnceTheConsentIsTakenBackWhereItWasGiven) {
  order_both();
  const Application first = declined(with_consent_to_second("99.99"));
  ASSERT_EQ(state_of_step(first), "sent");
  const ApplicationId next = first.onward.next.value().application;
  ASSERT_FALSE(stored(next).onward.consents.empty());
  run(applications_.revoke_onward_consent(request(rep_), org_.id, first.id));
  EXPECT_TRUE(stored(next).onward.consents.empty());
  EXPECT_EQ(history(stored(next)), "created confirmed onward_consent_revoked");
  EXPECT_EQ(stored(next).state, State::confirmed) << "what was sent stays sent";
}

TEST_P(Waterfalls, GoNoFurtherThanTheLatestConfirmationSays) {
  order_both();
  const Application first =
      answered(applications::ends(OutcomeKind::invalid), with_consent_to_second("99.99"));
  ASSERT_EQ(state_of_step(first), "sent");
  const ApplicationId next = first.onward.next.value().application;
  ASSERT_FALSE(stored(next).onward.consents.empty());
  ASSERT_FALSE(confirm(first).error);
  EXPECT_TRUE(stored(next).onward.consents.empty());
}

// A store of before each consent kept its own language and time.
TEST_P(Waterfalls, SendByAConsentOfAnOlderStore) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made, rep_, with_consent_to_second("99.99")).error);
  execute("UPDATE applications SET onward = $1 WHERE id = $2",
          {R"({"waterfall":[{"lender":")" + std::string(kSecond) +
               R"(","text_version":"cu-1","apr_max":"99.99","term_months_max":600,
                 "amount_max":{"amount":"999999.00","currency":"USD"}}],"next":null})",
           made.id});
  script_.submits(done(state_json("declined", "no", "", "L-9")));
  ASSERT_TRUE(work(kSubmitJob));
  go_on();
  ASSERT_EQ(state_of_step(made), "sent");
  const Application next = stored(stored(made.id).onward.next.value().application);
  EXPECT_EQ(next.consent.language, made.consent.language);
  EXPECT_EQ(next.consent.at, stored(made.id).consent.at);
}

TEST_P(Waterfalls, TakeTheConsentsOfTheLatestConfirmation) {
  order_both();
  const Application first =
      answered(applications::ends(OutcomeKind::invalid), with_consent_to_second("0.01"));
  ASSERT_EQ(first.state, State::failed);
  ASSERT_EQ(first.onward.consents.size(), 1U);
  ASSERT_FALSE(confirm(first).error);
  EXPECT_TRUE(stored(first.id).onward.consents.empty()) << "it said nothing of them";
}

TEST_P(Waterfalls, FollowATechnicalRefusalToo) {
  order_both();
  const Application first = answered(applications::ends(OutcomeKind::invalid));
  EXPECT_EQ(first.state, State::failed);
  EXPECT_EQ(state_of_step(first), "prepared");
}

TEST_P(Waterfalls, PrepareInAnOutageAndSendOnlyOnceItCameToNothing) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made, rep_, with_consent_to_second("99.99")).error);
  ASSERT_TRUE(work(kSubmitJob));  // nothing answers
  go_on();
  EXPECT_EQ(state_of_step(made), "none");
  lender_.health_now.circuit = connectors::Circuit::open;
  ASSERT_TRUE(work_when_due(kSubmitJob));
  go_on();
  EXPECT_EQ(state_of_step(made), "prepared");
  const ApplicationId next = stored(made.id).onward.next.value().application;
  EXPECT_EQ(stored(next).state, State::draft);
  // The first lender may still take it: the second is not asked before.
  script_.submits(done(state_json("declined", "no", "", "L-late")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  go_on();
  EXPECT_EQ(state_of_step(made), "sent");
  EXPECT_EQ(stored(next).state, State::confirmed);
}

TEST_P(Waterfalls, PrepareForOneThatFoundItsLenderDownBeforeItsFirstAttempt) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made, rep_, with_consent_to_second("99.99")).error);
  script_.closed = connectors::Admission{nullptr, connectors::kDownCode, kProbe};
  ASSERT_TRUE(work(kSubmitJob));
  // Another process hears it: its own breaker knows nothing, and nothing was told yet.
  ASSERT_EQ(lender_.health_now.circuit, connectors::Circuit::closed);
  go_on();
  EXPECT_EQ(state_of_step(made), "prepared");
  EXPECT_EQ(stored(made.id).attempts, 0);
  const ApplicationId next = stored(made.id).onward.next.value().application;
  EXPECT_EQ(stored(next).state, State::draft) << "the first lender may still take it";
  EXPECT_EQ(history(made), "created confirmed waiting next_prepared");
}

TEST_P(Waterfalls, PrepareNothingForOneThatIsMerelyBehindOthers) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made).error);
  script_.closed = connectors::Admission{nullptr, connectors::kBusyCode, kProbe};
  ASSERT_TRUE(work(kSubmitJob));
  go_on();
  EXPECT_EQ(state_of_step(made), "none");
}

TEST_P(Waterfalls, PrepareNothingOnceTheLenderHasIt) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made).error);
  script_.closed = connectors::Admission{nullptr, connectors::kDownCode, kProbe};
  ASSERT_TRUE(work(kSubmitJob));
  script_.closed.reset();
  script_.submits(done(state_json("in_review", "NEW")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  go_on();
  EXPECT_EQ(state_of_step(made), "none");
}

TEST_P(Waterfalls, TakeTheOutageThatAnotherProcessTold) {
  order_both();
  const Application made = draft();
  ASSERT_FALSE(confirm(made).error);
  execute("INSERT INTO connection_outages (connection, org_id, since_ms) VALUES ($1, $2, $3)",
          {connection_.id, org_.id, stage_.clock.now()});
  ASSERT_TRUE(work(kSubmitJob));  // nothing answers
  ASSERT_EQ(lender_.health_now.circuit, connectors::Circuit::closed);
  go_on();
  EXPECT_EQ(state_of_step(made), "prepared");
}

TEST_P(Waterfalls, DoNothingWithoutAnOrderOrAtItsEnd) {
  EXPECT_EQ(state_of_step(declined()), "none");
  order_both();
  order({kSecond, product("L-20").lender});
  EXPECT_EQ(state_of_step(declined()), "none");
  EXPECT_EQ(state_of_step(answered(done(state_json("approved", "OK", "", "L-9")))), "none");
}

TEST_P(Waterfalls, SayThatNobodyHasAnOffer) {
  order_both();
  const Product second = product(kSecond);
  run(catalog_.retire(act(), {second.id, second.revision}, Stage::soon()));
  const Application first = declined();
  EXPECT_EQ(state_of_step(first), "ended");
  EXPECT_NE(step_of(first)->reason, "");
  EXPECT_FALSE(first.onward.next);
  EXPECT_EQ(history(first), "created confirmed submitting declined next_missing");
}

TEST_P(Waterfalls, WaitForALenderThatIsAwayAndGoOnWhenItIsBack) {
  order_the_other_way_round();
  switch_off();
  const Application first = declined_by_second();
  ASSERT_EQ(first.state, State::declined);
  EXPECT_EQ(state_of_step(first), "wanted");
  EXPECT_EQ(due(kWaterfallJob), stage_.clock.now() + kAwayPause);
  stage_.clock.advance(kAwayPause);
  go_on();
  EXPECT_EQ(state_of_step(first), "wanted");
  EXPECT_EQ(history(first), "created confirmed submitting declined next_waiting") << "said once";
  switch_on();
  stage_.clock.advance(kAwayPause);
  go_on();
  ASSERT_EQ(state_of_step(first), "prepared");
  EXPECT_EQ(stored(first.id).onward.next.value().lender, product("L-20").lender);
  EXPECT_TRUE(stored(first.id).onward.next->skipped.empty());
  EXPECT_FALSE(due(kWaterfallJob));
}

TEST_P(Waterfalls, EndWhereALenderStaysAway) {
  order_the_other_way_round();
  switch_off();
  const Time begun = stage_.clock.now();
  const Application first = declined_by_second();
  while (const auto next = due(kWaterfallJob)) {
    ASSERT_LE(*next, begun + kAwayPatience);
    stage_.clock.advance(*next - stage_.clock.now());
    go_on();
  }
  EXPECT_EQ(stage_.clock.now(), begun + kAwayPatience);
  EXPECT_EQ(state_of_step(first), "ended");
  const std::string reason = step_of(first)->reason;
  EXPECT_NE(reason.find(product("L-20").lender + " (not_connected)"), std::string::npos) << reason;
  EXPECT_EQ(history(first), "created confirmed submitting declined next_waiting next_missing");
}

TEST_P(Waterfalls, WaitForNobodyOnceTheApplicationIsWithdrawn) {
  order_the_other_way_round();
  switch_off();
  const Application first = declined_by_second();
  execute("UPDATE applications SET state = 'cancelled' WHERE id = $1", {first.id});
  switch_on();
  stage_.clock.advance(kAwayPause);
  go_on();
  EXPECT_EQ(state_of_step(first), "ended");
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM applications"), 1);
}

TEST_P(Waterfalls, PrepareNothingWhileTheFirstLenderMayHaveIt) {
  order_the_other_way_round();
  switch_off();
  const Application first = declined_by_second();
  execute("UPDATE applications SET state = 'unknown' WHERE id = $1", {first.id});
  switch_on();
  stage_.clock.advance(kAwayPause);
  go_on();
  EXPECT_EQ(state_of_step(first), "none");
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM applications"), 1);
}

TEST_P(Waterfalls, BeginAnewAfterAnEndWithoutAnOffer) {
  order_both();
  const Application first = answered(applications::ends(OutcomeKind::invalid));
  ASSERT_EQ(state_of_step(first), "prepared");
  execute("UPDATE applications SET state = 'cancelled' WHERE id = $1",
          {first.onward.next.value().application});
  execute("UPDATE waterfall_steps SET state = 'ended', next_id = NULL, reason = 'no offer'");
  stage_.clock.advance(std::chrono::hours{1});
  answered(first, done(state_json("declined", "no", "", "L-9")), kConfirmation);
  EXPECT_EQ(state_of_step(first), "prepared");
}

TEST_P(Waterfalls, SkipWhoIsAwayAndSaySo) {
  add_lender(kThird);
  order_the_other_way_round();
  const std::string away = product("L-20").lender;
  order({kSecond, away, kThird});
  switch_off();
  const Application first = declined_by_second();
  ASSERT_EQ(state_of_step(first), "prepared");
  const NextApplication next = first.onward.next.value();
  EXPECT_EQ(next.lender, kThird);
  EXPECT_EQ(next.skipped, (std::vector<SkippedLender>{{away, "not_connected"}}));
  const json::Value shown = json::parse(application_answer(200, first, "en").body).at("next");
  EXPECT_EQ(shown.at("skipped").at(0).at("code"), "not_connected");
}

TEST_P(Waterfalls, TakeBackWhatAnOutagePreparedOnceTheLenderHasIt) {
  order_both();
  const Application made = draft();
  const ApplicationId next = prepared_in_an_outage(made);
  comes_back(made);
  EXPECT_EQ(state_of_step(made), "none");
  EXPECT_EQ(stored(next).state, State::cancelled);
  EXPECT_FALSE(stored(made.id).onward.next);
  EXPECT_EQ(history(made),
            "created confirmed waiting next_prepared submitting in_review next_withdrawn");
  // A decline begins anew.
  script_.says(done(found_json("declined", "no", "", "L-1")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  go_on();
  ASSERT_EQ(state_of_step(made), "prepared");
  EXPECT_NE(stored(made.id).onward.next.value().application, next);
}

TEST_P(Waterfalls, LeaveWhatAPersonTookFurther) {
  order_both();
  const std::vector<std::pair<const char*, const char*>> cases = {{"confirmed", "sent"},
                                                                  {"cancelled", "ended"}};
  for (const auto& [state, step] : cases) {
    const Application made = draft();
    const ApplicationId next = prepared_in_an_outage(made);
    execute("UPDATE applications SET state = $2 WHERE id = $1", {next, state});
    comes_back(made);
    EXPECT_EQ(state_of_step(made), step);
    EXPECT_EQ(to_string(stored(next).state), std::string_view(state));
    EXPECT_EQ(stored(made.id).onward.next.value().application, next);
  }
}

TEST_P(Waterfalls, ArePreparedOnceHoweverOftenTheyAreHeard) {
  order_both();
  const Application first = declined(with_consent_to_second("99.99"));
  execute("DELETE FROM event_followers");
  go_on();
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM applications"), 2);
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'applications.submit'"), 1);
}

TEST_P(Waterfalls, GoOnWhereAKilledWorkerLeftThem) {
  order_both();
  const Application first = declined();
  const ApplicationId next = first.onward.next.value().application;
  // As if the process had died before each step's end: the step is where it was.
  execute("UPDATE applications SET onward = NULL WHERE id = $1", {first.id});
  execute("DELETE FROM event_followers");
  go_on();
  EXPECT_EQ(stored(first.id).onward.next->application, next);
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM applications"), 2);
}

TEST_P(Waterfalls, KeepOrdersOfLendersThatAreThere) {
  order_both();
  EXPECT_EQ(db::failure_of([&] { order({"Nobody"}); }), ErrorCode::invalid_input);
  EXPECT_EQ(run(waterfall_.order(request(admin_), org_.id)).version, 1);
  Principal production = admin_;
  production.environment = Environment::production;
  EXPECT_TRUE(run(waterfall_.order(request(production), org_.id)).lenders.empty());
  EXPECT_EQ(order({}).version, 2);
  http::Request stale = request(admin_);
  stale.if_match = http::version_etag(1);
  EXPECT_EQ(db::failure_of([&] {
              run(waterfall_.set_order(stale, org_.id, {{kSecond}, 0}));
            }),
            ErrorCode::precondition_failed);
}

}  // namespace
}  // namespace lendport::waterfall

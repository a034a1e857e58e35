// Asking a lender about what was lost: it is found again or was never there.
#include "applications/asking.hpp"

namespace lendport::applications {
namespace {

INSTANTIATE_TEST_SUITE_P(Stores, Asking, db::kEngines, db::engine_name);

TEST_P(Asking, FindsByItsKeyWhatWasLost) {
  const Application made = lost();
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(json::parse(script_.calls.back().request),
            (json::Value{{"idempotency_key", made.lender_key}}));
  EXPECT_EQ(script_.asked("application.submit/1"), 1);
  EXPECT_FALSE(due(kReconcileJob));
  EXPECT_TRUE(due(kFollowJob));
}

TEST_P(Asking, FindsBySearchWhereTheLenderHasNoKeys) {
  use(ReconcileMode::by_search);
  const Application made = lost();
  script_.says(done(found_json("declined", "NO")));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::declined);
  const json::Value search = json::parse(script_.calls.back().request).at("search");
  EXPECT_EQ(search.at("email"), "ada@example.com");
  EXPECT_EQ(search.at("last_name"), "Quinn");
  EXPECT_TRUE(search.contains("since"));
}

TEST_P(Asking, DoesNotTakeAnotherOnesAnswerForItsOwn) {
  use(ReconcileMode::by_search);
  in_review();  // the lender's L-1
  const Application made = lost();
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_NE(stored(made.id).attention.find("another one"), std::string::npos);
  EXPECT_TRUE(due(kReconcileJob));
  // Who called the lender knows better.
  EXPECT_FALSE(decide(made, R"({"status":"approved"})").error);
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(count("SELECT count(*) AS n FROM jobs WHERE kind = $1", {kFollowJob}), 2);
}

TEST_P(Asking, NeverSendsAgainWhereTheLenderCannotBeAsked) {
  use(ReconcileMode::none);
  const Application made = lost();
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_NE(stored(made.id).attention.find("do not send"), std::string::npos);
  EXPECT_FALSE(due(kReconcileJob));
  EXPECT_FALSE(due(kSubmitJob));
  EXPECT_EQ(script_.calls.size(), 1U);
  EXPECT_EQ(confirm(made).error, ErrorCode::conflict);
  EXPECT_FALSE(
      decide(made, R"({"status":"declined","decision":{"reasons":[{"text":"x"}]}})").error);
  EXPECT_EQ(state_of(made), State::declined);
  EXPECT_EQ(stored(made.id).decision->creditor, "Fake Lender");
}

TEST_P(Asking, TakesNotFoundForFinalOnlyWhenAskedAfterTheWindow) {
  const Application made = lost();
  int asked = 0;
  while (state_of(made) == State::unknown) {
    script_.says(done(kNotFound));
    ASSERT_TRUE(work_when_due(kReconcileJob));
    ASSERT_LT(++asked, 50);
    if (stage_.clock.now() < *made.sent_at + std::chrono::seconds{60}) {
      EXPECT_EQ(state_of(made), State::unknown);
    }
  }
  EXPECT_EQ(state_of(made), State::submitting);
  EXPECT_EQ(stage_.clock.now(), *made.sent_at + std::chrono::seconds{60});
  EXPECT_EQ(script_.asked("application.submit/1"), 1);
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(script_.calls.back().idempotency_key, made.lender_key);
}

TEST_P(Asking, DoesNotCountAnAnswerToAQuestionOfBeforeTheWindow) {
  const Application made = lost();
  stage_.clock.advance(std::chrono::seconds{59});
  script_.says(done(kNotFound));
  script_.meanwhile = [&] { stage_.clock.advance(std::chrono::seconds{5}); };
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  script_.says(done(kNotFound));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::submitting);
}

// An hour by the clock, a moment in truth.
TEST_P(Asking, DoesNotTakeAClockThatWasSetForTheWindow) {
  const Application made = lost();
  stage_.clock.set_ahead(std::chrono::hours{1});
  script_.says(done(kNotFound));
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  stage_.clock.advance(std::chrono::seconds{61});
  script_.says(done(kNotFound));
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::submitting);
}

TEST_P(Asking, WaitsNoDayForAClockThatWasSetBack) {
  stage_.clock.advance(std::chrono::hours{24});
  const Application made = lost();
  stage_.clock.set_ahead(-std::chrono::hours{24});
  execute("UPDATE jobs SET due_at_ms = 0");
  script_.says(done(kNotFound));
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown) << "the window begins anew";
  stage_.clock.advance(std::chrono::seconds{61});
  script_.says(done(kNotFound));
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::submitting);
}

TEST_P(Asking, ASecondLossAfterASecondSendingIsAskedAboutAgain) {
  const Application made = lost();
  stage_.clock.advance(std::chrono::seconds{61});
  script_.says(done(kNotFound));
  ASSERT_TRUE(work(kReconcileJob));
  script_.submits(ends(OutcomeKind::unknown_outcome, Reaches::journal));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::unknown);
  script_.says(done(kNotFound));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown) << "the window begins anew";
}

TEST_P(Asking, StopsSendingToALenderThatNeverKnowsOfIt) {
  const Application made = lost();
  for (int i = 0; i < 60; ++i) {
    if (state_of(made) == State::submitting) {
      script_.submits(ends(OutcomeKind::unknown_outcome, Reaches::journal));
      ASSERT_TRUE(work(kSubmitJob));
    }
    script_.says(done(kNotFound));
    ASSERT_TRUE(work_when_due(kReconcileJob));
  }
  EXPECT_EQ(script_.asked("application.submit/1"), 1 + kResendsMax);
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_NE(stored(made.id).attention.find("several times"), std::string::npos);
  EXPECT_TRUE(due(kReconcileJob)) << "it may still turn up";
  EXPECT_FALSE(decide(made, R"({"status":"in_review"})").error);
}

// All combinations are rules of the program's alone: one database will do.
class AskingAnything : public Asking {};
INSTANTIATE_TEST_SUITE_P(Sqlite, AskingAnything, testing::Values(db::Engine::sqlite),
                         db::engine_name);

// Whatever state the jobs find, at their beginning and at their end.
TEST_P(AskingAnything, TouchesNothingThatIsNotItsBusiness) {
  const Application made = lost();
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const auto found = static_cast<State>(i);
    for (std::string_view kind : {kReconcileJob, kFollowJob}) {
      const bool its_own = kind == kReconcileJob ? found == State::unknown : is_followed(found);
      const State begin = kind == kReconcileJob ? State::unknown : State::in_review;
      if (!its_own) {
        put(made, found, kind);
        const std::size_t before = script_.calls.size();
        ASSERT_TRUE(work(kind));
        EXPECT_EQ(script_.calls.size(), before) << to_string(found);
        EXPECT_EQ(state_of(made), found);
        EXPECT_EQ(count("SELECT count(*) AS n FROM jobs"), 0);
      }
      if (its_own) continue;
      for (const Answer& answer :
           {done(found_json("approved", "OK")), done(kNotFound), ends(OutcomeKind::retryable)}) {
        put(made, begin, kind);
        script_.says(answer);
        script_.meanwhile = [&] {
          execute("UPDATE applications SET state = $1 WHERE id = $2", {to_string(found), made.id});
        };
        ASSERT_TRUE(work(kind));
        EXPECT_EQ(state_of(made), found);
        EXPECT_EQ(count("SELECT count(*) AS n FROM jobs"), 0) << to_string(found);
      }
    }
  }
}

TEST_P(Asking, AWorkerThatLostItsJobWritesNothing) {
  const Application made = lost();
  stage_.clock.advance(std::chrono::seconds{5});
  const auto slow = claim(kReconcileJob);
  ASSERT_TRUE(slow);
  script_.says(done(found_json("approved", "OK")));
  script_.meanwhile = [&] {
    stage_.clock.advance(kLeaseFor * 2);
    ASSERT_TRUE(claim(kReconcileJob, "hub-2"));
  };
  EXPECT_EQ(db::failure_of([&] { work(applications_, *slow); }), ErrorCode::lease_lost);
  EXPECT_EQ(state_of(made), State::unknown);
}

}  // namespace
}  // namespace lendport::applications

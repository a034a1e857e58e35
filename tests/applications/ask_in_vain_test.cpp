// Asking a lender that cannot be asked or says nothing of use: it goes on, and people are told.
#include "applications/asking.hpp"

namespace lendport::applications {
namespace {

// As with every answer that a connector gets wrong in the same way each time.
TEST_P(Asking, LetsAPersonDecideWhatCannotBeRead) {
  for (const Answer& junk : {done(R"({"found":true})"), ends(OutcomeKind::internal)}) {
    execute("DELETE FROM jobs");
    const Application made = lost();
    EXPECT_EQ(decide(made, R"({"status":"approved"})").error, ErrorCode::conflict);
    for (int i = 0; i < 3; ++i) {
      script_.says(junk);
      ASSERT_TRUE(work_when_due(kReconcileJob));
    }
    EXPECT_EQ(history(made),
              "created confirmed submitting answer_lost refused_step needs_attention");
    EXPECT_FALSE(decide(made, R"({"status":"approved"})").error);

    for (int i = 0; i < 3; ++i) {
      script_.says(junk);
      ASSERT_TRUE(work_when_due(kFollowJob));
    }
    EXPECT_NE(stored(made.id).attention.find("cannot read"), std::string::npos);
    EXPECT_FALSE(decide(made, R"({"status":"funded"})").error);
    EXPECT_EQ(state_of(made), State::funded);
  }
}

TEST_P(Asking, TakesItsSentenceBackOnceTheLenderCanBeReadAgain) {
  const Application made = in_review();
  script_.says(done(R"({"found":true})"));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_FALSE(stored(made.id).attention.empty());
  script_.says(done(found_json("in_review", "PENDING")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_TRUE(stored(made.id).attention.empty());
  EXPECT_EQ(history(made),
            "created confirmed submitting in_review needs_attention attention_ended");
}

TEST_P(Asking, SaysNothingOfTheApplicantWhereTheCredentialsAreRefused) {
  lost();
  Answer refusal = ends(OutcomeKind::auth_failed);
  refusal.message = "no right to see ada@example.com";
  script_.says(refusal);
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(run(connections_.get(admin_, org_.id, connection_.id, Stage::soon())).status_reason,
            "the lender refuses the credentials");
}

TEST_P(Asking, KeepsAskingWhileTheLenderSaysNothingOfUse) {
  const Application made = lost();
  std::vector<Answer> useless{done("{}"), done(R"({"found":true})"), done(R"({"found":"no"})"),
                              done(R"({"found":true,"application":{"status":"approved"}})")};
  for (OutcomeKind kind : kFailures) useless.push_back(ends(kind));
  stage_.clock.advance(std::chrono::hours{1});
  for (const Answer& answer : useless) {
    script_.says(answer);
    ASSERT_TRUE(work_when_due(kReconcileJob));
    EXPECT_EQ(state_of(made), State::unknown);
    ASSERT_TRUE(due(kReconcileJob));
    EXPECT_LE(*due(kReconcileJob) - stage_.clock.now(), std::chrono::minutes{5});
    EXPECT_FALSE(due(kSubmitJob));
  }
  EXPECT_EQ(run(connections_.get(admin_, org_.id, connection_.id, Stage::soon())).status,
            ConnectionStatus::needs_attention);
}

TEST_P(Asking, AsksAboutALostAnswerAsOftenAsTheOperatorSays) {
  Applications often{needs_of_applications(),
                     ApplicationSettings{.follow_longest = std::chrono::seconds{5}}};
  const Application made = lost();
  stage_.clock.advance(std::chrono::hours{1});
  script_.says(ends(OutcomeKind::upstream_error));
  const auto lease = claim(kReconcileJob);
  ASSERT_TRUE(lease);
  work(often, *lease);
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_EQ(*due(kReconcileJob) - stage_.clock.now(), std::chrono::seconds{5});
}

TEST_P(Asking, CallsForAPersonWhenTheLenderKeepsFailing) {
  const Application made = lost();
  const auto asked_for = [&] { return stage_.clock.now() - made.sent_at.value(); };
  while (asked_for() < kCallLenderAfter) {
    EXPECT_EQ(stored(made.id).attention, "");
    script_.says(ends(OutcomeKind::upstream_error));
    ASSERT_TRUE(work_when_due(kReconcileJob));
  }
  EXPECT_NE(stored(made.id).attention.find("call the lender"), std::string::npos);
  script_.says(ends(OutcomeKind::retryable));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(history(made), "created confirmed submitting answer_lost needs_attention") << "once";
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(stored(made.id).attention, "");
}

TEST_P(Asking, LetsAPersonSayWhatALenderThatKeepsFailingDecided) {
  const Application made = lost();
  EXPECT_EQ(decide(made, R"({"status":"approved"})").error, ErrorCode::conflict);
  stage_.clock.advance(kCallLenderAfter);
  script_.says(ends(OutcomeKind::upstream_error));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_FALSE(decide(made, R"({"status":"approved"})").error);
}

TEST_P(Asking, AnApplicationThatNeverArrivedNeedsNobodysAttention) {
  const Application made = lost();
  stage_.clock.advance(kCallLenderAfter);
  script_.says(ends(OutcomeKind::upstream_error));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  ASSERT_NE(stored(made.id).attention, "");
  script_.says(done(kNotFound));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::submitting);
  EXPECT_EQ(stored(made.id).attention, "");
}

TEST_P(Asking, NeitherAsksNorGuessesWithoutTheConnector) {
  const Application made = lost();
  const auto plugin = std::exchange(script_.plugin, nullptr);
  stage_.clock.advance(std::chrono::hours{1});
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_EQ(script_.asked("application.status/1"), 0);
  script_.plugin = plugin;
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::approved);
}

TEST_P(Asking, CallsForAPersonWhenTheConnectionIsGone) {
  const Application made = lost();
  const Application other = in_review();
  disconnect_held();
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_FALSE(stored(made.id).attention.empty());
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_NE(stored(other.id).attention.find("was removed"), std::string::npos);
  EXPECT_FALSE(due(kReconcileJob));
  EXPECT_FALSE(due(kFollowJob));
  EXPECT_FALSE(decide(made, R"({"status":"approved"})").error);
  EXPECT_FALSE(decide(other, R"({"status":"approved"})").error);
}

}  // namespace
}  // namespace lendport::applications

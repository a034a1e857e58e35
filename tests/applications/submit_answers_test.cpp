// Carrying an application to its lender: what is kept of its answer, and who is told.
#include "applications/submitting.hpp"

namespace lendport::applications {
namespace {

TEST_P(Submitting, TellsTheConnectionThatItsCredentialsAreRefused) {
  confirmed();
  script_.submits(ends(OutcomeKind::auth_failed));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(run(connections_.get(admin_, org_.id, connection_.id, Stage::soon())).status,
            ConnectionStatus::needs_attention);
}

TEST_P(Submitting, TellsTheConnectionNothingOfTheApplicant) {
  const Application made = confirmed();
  Answer refusal = ends(OutcomeKind::auth_failed);
  refusal.message = "no right to see ada@example.com";
  script_.submits(refusal);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(run(connections_.get(admin_, org_.id, connection_.id, Stage::soon())).status_reason,
            "no right to see ***");
  EXPECT_EQ(stored(made.id).failure->message, "no right to see ***");
}

// As much as a connector may say, in characters of two bytes.
TEST_P(Submitting, KeepsOfALongRefusalWhatFitsIntoAnEvent) {
  const Application made = confirmed();
  std::string detail;
  for (int i = 0; i < 1024; ++i) detail += "é";
  Answer refusal = ends(OutcomeKind::invalid);
  refusal.field_errors.assign(128, Violation{"/" + std::string(511, 'p'), "wrong", detail});
  script_.submits(refusal);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::failed);
  const std::string message = stored(made.id).failure->message;
  EXPECT_GT(message.size(), 2'000U);
  EXPECT_LE(message.size(), 2'048U);
  EXPECT_EQ(script_.calls.size(), 1U);
}

TEST_P(Submitting, TakesNoLenderIdThatIsAnotherOnesHere) {
  confirmed();
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  const Application made = confirmed();
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_NE(stored(made.id).attention.find("another one"), std::string::npos);
  EXPECT_EQ(stored(made.id).lender_application_id, "");
  EXPECT_TRUE(due(kReconcileJob));
}

TEST_P(Submitting, LosesNothingOfAnAnswerThatCannotBeRead) {
  const Application made = confirmed();
  script_.submits(done(R"({"lender_application_id":"","status":7})"));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_TRUE(due(kReconcileJob));
  EXPECT_FALSE(due(kSubmitJob));
  EXPECT_NE(stored(made.id).attention.find("cannot read"), std::string::npos);
  EXPECT_FALSE(decide(made, R"({"status":"approved"})").error);
  EXPECT_EQ(state_of(made), State::approved);
}

// What a lender leaves empty costs nothing of what it says.
TEST_P(Submitting, ReadsAnApprovalWithEmptyAndUnknownFields) {
  const Application made = confirmed();
  script_.submits(done(state_json("approved", "OK", R"(,"portal_url":"","decision":{"creditor":"",
      "apr":"5.99","amount":{"amount":"21000.00","currency":"QQQ"}})")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(stored(made.id).decision->apr, parse_rate("5.99").value());
  EXPECT_FALSE(stored(made.id).decision->amount);
  EXPECT_NE(stored(made.id).attention.find("/decision/amount"), std::string::npos);
}

TEST_P(Submitting, MakesNoSuccessOfAWordItDoesNotKnow) {
  const Application made = confirmed();
  script_.submits(done(state_json("unknown", "GREENLIT")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::in_review);
  EXPECT_NE(stored(made.id).attention.find("GREENLIT"), std::string::npos);
}

TEST_P(Submitting, KeepsTheDecisionAndLetsCaseAndConnectionGoWhenItIsFinal) {
  const Application approved = confirmed();
  script_.submits(done(
      state_json("approved", "OK", R"(,"decision":{"amount":{"amount":"21000.00","currency":"USD"},
      "creditor":"Fake Bank"},"portal_url":"https://lender.example/a")")));
  ASSERT_TRUE(work(kSubmitJob));
  const Application after = stored(approved.id);
  EXPECT_EQ(after.decision->amount, (Money{2'100'000, {}}));
  EXPECT_FALSE(after.decision->expires_at) << "the lender named no date";
  EXPECT_EQ(after.lender_application_id, "L-1");
  EXPECT_EQ(after.portal_url, "https://lender.example/a");
  EXPECT_EQ(count("SELECT count(*) AS n FROM case_holds"), 1);
  EXPECT_EQ(count("SELECT count(*) AS n FROM connection_holds"), 1);

  const Application declined = confirmed();
  script_.submits(
      done(state_json("declined", "NO", R"(,"decision":{"reasons":[{"text":"Income"}]})", "L-2")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(stored(declined.id).decision->reasons.at(0).text, "Income");
  EXPECT_EQ(count("SELECT count(*) AS n FROM case_holds"), 1);
  EXPECT_EQ(count("SELECT count(*) AS n FROM connection_holds"), 1);
}

}  // namespace
}  // namespace lendport::applications

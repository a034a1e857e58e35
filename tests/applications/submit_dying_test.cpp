// Carrying an application to its lender: every moment a process can die, and two at once.
#include "applications/submitting.hpp"

namespace lendport::applications {
namespace {

class Dying : public Submitting {
 protected:
  // The process dies in the job; another one takes over when the lease has run out.
  void die(Reaches reaches) {
    script_.submits(dies(reaches));
    const auto lease = claim(kSubmitJob);
    ASSERT_TRUE(lease);
    EXPECT_THROW(work(applications_, *lease), ProcessDied);
    stage_.clock.advance(kLeaseFor * 2);
  }
  Applications next_process_{needs_of_applications(), ApplicationSettings{}};
};
INSTANTIATE_TEST_SUITE_P(Stores, Dying, db::kEngines, db::engine_name);

TEST_P(Dying, BeforeAnythingLeftSendsAgainUnderTheSameKey) {
  const Application made = confirmed();
  die(Reaches::nobody);
  EXPECT_EQ(state_of(made), State::submitting);
  script_.submits(done(state_json("approved", "OK")));
  const auto lease = claim(kSubmitJob, "hub-2");
  ASSERT_TRUE(lease);
  work(next_process_, *lease);
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(script_.book.at(made.lender_key), 1);
}

TEST_P(Dying, AfterSomethingMayHaveLeftOnlyAsks) {
  const Application made = confirmed();
  die(Reaches::lender);
  const auto lease = claim(kSubmitJob, "hub-2");
  ASSERT_TRUE(lease);
  work(next_process_, *lease);
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_EQ(script_.asked("application.submit/1"), 1);
  EXPECT_FALSE(due(kSubmitJob));
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(script_.book.at(made.lender_key), 1);
  EXPECT_EQ(history(made), "created confirmed submitting answer_lost approved");
}

TEST_P(Dying, AfterTheJournalAloneAsksUntilTheWindowEndsAndSendsAgain) {
  const Application made = confirmed();
  die(Reaches::journal);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::unknown);
  for (int i = 0; i < 30 && state_of(made) == State::unknown; ++i) {
    script_.says(done(kNotFound));
    ASSERT_TRUE(work_when_due(kReconcileJob));
  }
  EXPECT_GE(stage_.clock.now(), *stored(made.id).sent_at + std::chrono::seconds{60});
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(script_.book.at(made.lender_key), 1);
}

// Attempts that the lender refused in full do not make a later death look like a lost answer.
TEST_P(Dying, DoesNotMistakeAnAnsweredAttemptForALostOne) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::retryable, Reaches::lender));
  ASSERT_TRUE(work(kSubmitJob));
  stage_.clock.advance(std::chrono::seconds{5});
  die(Reaches::nobody);
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
}

// The same of what the lender refused before the second confirmation.
TEST_P(Dying, DoesNotMistakeARefusedAttemptForALostOne) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::invalid, Reaches::lender));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_FALSE(confirm(made).error);
  die(Reaches::nobody);
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
}

// The clock was set back between two attempts: the journal's times are worth nothing then.
TEST_P(Dying, TrustsNoClock) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::retryable, Reaches::lender));
  ASSERT_TRUE(work(kSubmitJob));
  stage_.clock.advance(-std::chrono::hours{3});
  execute("UPDATE jobs SET due_at_ms = 0");
  die(Reaches::lender);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_EQ(script_.asked("application.submit/1"), 2);
}

// --- Two workers ---------------------------------------------------------------------------------

TEST_P(Dying, AWorkerThatLostItsJobWritesNothing) {
  const Application made = confirmed();
  const auto slow = claim(kSubmitJob);
  ASSERT_TRUE(slow);
  script_.submits(done(state_json("approved", "OK")));
  // While the lender works on it, the lease runs out and another worker takes the job.
  script_.meanwhile = [&] {
    stage_.clock.advance(kLeaseFor * 2);
    const auto fast = claim(kSubmitJob, "hub-2");
    ASSERT_TRUE(fast);
    script_.submits(done(state_json("in_review", "PENDING", "", "L-2")));
    work(next_process_, *fast);
  };
  EXPECT_EQ(db::failure_of([&] { work(applications_, *slow); }), ErrorCode::lease_lost);
  EXPECT_EQ(state_of(made), State::in_review);
  EXPECT_EQ(script_.book.at(made.lender_key), 1) << "the slow one's fence kept it from leaving";
  EXPECT_EQ(history(made), "created confirmed submitting submitting in_review");
}

TEST_P(Dying, AWorkerThatLostItsJobDoesNotEvenBegin) {
  const Application made = confirmed();
  const auto slow = claim(kSubmitJob);
  stage_.clock.advance(kLeaseFor * 2);
  const auto fast = claim(kSubmitJob, "hub-2");
  EXPECT_EQ(db::failure_of([&] { work(applications_, *slow); }), ErrorCode::lease_lost);
  EXPECT_TRUE(script_.calls.empty());
  EXPECT_EQ(stored(made.id).attempts, 0);
  script_.submits(done(state_json("approved", "OK")));
  work(next_process_, *fast);
  EXPECT_EQ(state_of(made), State::approved);
}

}  // namespace
}  // namespace lendport::applications

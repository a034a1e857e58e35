// The applications' jobs in a worker: from the confirmation to the lender's last word.
#include "applications/jobs.hpp"

#include "applications/desk.hpp"

namespace lendport::applications {
namespace {

class Working : public Desk {
 protected:
  Working() { add_applications_jobs(worker_, applications_); }

  int step() { return run(worker_.step(stage_.clock.now())); }

  jobs::Worker worker_{*stage_.db, stage_.clock, {"hub-1"}, [](std::uint64_t) { return 0U; }, {}};
};
INSTANTIATE_TEST_SUITE_P(Stores, Working, db::kEngines, db::engine_name);

TEST_P(Working, CarriesAnApplicationToItsLastWord) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(state_of(made), State::unknown);
  script_.says(done(found_json("in_review", "PENDING")));
  stage_.clock.advance(std::chrono::seconds{3});
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(state_of(made), State::in_review);
  script_.says(done(found_json("declined", "NO")));
  stage_.clock.advance(std::chrono::seconds{3});
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(state_of(made), State::declined);
  stage_.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(step(), 0);
}

TEST_P(Working, IsNotEndedByAHandlerThatThrows) {
  const Application made = confirmed();
  script_.submits(dies(Reaches::nobody));
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(state_of(made), State::submitting);
  script_.submits(done(state_json("approved", "OK")));
  stage_.clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(state_of(made), State::approved);
}

}  // namespace
}  // namespace lendport::applications

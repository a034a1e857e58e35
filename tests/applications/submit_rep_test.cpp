// The sales rep is known at the lender before an application goes there.
#include "applications/desk.hpp"

namespace lendport::applications {
namespace {

class SubmittingForARep : public Desk {};
INSTANTIATE_TEST_SUITE_P(Stores, SubmittingForARep, db::kEngines, db::engine_name);

TEST_P(SubmittingForARep, FindsThemFirstAndOnce) {
  script_.plugin->capabilities.push_back({"rep.ensure/1", 1, "stable"});
  script_.plugin->rep_create = true;
  const Application made = confirmed();
  script_.reps({OutcomeKind::done, R"({"match":"created","lender_rep_id":"R-7"})"});
  script_.submits(ends(OutcomeKind::retryable));
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(stored(made.id).rep.lender_rep_id, "R-7");
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(script_.asked("rep.ensure/1"), 1);
  EXPECT_EQ(json::parse(script_.calls.front().request).at("create"), true);
  EXPECT_NE(script_.calls.front().idempotency_key, made.lender_key);
  EXPECT_EQ(json::parse(script_.calls.back().request).at("rep").at("lender_rep_id"), "R-7");
}

TEST_P(SubmittingForARep, SendsNothingBeforeTheyAreKnown) {
  script_.plugin->capabilities.push_back({"rep.ensure/1", 1, "stable"});
  execute("UPDATE connections SET rep_mode = 'match_or_generic', generic_account = 'house'");
  const Application made = confirmed();
  script_.reps(ends(OutcomeKind::unknown_outcome));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::submitting);
  EXPECT_EQ(script_.asked("application.submit/1"), 0);
  script_.reps({OutcomeKind::done, R"({"match":"none"})"});
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_TRUE(stored(made.id).rep.generic);
  EXPECT_EQ(stored(made.id).rep.lender_rep_id, "house");
  EXPECT_EQ(stored(made.id).owner, rep_.user);
}

TEST_P(SubmittingForARep, AreNeverReplacedByAnAccountWithoutAnId) {
  script_.plugin->capabilities.push_back({"rep.ensure/1", 1, "stable"});
  const Application made = confirmed();
  script_.reps({OutcomeKind::done, R"({"match":"none"})"});
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(json::parse(script_.calls.front().request).at("create"), false);
  EXPECT_EQ(state_of(made), State::failed);
  EXPECT_EQ(refusal_of(made), "rep_unknown");
  EXPECT_EQ(script_.asked("application.submit/1"), 0);
  EXPECT_FALSE(stored(made.id).rep.generic);
}

}  // namespace
}  // namespace lendport::applications

// Asking a lender about what it has: it is followed until nothing more can come.
#include "applications/asking.hpp"

namespace lendport::applications {
namespace {

TEST_P(Asking, FollowsUntilNothingMoreCanCome) {
  const Application made = in_review();
  struct Row {
    const char* status;
    State state;
  };
  for (const Row& row :
       {Row{"in_review", State::in_review}, Row{"needs_info", State::needs_info},
        Row{"approved", State::approved}, Row{"approved", State::approved},
        Row{"documents_sent", State::documents_sent}, Row{"funded", State::funded}}) {
    script_.says(done(found_json(row.status, row.status)));
    ASSERT_TRUE(work_when_due(kFollowJob)) << row.status;
    EXPECT_EQ(state_of(made), row.state);
    EXPECT_EQ(refusal_of_disconnect(),
              row.state == State::funded ? std::nullopt : std::optional(ErrorCode::conflict));
  }
  EXPECT_FALSE(due(kFollowJob));
  // The first word in_review was the lender's own PENDING, then "in_review": a new word, an event.
  EXPECT_EQ(history(made),
            "created confirmed submitting in_review in_review needs_info approved documents_sent "
            "funded");
  EXPECT_EQ(json::parse(script_.calls.back().request),
            (json::Value{{"lender_application_id", "L-1"}}));
}

TEST_P(Asking, AsksLessAndLessOftenWhileNothingChanges) {
  in_review();
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 40; ++i) {
    script_.says(done(found_json("in_review", "PENDING")));
    ASSERT_TRUE(work_when_due(kFollowJob));
    const auto wait = *due(kFollowJob) - stage_.clock.now();
    EXPECT_GE(wait, last);
    last = wait;
  }
  EXPECT_EQ(last, std::chrono::minutes{15});
}

TEST_P(Asking, AsksAMonthLongAFewHundredTimes) {
  const Application made = in_review();
  const Time end = stage_.clock.now() + std::chrono::days{30};
  int asked = 0;
  for (; stage_.clock.now() < end; ++asked) {
    script_.says(done(found_json("in_review", "PENDING")));
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  EXPECT_LT(asked, 500);
  EXPECT_EQ(state_of(made), State::in_review);
}

TEST_P(Asking, AsksOnceMoreWhenADecisionExpiresAndLetsItGo) {
  const Application made = in_review();
  const Time expiry = stage_.clock.now() + std::chrono::hours{5} + std::chrono::milliseconds{7};
  const std::string approved =
      found_json("approved", "OK", R"(,"decision":{"expires_at":")" + format_time(expiry) + "\"}");
  while (state_of(made) != State::expired) {
    EXPECT_LT(stage_.clock.now(), expiry);
    script_.says(done(approved));
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  EXPECT_EQ(stage_.clock.now(), expiry);
  EXPECT_FALSE(due(kFollowJob));
  EXPECT_EQ(history(made), "created confirmed submitting in_review approved expired");
  EXPECT_EQ(count("SELECT count(*) AS n FROM case_holds"), 0);
}

TEST_P(Asking, DoesNotLetADecisionExpireUnasked) {
  const Application made = in_review();
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  stage_.clock.advance(std::chrono::days{46});
  script_.says(ends(OutcomeKind::retryable));
  ASSERT_TRUE(work(kFollowJob));
  EXPECT_EQ(state_of(made), State::approved);
  script_.says(done(found_json("documents_sent", "DOCS")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_of(made), State::documents_sent);
}

TEST_P(Asking, AsksFirstWhenTheConnectorWishesWithinTheSettings) {
  struct Row {
    std::int64_t wished;
    std::chrono::milliseconds wait;
  };
  for (const Row& row : {Row{0, std::chrono::seconds{2}}, Row{30, std::chrono::seconds{30}},
                         Row{86'400, std::chrono::minutes{15}}}) {
    execute("DELETE FROM jobs");
    script_.plugin->poll_s = row.wished;
    const Application made = confirmed();
    script_.submits(done(state_json("in_review", "PENDING", "", made.id.value)));
    ASSERT_TRUE(work(kSubmitJob));
    EXPECT_EQ(*due(kFollowJob) - stage_.clock.now(), row.wait);
  }
}

TEST_P(Asking, GoesOnFollowingWhateverGoesWrong) {
  const Application made = in_review();
  std::vector<Answer> useless{done("{}"), done(R"({"found":true})"), done(kNotFound)};
  for (OutcomeKind kind : kFailures) useless.push_back(ends(kind));
  for (const Answer& answer : useless) {
    script_.says(answer);
    ASSERT_TRUE(work_when_due(kFollowJob));
    EXPECT_EQ(state_of(made), State::in_review);
    EXPECT_TRUE(due(kFollowJob));
  }
  EXPECT_NE(stored(made.id).attention.find("cannot read"), std::string::npos);
  EXPECT_EQ(history(made),
            "created confirmed submitting in_review needs_attention needs_attention "
            "needs_attention");
}

TEST_P(Asking, NotesOnceWhatDoesNotFollow) {
  const Application made = in_review();
  script_.says(done(found_json("countersigned", "CS")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  for (int i = 0; i < 2; ++i) {
    script_.says(done(found_json("approved", "BACK")));
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  EXPECT_EQ(state_of(made), State::countersigned);
  EXPECT_NE(stored(made.id).attention.find("does not follow"), std::string::npos);
  EXPECT_EQ(history(made), "created confirmed submitting in_review countersigned refused_step");
}

TEST_P(Asking, TakesNoWordAboutAnotherApplicationOfTheLenders) {
  const Application made = in_review();
  script_.says(done(found_json("approved", "OK", "", "L-99")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_of(made), State::in_review);
  EXPECT_NE(stored(made.id).attention.find("L-99"), std::string::npos);
  EXPECT_TRUE(due(kFollowJob));
}

}  // namespace
}  // namespace lendport::applications

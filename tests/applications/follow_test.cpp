// Following a lender's word to its end: dates, silences, other ones' answers, stopped plugins.
#include "applications/asking.hpp"
#include "connectors/switches.hpp"

namespace lendport::applications {
namespace {

class Following : public Asking {
 protected:
  void hears(const Answer& answer) {
    script_.says(answer);
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  std::string until(Time expiry) {
    return R"(,"decision":{"expires_at":")" + format_time(expiry) + "\"}";
  }
  std::string attention_of(const Application& application) {
    return stored(application.id).attention;
  }
  void stop_plugin() {
    stage_.db->write_now([&](db::Transaction& tx) {
      connectors::Switch wanted = connectors::switch_of(tx, kLender);
      wanted.stopped = true;
      ++wanted.version;
      connectors::store(tx, wanted);
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Following, db::kEngines, db::engine_name);

TEST_P(Following, DoesNotEndAnApprovalThatTheLenderGaveAgain) {
  const Application made = in_review();
  hears(done(found_json("approved", "OK", until(stage_.clock.now() + std::chrono::hours{1}))));
  hears(done(found_json("needs_info", "ASK")));
  stage_.clock.advance(std::chrono::days{10});
  for (int i = 0; i < 3; ++i) hears(done(found_json("approved", "OK")));
  EXPECT_EQ(state_of(made), State::approved);
  hears(done(found_json("funded", "PAID")));
  EXPECT_EQ(state_of(made), State::funded);
}

TEST_P(Following, EndsNothingForAnAnswerAboutAnotherApplication) {
  const Application made = in_review();
  const Time expiry = stage_.clock.now() + std::chrono::hours{1};
  hears(done(found_json("approved", "OK", until(expiry))));
  stage_.clock.advance(std::chrono::days{1});
  hears(done(found_json("approved", "OK", "", "L-99")));
  EXPECT_EQ(state_of(made), State::approved);
  hears(done(found_json("approved", "OK", until(expiry))));
  EXPECT_EQ(state_of(made), State::expired);
}

TEST_P(Following, EndsNoApprovalByADateOfItsOwn) {
  const Application made = in_review();
  const Answer approved = done(found_json("approved", "OK", R"(,"decision":{"creditor":"Bank"})"));
  hears(approved);
  stage_.clock.advance(std::chrono::days{50});
  for (int i = 0; i < 3; ++i) hears(approved);
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_GE(*due(kFollowJob) - stage_.clock.now(), std::chrono::hours{24}) << "it asks seldom";
}

TEST_P(Following, AsksOnceMoreBeforeADateInThePastCounts) {
  const Application made = in_review();
  const Time expiry = stage_.clock.now() - std::chrono::hours{1};
  const Answer approved = done(found_json("approved", "OK", until(expiry)));
  hears(approved);
  EXPECT_EQ(state_of(made), State::approved) << "the lender has just said so";
  hears(approved);
  EXPECT_EQ(state_of(made), State::expired);
}

TEST_P(Following, LetsAPersonDecideWhereTheCredentialsAreRefused) {
  const Application made = in_review();
  hears(ends(OutcomeKind::auth_failed));
  EXPECT_NE(attention_of(made).find("credentials"), std::string::npos);
  hears(done(found_json("in_review", "PENDING")));
  EXPECT_EQ(attention_of(made), "");
  hears(ends(OutcomeKind::auth_failed));
  EXPECT_EQ(refusal_of_disconnect(), ErrorCode::conflict);
  EXPECT_FALSE(decide(made, R"({"status":"funded"})").error);
  EXPECT_EQ(refusal_of_disconnect(), std::nullopt);
}

TEST_P(Following, LetsAPersonDecideAfterADayOfSilence) {
  const Application made = in_review();
  hears(ends(OutcomeKind::retryable));
  stage_.clock.advance(std::chrono::hours{20});
  hears(done(found_json("in_review", "PENDING")));
  const Time silent = stage_.clock.now();
  while (attention_of(made).empty()) {
    ASSERT_LT(stage_.clock.now() - silent, std::chrono::hours{26});
    EXPECT_EQ(decide(made, R"({"status":"funded"})").error, ErrorCode::conflict);
    hears(ends(OutcomeKind::upstream_error));
  }
  EXPECT_GE(stage_.clock.now() - silent, kCallFollowedAfter);
  hears(done(found_json("in_review", "PENDING")));
  EXPECT_EQ(attention_of(made), "");
}

TEST_P(Following, LetsAPersonDecideWhereThePluginIsGone) {
  const Application made = in_review();
  script_.plugin = nullptr;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(work_when_due(kFollowJob));
    stage_.clock.advance(kCallFollowedAfter);
  }
  EXPECT_FALSE(decide(made, R"({"status":"funded"})").error);
}

TEST_P(Following, AsksSeldomWhileThePluginIsStopped) {
  in_review();
  stop_plugin();
  const auto asked = script_.calls.size();
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_GE(*due(kFollowJob) - stage_.clock.now(), std::chrono::minutes{1});
  stage_.clock.advance(std::chrono::hours{10});
  ASSERT_TRUE(work(kFollowJob));
  EXPECT_GE(*due(kFollowJob) - stage_.clock.now(), std::chrono::minutes{15});
  EXPECT_EQ(script_.calls.size(), asked);
}

TEST_P(Following, TakesNoWordThatIsAnotherOnes) {
  in_review();  // the lender's L-1
  execute("DELETE FROM jobs");
  const Application made = lost();
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_FALSE(decide(made, R"({"status":"in_review"})").error);
  EXPECT_EQ(attention_of(made), "");
  hears(done(found_json("approved", "OK")));
  EXPECT_EQ(state_of(made), State::in_review);
  EXPECT_NE(attention_of(made).find("another one"), std::string::npos);
  EXPECT_EQ(stored(made.id).lender_application_id, "");
}

TEST_P(Following, NeverSendsAgainWhatTheLenderSaidItTook) {
  const Application made = confirmed();
  script_.submits(done(R"({"lender_application_id":"","status":7})"));
  ASSERT_TRUE(work(kSubmitJob));
  stage_.clock.advance(std::chrono::minutes{5});
  for (int i = 0; i < 2; ++i) {
    script_.says(done(kNotFound));
    ASSERT_TRUE(work_when_due(kReconcileJob));
  }
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_FALSE(due(kSubmitJob));
  EXPECT_NE(attention_of(made).find("took this application"), std::string::npos);
}

TEST_P(Following, SaysAgainWhatTheLastWordStillMeans) {
  const Application made = in_review();
  hears(done(found_json("escalated", "ESCALATED")));
  hears(done(R"({"found":true})"));
  EXPECT_NE(attention_of(made).find("cannot read"), std::string::npos);
  hears(done(found_json("escalated", "ESCALATED")));
  EXPECT_NE(attention_of(made).find("ESCALATED"), std::string::npos);
}

}  // namespace
}  // namespace lendport::applications

// What becomes of an application whose lender is down, or has calls enough.
#include "applications/desk.hpp"
#include "connectors/switches.hpp"

namespace lendport::applications {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const connectors::Admission kDown{nullptr, connectors::kDownCode, milliseconds{30'000}};
const connectors::Admission kBusy{nullptr, connectors::kBusyCode, milliseconds{700}};

class Turns : public Desk {
 protected:
  Application shown(const Application& application) {
    return run(applications_.get(request(rep_), org_.id, application.id));
  }
  // "lender.unavailable in 30000": what it waits for and how long; "nothing".
  std::string waits(const Application& application) {
    const auto found = shown(application).waits_for;
    if (!found) return "nothing";
    EXPECT_FALSE(found->message.en.empty() || found->message.fr.empty());
    const auto left = std::chrono::duration_cast<milliseconds>(found->until - stage_.clock.now());
    return found->code + " in " + std::to_string(left.count());
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Turns, db::kEngines, db::engine_name);

TEST_P(Turns, AnApplicationWaitsForALenderThatIsDownAndSpendsNoAttempt) {
  const Application made = confirmed();
  EXPECT_EQ(waits(made), "nothing");
  script_.closed = kDown;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(work_when_due(kSubmitJob));
    EXPECT_EQ(state_of(made), State::confirmed);
    EXPECT_EQ(waits(made), "lender.unavailable in 30000");
  }
  EXPECT_TRUE(script_.calls.empty());
  EXPECT_EQ(stored(made.id).attempts, 0);
  EXPECT_EQ(stored(made.id).version, made.version);
  EXPECT_EQ(history(made), "created confirmed waiting") << "once, however often it is put off";

  script_.closed.reset();
  script_.submits(done(state_json("approved", "APPROVED")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(stored(made.id).attempts, 1);
  EXPECT_EQ(waits(made), "nothing");
}

TEST_P(Turns, ALenderThatStaysDownEndsItAtItsDeadlineAndItMayBeConfirmedAgain) {
  const Application made = confirmed();
  script_.closed = kDown;
  int rounds = 0;
  while (state_of(made) == State::confirmed && ++rounds < 200) work_when_due(kSubmitJob);
  EXPECT_EQ(state_of(made), State::failed);
  EXPECT_EQ(refusal_of(made), "deadline");
  const auto after = stage_.clock.now() - stored(made.id).confirmed_at.value();
  EXPECT_GE(after, minutes{60});
  EXPECT_LE(after, minutes{61});
  ASSERT_FALSE(confirm(made).error);
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(history(made), "created confirmed waiting failed confirmed waiting");
  script_.closed.reset();
  script_.submits(done(state_json("approved", "APPROVED")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
}

TEST_P(Turns, OneThatIsBehindOthersIsNotGivenUp) {
  const Application made = confirmed();
  script_.closed = kBusy;
  stage_.clock.advance(minutes{120});
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::confirmed);
  EXPECT_EQ(waits(made), "hub.busy in 700");
  EXPECT_EQ(history(made), "created confirmed");
}

// Sent and lost: nobody gives it up; after an hour a person is called.
TEST_P(Turns, OneThatMayBeAtTheLenderStaysUnknownWithAttention) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(waits(made), "answer.lost in 2000");
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(waits(made).rfind("answer.lost in ", 0), 0U) << "and no word was got";
  const int asked = script_.asked("application.status/1");
  script_.closed = kDown;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_EQ(waits(made), "lender.unavailable in 30000");
  EXPECT_EQ(stored(made.id).attention, "");
  stage_.clock.advance(minutes{61});
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_EQ(state_of(made), State::unknown);
  EXPECT_NE(stored(made.id).attention, "");
  EXPECT_EQ(script_.asked("application.status/1"), asked);
}

TEST_P(Turns, QuestionsAboutOneThatTheLenderHasWaitToo) {
  const Application made = confirmed();
  script_.submits(done(state_json("in_review", "NEW")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  script_.closed = kDown;
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_GE(due(kFollowJob).value() - stage_.clock.now(), minutes{1});
  script_.closed = kBusy;
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(due(kFollowJob).value() - stage_.clock.now(), milliseconds{700});
  EXPECT_EQ(script_.asked("application.status/1"), 0);
  EXPECT_EQ(waits(made), "nothing") << "it is the lender's to say";
}

TEST_P(Turns, HandTheirPlaceToTheCall) {
  confirmed();
  script_.submits(done(state_json("approved", "APPROVED")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  ASSERT_EQ(script_.calls.size(), 1U);
  EXPECT_TRUE(script_.calls.front().place);
}

// The lender stops lending: nothing new, and what it has is followed.
TEST_P(Turns, EndForALenderThatStopsLendingButForWhatItHas) {
  const Application open = confirmed();
  const Application drafted = draft();
  const Quote quote = quoted(opened(cases::case_body()), "L-20");
  stage_.db->write_now([&](db::Transaction& tx) {
    connectors::Switch wanted = connectors::switch_of(tx, kLender);
    wanted.wind_down = {true, "the lender leaves", {{"com.example.hello", "Hello"}}};
    ++wanted.version;
    connectors::store(tx, wanted);
  });
  run(catalog_.refresh());
  const Told refused = create(quote);
  EXPECT_EQ(refused.error, ErrorCode::conflict);
  EXPECT_NE(refused.detail.find("Instead: Hello."), std::string::npos) << refused.detail;
  const Told unconfirmed = confirm(drafted);
  EXPECT_EQ(unconfirmed.error, ErrorCode::conflict);
  EXPECT_NE(unconfirmed.detail.find("the lender leaves. Instead: Hello."), std::string::npos)
      << unconfirmed.detail;

  script_.submits(done(state_json("in_review", "NEW")));
  ASSERT_TRUE(work_when_due(kSubmitJob)) << "what was confirmed before is sent";
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_of(open), State::approved);
}

TEST_P(Turns, AreShownWithATagOfTheirOwn) {
  const Application made = confirmed();
  const http::Response before = application_answer(200, shown(made), "en");
  script_.closed = kDown;
  ASSERT_TRUE(work_when_due(kSubmitJob));
  const http::Response after = application_answer(200, shown(made), "en");
  EXPECT_NE(before.etag, after.etag);
  EXPECT_NE(after.body.find(R"("waits_for":{"code":"lender.unavailable")"), std::string::npos);
  EXPECT_NE(before.body.find(R"("waits_for":null)"), std::string::npos);
}

}  // namespace
}  // namespace lendport::applications

// Carrying an application to its lender: when it is tried, tried again and given up.
#include "applications/submitting.hpp"
#include "connectors/switches.hpp"

namespace lendport::applications {
namespace {

TEST_P(Submitting, TriesAgainUnderTheSameKeyWithPausesThatGrow) {
  const Application made = confirmed();
  for (int i = 0; i < 4; ++i) script_.submits(ends(OutcomeKind::retryable, Reaches::lender));
  script_.submits(done(state_json("approved", "OK")));
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(work_when_due(kSubmitJob));
    EXPECT_EQ(state_of(made), State::submitting);
    const auto wait = *due(kSubmitJob) - stage_.clock.now();
    EXPECT_GT(wait, last * 9 / 10);
    last = wait;
  }
  // The lender answered each of them: they are over, and no reason to think that one got through.
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(script_.calls.size(), 5U);
  for (const auto& call : script_.calls) EXPECT_EQ(call.idempotency_key, made.lender_key);
  EXPECT_EQ(script_.calls.back().attempt, 5);
}

TEST_P(Submitting, WaitsAsLongAsTheLenderAsksButNotBeyondItsPatience) {
  const Application made = confirmed();
  Answer busy = ends(OutcomeKind::retryable);
  busy.retry_after = std::chrono::minutes{10};
  script_.submits(busy);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(*due(kSubmitJob) - stage_.clock.now(), std::chrono::minutes{10});
  busy.retry_after = std::chrono::hours{24};
  script_.submits(busy);
  ASSERT_TRUE(work_when_due(kSubmitJob));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::failed);
  EXPECT_EQ(refusal_of(made), "deadline");
  EXPECT_EQ(script_.calls.size(), 2U);
  EXPECT_LE(stage_.clock.now() - *made.confirmed_at, std::chrono::minutes{61});
}

TEST_P(Submitting, GivesAConfirmedOneItsAttemptHoweverLongTheHubWasDown) {
  const Application made = confirmed();
  stage_.clock.advance(std::chrono::hours{20});
  script_.submits(ends(OutcomeKind::retryable));
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::submitting);
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);
}

TEST_P(Submitting, WaitsForAConnectorThatIsNotReady) {
  const Application made = confirmed();
  const auto plugin = std::exchange(script_.plugin, nullptr);
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::confirmed);
  EXPECT_EQ(stored(made.id).attempts, 0);
  script_.plugin = plugin;
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(made), State::approved);

  const Application other = confirmed();
  script_.plugin = nullptr;
  stage_.clock.advance(std::chrono::hours{2});
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(refusal_of(other), "deadline");
}

TEST_P(Submitting, IsPutOffWhileThePluginIsStopped) {
  const Application fresh = confirmed();
  const auto turn = [&](bool stopped) {
    stage_.db->write_now([&](db::Transaction& tx) {
      connectors::Switch wanted = connectors::switch_of(tx, fresh.plugin_id);
      wanted.stopped = stopped;
      wanted.changed_at = stage_.clock.now();
      ++wanted.version;
      connectors::store(tx, wanted);
    });
  };
  script_.submits(ends(OutcomeKind::retryable));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(fresh), State::submitting);
  turn(true);
  for (int hours = 0; hours < 48; hours += 12) {
    stage_.clock.advance(std::chrono::hours{12});
    ASSERT_TRUE(work(kSubmitJob));
    EXPECT_EQ(state_of(fresh), State::submitting);
    EXPECT_GE(*due(kSubmitJob) - stage_.clock.now(), std::chrono::seconds{15});
  }
  EXPECT_EQ(script_.calls.size(), 1U);
  // Its patience counts from the start, so that it is still sent.
  turn(false);
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  EXPECT_EQ(state_of(fresh), State::approved);
}

TEST_P(Submitting, FailsAtOnceWhereNobodyCanCarryIt) {
  const Application first = confirmed();
  const auto plugin = script_.plugin;
  script_.plugin = std::make_shared<connectors::Manifest>(*plugin);
  script_.plugin->capabilities.clear();
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(refusal_of(first), "unsupported");
  script_.plugin = plugin;

  const Application second = confirmed();
  disconnect_held();
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(refusal_of(second), "not_connected");
  EXPECT_TRUE(script_.calls.empty());
}

}  // namespace
}  // namespace lendport::applications

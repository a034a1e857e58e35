// Asking a lender: what was lost is found again or was never there; what it has is followed.
#include "applications/asking.hpp"

namespace lendport::applications {
namespace {

constexpr std::array kFailures{OutcomeKind::invalid,         OutcomeKind::auth_failed,
                               OutcomeKind::retryable,       OutcomeKind::upstream_error,
                               OutcomeKind::unknown_outcome, OutcomeKind::unsupported,
                               OutcomeKind::internal,        OutcomeKind::cancelled};

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
    EXPECT_EQ(history(made), "created confirmed submitting answer_lost needs_attention");
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

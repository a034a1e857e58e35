// Carrying an application to its lender: every way a call can end, every moment a process can die.
#include "applications/desk.hpp"
#include "connectors/switches.hpp"

#include <set>

namespace lendport::applications {
namespace {

constexpr std::array kKinds{
    OutcomeKind::done,        OutcomeKind::invalid,        OutcomeKind::auth_failed,
    OutcomeKind::retryable,   OutcomeKind::upstream_error, OutcomeKind::unknown_outcome,
    OutcomeKind::unsupported, OutcomeKind::internal,       OutcomeKind::cancelled};

class Submitting : public Desk {
 protected:
  Answer ending(OutcomeKind kind) {
    if (kind == OutcomeKind::done) return done(state_json("approved", "APPROVED"));
    return ends(kind);
  }
  // Back to a freshly confirmed application of which nobody knows anything.
  void reset(const Application& application, State state) {
    execute(
        "UPDATE applications SET state = $1, attempts = 0, settled_attempts = 0, attention = '', "
        "lender_application_id = '', lender_status = '', decision = NULL, failure_code = NULL "
        "WHERE id = $2",
        {to_string(state), application.id});
    execute("DELETE FROM lender_calls");
    only_job(kSubmitJob, application);
  }
  std::string jobs_left() {
    std::set<std::string> kinds;
    for (std::string_view kind : {kSubmitJob, kReconcileJob, kFollowJob}) {
      if (due(kind)) kinds.insert(std::string(kind.substr(kind.find('.') + 1)));
    }
    std::string text;
    for (const std::string& kind : kinds) text += (text.empty() ? "" : " ") + kind;
    return text;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Submitting, db::kEngines, db::engine_name);

// What each outcome makes of an application that is being sent: the published table.
TEST_P(Submitting, MakesOfEachOutcomeWhatTheTableSays) {
  struct Row {
    OutcomeKind kind;
    State state;
    const char* jobs;
  };
  const Application made = confirmed();
  for (const Row& row : {Row{OutcomeKind::done, State::approved, "follow"},
                         Row{OutcomeKind::invalid, State::failed, ""},
                         Row{OutcomeKind::auth_failed, State::failed, ""},
                         Row{OutcomeKind::retryable, State::submitting, "submit"},
                         Row{OutcomeKind::upstream_error, State::failed, ""},
                         Row{OutcomeKind::unknown_outcome, State::unknown, "reconcile"},
                         Row{OutcomeKind::unsupported, State::failed, ""},
                         Row{OutcomeKind::internal, State::failed, ""},
                         Row{OutcomeKind::cancelled, State::submitting, "submit"}}) {
    reset(made, State::confirmed);
    script_.submits(ending(row.kind));
    ASSERT_TRUE(work(kSubmitJob));
    EXPECT_EQ(state_of(made), row.state) << connectors::to_string(row.kind);
    EXPECT_EQ(jobs_left(), row.jobs) << connectors::to_string(row.kind);
  }
}

// All combinations are rules of the program's alone: one database will do.
class SubmittingAnything : public Submitting {};
INSTANTIATE_TEST_SUITE_P(Sqlite, SubmittingAnything, testing::Values(db::Engine::sqlite),
                         db::engine_name);

// Whatever state the job finds, at its beginning and at its end.
TEST_P(SubmittingAnything, TouchesNothingThatIsNotBeingSent) {
  const Application made = confirmed();
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const auto found = static_cast<State>(i);
    for (OutcomeKind kind : kKinds) {
      reset(made, found);
      const std::size_t before = script_.calls.size();
      script_.submits(ending(kind));
      ASSERT_TRUE(work(kSubmitJob));
      const bool sends = found == State::confirmed || found == State::submitting;
      EXPECT_EQ(script_.calls.size() - before, sends ? 1U : 0U) << to_string(found);
      if (!sends) {
        EXPECT_EQ(state_of(made), found);
        EXPECT_EQ(jobs_left(), "");
      }

      reset(made, State::confirmed);
      script_.submits(ending(kind));
      script_.meanwhile = [&] {
        execute("UPDATE applications SET state = $1 WHERE id = $2", {to_string(found), made.id});
      };
      ASSERT_TRUE(work(kSubmitJob));
      if (found == State::submitting) continue;
      EXPECT_EQ(state_of(made), found) << connectors::to_string(kind);
      EXPECT_EQ(jobs_left(), "");
    }
  }
}

TEST_P(Submitting, SendsTheFrozenRequestWithItsKeyAndRep) {
  const Application made = confirmed();
  script_.submits(done(state_json("in_review", "PENDING")));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_EQ(script_.calls.size(), 1U);
  const connectors::Call& call = script_.calls.front();
  EXPECT_EQ(call.operation, "application.submit/1");
  EXPECT_EQ(call.idempotency_key, made.lender_key);
  EXPECT_EQ(call.subject, made.id.value);
  EXPECT_EQ(call.connection, connection_.id);
  EXPECT_EQ(call.rep_id, rep_.user.value);
  EXPECT_EQ(call.subject_org, made.org);
  EXPECT_TRUE(call.seal);
  const json::Value sent = json::parse(call.request);
  EXPECT_EQ(sent.at("idempotency_key"), made.lender_key);
  EXPECT_EQ(sent.at("applicants").at(0).at("ssn"), "123456789");
  EXPECT_EQ(sent.at("applicants").at(0).at("role"), "borrower");
  EXPECT_EQ(sent.at("project").at("system_size_kw"), "8");
  EXPECT_EQ(sent.at("rep").at("email"), "rep@example.com");
  EXPECT_EQ(sent.at("consent").at("scope"), "soft");
  EXPECT_EQ(state_of(made), State::in_review);
  EXPECT_TRUE(due(kFollowJob));
}

// With what its row says: the org, the call, the column.
TEST_P(Submitting, KeepsBodiesThatOpenInTheirRowAlone) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::retryable, Reaches::lender));
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  read([&](db::Snapshot& at) {
    const auto rows = at.query("SELECT id, org, request_sealed FROM lender_calls ORDER BY id", {});
    EXPECT_EQ(rows.size(), 2U);
    const auto opened = [&](const db::Row& row, const std::string& id, std::string_view column) {
      const auto text = sealing_.unseal(at, row.id<OrgId>("org"), {"lender_calls", id, column},
                                        row.blob("request_sealed"));
      return text->expose().substr(0, 1);
    };
    const db::Row& first = *rows.begin();
    const db::Row& second = *std::next(rows.begin());
    EXPECT_EQ(opened(first, first.text("id"), connectors::kRequestColumn), "{");
    EXPECT_EQ(opened(second, second.text("id"), connectors::kRequestColumn), "{");
    EXPECT_EQ(db::failure_of([&] { opened(first, second.text("id"), connectors::kRequestColumn); }),
              ErrorCode::internal);
    EXPECT_EQ(db::failure_of([&] { opened(first, first.text("id"), connectors::kResponseColumn); }),
              ErrorCode::internal);
    return 0;
  });
}

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

// --- The process dies ----------------------------------------------------------------------------

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

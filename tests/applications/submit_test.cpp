// Carrying an application to its lender: what goes out, and every way a call can end.
#include "applications/submitting.hpp"

namespace lendport::applications {
namespace {

constexpr std::array kKinds{
    OutcomeKind::done,        OutcomeKind::invalid,        OutcomeKind::auth_failed,
    OutcomeKind::retryable,   OutcomeKind::upstream_error, OutcomeKind::unknown_outcome,
    OutcomeKind::unsupported, OutcomeKind::internal,       OutcomeKind::cancelled};

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

}  // namespace
}  // namespace lendport::applications

// Applications for lenders without an integration: people carry them, people decide them.
#include "applications/asking.hpp"

namespace lendport::applications {
namespace {

class HandedOver : public Asking {
 protected:
  Application handed_over() {
    ProductDraft draft;
    draft.lender = "Credit Union";
    draft.terms = test::level_loan();
    const Product made = run(catalog_.create(act(), draft, Stage::soon()));
    run(catalog_.release(act(), {made.id, made.revision}, Stage::soon()));
    const Application application =
        stored(id_of(create(quoted(opened(), "Credit Union")).response));
    EXPECT_FALSE(confirm(application).error);
    script_.submits(done(state_json("in_review", "handed over", "", "handover-1")));
    EXPECT_TRUE(work(kSubmitJob));
    return stored(application.id);
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, HandedOver, db::kEngines, db::engine_name);

TEST_P(HandedOver, IsDecidedByAPerson) {
  const Application made = handed_over();
  EXPECT_EQ(made.state, State::in_review);
  EXPECT_TRUE(made.handed_over());
  EXPECT_EQ(made.lender, "Credit Union");
  EXPECT_EQ(script_.calls.back().plugin, "com.lendport.configured");
  EXPECT_EQ(script_.calls.back().org, org_.id);
  EXPECT_FALSE(due(kFollowJob));
  const Told answer = decide(made, R"({"status":"approved","decision":{"amount":
      {"amount":"20000.00","currency":"USD"}}})");
  ASSERT_FALSE(answer.error) << answer.detail;
  EXPECT_EQ(state_of(made), State::approved);
  // A later word that says nothing of the terms leaves them as they are.
  ASSERT_FALSE(decide(made, R"({"status":"funded"})").error);
  EXPECT_EQ(stored(made.id).decision->amount, (Money{2'000'000, {}}));
  EXPECT_EQ(decide(made, R"({"status":"approved"})").error, ErrorCode::conflict);
  EXPECT_EQ(history(made), "created confirmed submitting in_review approved funded refused_step");
}

TEST_P(HandedOver, IsSeenInItsOwnWorldOnly) {
  const Application made = handed_over();
  Principal production = admin_;
  production.environment = Environment::production;
  const http::Request asked = request(production);
  EXPECT_EQ(db::failure_of([&] { run(applications_.get(asked, org_.id, made.id)); }),
            ErrorCode::not_found);
}

TEST_P(HandedOver, IsNotStuckWhenItsConnectorTalkedNonsense) {
  const Application made = handed_over();
  put(made, State::unknown, kReconcileJob);
  ASSERT_TRUE(work(kReconcileJob));
  EXPECT_FALSE(stored(made.id).attention.empty());
  EXPECT_FALSE(decide(made, R"({"status":"in_review"})").error);
  EXPECT_EQ(state_of(made), State::in_review);
}

TEST_P(HandedOver, IsTheOnlyOneThatPeopleDecide) {
  const Application made = in_review();
  const Told answer = decide(made, R"({"status":"approved"})");
  EXPECT_EQ(answer.error, ErrorCode::conflict);
  EXPECT_NE(answer.detail.find("by itself"), std::string::npos);
  const Application waiting = lost();
  EXPECT_EQ(decide(waiting, R"({"status":"approved"})").error, ErrorCode::conflict);
  EXPECT_EQ(decide(draft(), R"({"status":"approved"})").error, ErrorCode::conflict);
}

// Where the answer was lost and the lender cannot find it, people carry on what a person recorded.
TEST_P(HandedOver, StaysWithPeopleWhereTheLenderCannotFindIt) {
  use(ReconcileMode::none);
  const Application made = lost();
  ASSERT_TRUE(work_when_due(kReconcileJob));
  ASSERT_FALSE(decide(made, R"({"status":"approved"})").error);
  EXPECT_FALSE(due(kFollowJob)) << "there is no id to ask for";
  const Told later = decide(made, R"({"status":"funded"})");
  EXPECT_FALSE(later.error) << later.detail;
  EXPECT_EQ(state_of(made), State::funded);
}

}  // namespace
}  // namespace lendport::applications

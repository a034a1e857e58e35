// People who were erased: their lender is asked nothing more, and no key is made for them again.
#include "applications/asking.hpp"
#include "db/beside.hpp"

#include <semaphore>
#include <thread>

namespace lendport::applications {
namespace {

class AskingOfTheErased : public Asking {
 protected:
  Application declined_owing_a_notice() {
    const Application made = confirmed();
    script_.submits(done(state_json("declined", "NO", "", made.id.value)));
    EXPECT_TRUE(work(kSubmitJob));
    stage_.db->write_now([&](db::Transaction& tx) {
      Application application = applications_store::find_for_update(tx, org_.id, made.id).value();
      application.notice.emplace().rule = "12 CFR 1002.9(a)(1)(ii)";
      applications_store::update(tx, application);
    });
    return stored(made.id);
  }
  void erase(const Application& made) {
    const Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
    run(cases_.remove(rep_, org_.id, subject.id, subject.version, Stage::soon()));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, AskingOfTheErased, db::kEngines, db::engine_name);

// Declined, its case may be deleted while the lender still owes the applicant a notice.
TEST_P(AskingOfTheErased, LearnsNothingMoreAboutWhoWasErased) {
  for (const bool erased : {false, true}) {
    execute("DELETE FROM jobs");
    const Application made = declined_owing_a_notice();
    if (erased) erase(made);
    const std::size_t before = script_.calls.size();
    stage_.db->write_now([&](db::Transaction& tx) {
      applications_.ask_jobs().ask_about_notice(
          tx, applications_store::find(tx, org_.id, made.id).value());
    });
    EXPECT_EQ(due(kFollowJob).has_value(), !erased);
    only_job(kFollowJob, made);
    if (!erased) script_.says(done(found_json("declined", "NO", "", made.id.value)));
    ASSERT_TRUE(work(kFollowJob));
    EXPECT_EQ(script_.calls.size(), before + (erased ? 0 : 1));
    EXPECT_EQ(count("SELECT count(*) AS n FROM keys WHERE owner = $1 AND wrapped IS NOT NULL",
                    {made.borrower}),
              erased ? 0 : 1);
    EXPECT_EQ(stored(made.id).attention, "");
    EXPECT_FALSE(due(kFollowJob));
  }
}

// The case is deleted between the question and the answer.
TEST_P(AskingOfTheErased, TakesNoAnswerAboutWhoIsErasedMeanwhile) {
  for (const bool erased : {false, true}) {
    execute("DELETE FROM jobs");
    const Application made = declined_owing_a_notice();
    only_job(kFollowJob, made);
    script_.says(done(
        found_json("declined", "NO: ADA OWES TOO MUCH",
                   R"(,"decision":{"reasons":[{"code":"R1","text":"Ada Quinn owes too much"}]})",
                   made.id.value)));
    if (erased) script_.meanwhile = [&] { erase(made); };
    const std::string before = history(made);
    ASSERT_TRUE(work(kFollowJob));
    const Application after = stored(made.id);
    EXPECT_EQ(after.lender_status, erased ? "NO" : "NO: ADA OWES TOO MUCH");
    EXPECT_EQ(after.decision.has_value(), !erased);
    EXPECT_EQ(history(made) == before, erased);
    EXPECT_EQ(after.attention, "");
    EXPECT_FALSE(due(kFollowJob));
  }
}

class AskingOfTheErasedRace : public AskingOfTheErased {};
INSTANTIATE_TEST_SUITE_P(Stores, AskingOfTheErasedRace, testing::Values(db::Engine::postgres),
                         db::engine_name);

// The answer is there before the erasure has ended.
TEST_P(AskingOfTheErasedRace, WaitForAnErasureUnderWay) {
  const Application made = declined_owing_a_notice();
  only_job(kFollowJob, made);
  script_.says(done(found_json("declined", "NO: ADA OWES TOO MUCH", "", made.id.value)));
  std::thread eraser;
  std::binary_semaphore under_way{0};
  script_.meanwhile = [&] {
    const db::Unit erase = [&](db::Transaction& tx) {
      sealing_.destroy(tx, org_.id, made.borrower.value, stage_.clock.now());
      under_way.release();
      db::wait_for_a_lock(*stage_.db);
    };
    eraser = std::thread([this, erase] { stage_.db->write_now(erase); });
    under_way.acquire();
  };
  EXPECT_TRUE(work(kFollowJob));
  eraser.join();
  EXPECT_EQ(stored(made.id).lender_status, "NO");
}

}  // namespace
}  // namespace lendport::applications

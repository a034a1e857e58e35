// Checks of a customer's credit follow the person into other cases, and are forgotten with it.
#include "applications/desk.hpp"
#include "crypto/hash.hpp"
#include "db/beside.hpp"

namespace lendport::applications {
namespace {

class Checks : public Desk {
 protected:
  void limit(int count) {
    script_.plugin->document = std::make_shared<const json::Value>(
        json::parse(R"({"application":{"credit_checks":{"count":)" + std::to_string(count) +
                    R"(,"days":30}}})"));
  }
  static json::Value applicants(const json::Value& ssn, const std::string& email) {
    json::Value all = json::parse(cases::case_body()).at("applicants");
    all[0]["ssn"] = ssn;
    all[0]["email"] = email;
    return all;
  }
  // A new case of somebody.
  static std::string somebody(const json::Value& ssn,
                              const std::string& email = "ada@example.com") {
    json::Value body = json::parse(cases::case_body());
    body["applicants"] = applicants(ssn, email);
    body["agreement"]["email"] = email;
    return body.dump();
  }
  static std::string seen_by(const std::string& email) {
    json::Value body = json::parse(kConfirmation);
    body["email"] = email;
    return body.dump();
  }
  Requirements required(const Quote& quote) {
    const http::Request asked = request(rep_);
    return run(applications_.requirements(asked, org_.id, quote.id));
  }
  std::int64_t marks() { return count("SELECT count(*) AS n FROM marks"); }
};
INSTANTIATE_TEST_SUITE_P(Stores, Checks, db::kEngines, db::engine_name);

TEST_P(Checks, FollowThePersonIntoAnotherCase) {
  limit(2);
  EXPECT_FALSE(confirm(draft(somebody("123-45-6789"))).error);
  EXPECT_FALSE(confirm(draft(somebody("123456789"))).error);
  const Application third = draft(somebody("123-45-6789"));
  const Requirements before = required(quoted(opened(somebody("123-45-6789")), "L-10"));
  EXPECT_EQ(before.credit_checks, 2);
  EXPECT_EQ(before.limit, (CheckLimit{2, 30, 2}));
  const Told refused = confirm(third);
  EXPECT_EQ(refused.error, ErrorCode::conflict);
  EXPECT_NE(refused.detail.find("2 credit checks in 30 days"), std::string::npos);
  EXPECT_EQ(state_of(third), State::draft);
  EXPECT_FALSE(confirm(draft(somebody("123-45-6780"))).error) << "somebody of the same name";
}

TEST_P(Checks, GoByMailboxAndNameWhereNoNumberIsGiven) {
  limit(1);
  ASSERT_FALSE(confirm(draft(somebody(nullptr))).error);
  EXPECT_EQ(confirm(draft(somebody(nullptr, "ADA@example.com"))).error, ErrorCode::conflict);
  EXPECT_FALSE(
      confirm(draft(somebody(nullptr, "ada@example.org")), seen_by("ada@example.org")).error);
}

TEST_P(Checks, StayWithTheirCaseWhateverIsCorrectedInIt) {
  limit(1);
  const Application first = draft(somebody("123-45-6789"));
  ASSERT_FALSE(confirm(first).error);
  const Case before = run(cases_.get(rep_, org_.id, first.case_id, Stage::soon()));
  const json::Value corrected = {{"applicants", applicants("123-45-6780", "ada@example.com")}};
  const Case after = run(cases_.change(rep_, org_.id, before.id, before.version,
                                       cases::read_change(corrected.dump()), Stage::soon()));
  const Application second = stored(id_of(create(quoted(after, "L-10")).response));
  EXPECT_EQ(confirm(second).error, ErrorCode::conflict);
}

TEST_P(Checks, AreForgottenWithThePerson) {
  limit(1);
  const Application made = draft();
  ASSERT_FALSE(confirm(made).error);
  script_.submits(done(state_json("declined", "NO")));
  ASSERT_TRUE(work(kSubmitJob));
  const Application second = draft();
  EXPECT_EQ(confirm(second).error, ErrorCode::conflict);
  EXPECT_EQ(marks(), 2);
  const Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
  run(cases_.remove(rep_, org_.id, subject.id, subject.version, Stage::soon()));
  EXPECT_EQ(marks(), 1) << "of who is left";
  EXPECT_FALSE(confirm(second).error);
}

TEST_P(Checks, CountThoseOfADraftOfBeforeThereWereMarks) {
  limit(1);
  const Application old = draft();
  execute("DELETE FROM marks");
  ASSERT_FALSE(confirm(old).error);
  EXPECT_EQ(marks(), 1);
  EXPECT_EQ(confirm(draft()).error, ErrorCode::conflict);
}

TEST_P(Checks, LeaveTheirMarkInNoEventAndNoAnswer) {
  const Quote quote = quoted(opened(), "L-20");
  const Told made = create(quote);
  ASSERT_FALSE(made.error) << made.detail;
  std::string said = made.response.body;
  const std::string mark = read([&](db::Snapshot& at) {
    for (const events::Event& event : lendport::events::list(at, org_.id, 0, 200)) {
      said += event.payload;
    }
    return at.find("SELECT mark FROM marks", {})->blob("mark").bytes;
  });
  ASSERT_EQ(mark.size(), 32U);
  for (const std::string& spelled : {mark, crypto::hex(mark), crypto::base64url(mark)}) {
    EXPECT_EQ(said.find(spelled), std::string::npos);
  }
}

class ChecksRace : public Checks {};
INSTANTIATE_TEST_SUITE_P(Stores, ChecksRace, testing::Values(db::Engine::postgres),
                         db::engine_name);

// Two reps confirm for one person at the same moment, each in a case of their own.
TEST_P(ChecksRace, SeeEachOtherFromCaseToCase) {
  limit(1);
  const Application first = draft();
  const Application second = draft();
  Told meanwhile;
  std::thread other;
  http::Request asked = request(rep_, "key-1");
  asked.keep = [&](db::Transaction&, const http::Response&, const std::vector<std::string>&) {
    other = std::thread([&] { meanwhile = confirm(second); });
    db::wait_for_a_lock(*stage_.db);
  };
  const Told before = told([&] {
    return run(applications_.confirm(asked, org_.id, first.id,
                                     read_confirmation(kConfirmation, stage_.clock.now())));
  });
  other.join();
  EXPECT_FALSE(before.error) << before.detail;
  EXPECT_EQ(meanwhile.error, ErrorCode::conflict) << meanwhile.detail;
  EXPECT_EQ(state_of(second), State::draft);
}

}  // namespace
}  // namespace lendport::applications

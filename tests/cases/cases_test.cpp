// Who may see and change which case, and what a change leaves behind.
#include "cases/cases.hpp"

#include "cases/desk.hpp"

namespace lendport::cases {
namespace {

class CaseStories : public testing::TestWithParam<db::Engine> {
 protected:
  std::vector<CaseId> listed(const Principal& caller, const CaseFilter& filter = {}) {
    std::vector<CaseId> ids;
    for (const Case& subject :
         support::run_task(desk_.cases.list(caller, desk_.org, filter, std::nullopt, 50, soon()))) {
      ids.push_back(subject.id);
    }
    return ids;
  }

  Desk desk_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, CaseStories, db::kEngines, db::engine_name);

TEST_P(CaseStories, ARepSeesAndTouchesOnlyHisOwn) {
  const Case mine = desk_.opened(desk_.rep);
  const Case theirs = desk_.opened(desk_.other_rep);
  EXPECT_EQ(listed(desk_.rep), std::vector<CaseId>{mine.id});
  EXPECT_EQ(listed(desk_.admin), (std::vector<CaseId>{mine.id, theirs.id}));
  EXPECT_EQ(desk_.got(desk_.admin, theirs.id).number, theirs.number);
  const auto not_found = ErrorCode::not_found;
  EXPECT_EQ(db::failure_of([&] { desk_.got(desk_.rep, theirs.id); }), not_found);
  EXPECT_EQ(db::failure_of([&] { desk_.changed(desk_.rep, theirs, "{}"); }), not_found);
  EXPECT_EQ(db::failure_of([&] { desk_.removed(desk_.rep, theirs); }), not_found);
}

TEST_P(CaseStories, AnotherOrgsCaseIsAMissingOne) {
  const Case made = desk_.opened(desk_.admin);
  const auto answer = [&](const CaseId& id) {
    try {
      support::run_task(desk_.cases.get(desk_.admin, desk_.other_org, id, soon()));
      return std::string("found");
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + error.detail();
    }
  };
  EXPECT_EQ(answer(made.id), answer(desk_.ids.next<CaseId>()));
}

TEST_P(CaseStories, OnlyWhoSeesTheOrgNamesAnotherOwner) {
  const std::string to_other = R"({"owner":")" + desk_.other_rep.user.value + R"("})";
  const Case made = desk_.opened(desk_.rep);
  EXPECT_EQ(db::failure_of([&] { desk_.changed(desk_.rep, made, to_other); }),
            ErrorCode::invalid_input);
  EXPECT_EQ(desk_.changed(desk_.admin, made, to_other).owner, desk_.other_rep.user);
  EXPECT_EQ(db::failure_of([&] { desk_.got(desk_.rep, made.id); }), ErrorCode::not_found);
  EXPECT_EQ(
      db::failure_of([&] { desk_.opened(desk_.admin, case_body(R"(,"owner":"user_nobody")")); }),
      ErrorCode::invalid_input);
}

TEST_P(CaseStories, AChangeOfAnOlderVersionIsRefusedWhole) {
  const Case made = desk_.opened(desk_.rep);
  desk_.clock.advance(std::chrono::minutes(1));
  const Case client = desk_.changed(desk_.rep, made, R"({"kind":"client"})");
  EXPECT_EQ(client.version, 2);
  EXPECT_EQ(client.changed_at, made.created_at + std::chrono::minutes(1));
  EXPECT_EQ(db::failure_of([&] { desk_.changed(desk_.rep, made, R"({"number":"X"})"); }),
            ErrorCode::precondition_failed);
  EXPECT_EQ(db::failure_of([&] { desk_.removed(desk_.rep, made); }),
            ErrorCode::precondition_failed);
  EXPECT_EQ(desk_.got(desk_.rep, made.id).number, made.number);
}

TEST_P(CaseStories, NullTakesAFieldAwayForGood) {
  const Case made = desk_.opened(desk_.rep);
  ASSERT_TRUE(made.system_cost);
  desk_.changed(desk_.rep, made, R"({"agreement":null,"project":{"system_cost":null}})");
  const Case after = desk_.got(desk_.rep, made.id);
  EXPECT_FALSE(after.system_cost);
  EXPECT_FALSE(after.agreement);
  EXPECT_EQ(after.size_w, made.size_w);
  EXPECT_EQ(after.project_address, made.project_address);
}

// A case of Ada, whose number is 123-45-6789, and Bea.
constexpr const char* kAda = R"("first_name":"Ada","last_name":"Quinn")";
constexpr const char* kBea = R"("first_name":"Bea","last_name":"Quinn")";

Case opened_by_two(Desk& desk) {
  const Case alone = desk.opened(desk.rep);
  return desk.changed(desk.rep, alone,
                      R"({"applicants":[{"id":")" + alone.applicants[0].id.value + "\"," + kAda +
                          R"(,"ssn":"***"},{)" + kBea + R"(,"ssn":"222-22-2222"}]})");
}

std::string sent_back(const Applicant& person, const std::string& names) {
  return R"({"id":")" + person.id.value + "\"," + names + R"(,"ssn":"***"})";
}

TEST_P(CaseStories, WhoIsLeftKeepsHisOwnSecrets) {
  const Case both = opened_by_two(desk_);
  const std::string bea = sent_back(both.applicants[1], kBea);
  const Case left = desk_.changed(desk_.rep, both, R"({"applicants":[)" + bea + "]}");
  const Case stored = desk_.got(desk_.rep, both.id);
  ASSERT_EQ(stored.applicants.size(), 1U);
  EXPECT_EQ(stored.applicants[0].id, both.applicants[1].id);
  EXPECT_EQ(stored.applicants[0].first_name, "Bea");
  EXPECT_EQ(stored.applicants[0].ssn.expose(), "222222222");
  EXPECT_EQ(db::failure_of([&] {
              desk_.changed(desk_.rep, left,
                            R"({"applicants":[{)" + std::string(kAda) + R"(,"ssn":"***"}]})");
            }),
            ErrorCode::invalid_input);
}

TEST_P(CaseStories, ApplicantsMayChangePlaces) {
  const Case both = opened_by_two(desk_);
  desk_.changed(desk_.rep, both,
                R"({"applicants":[)" + sent_back(both.applicants[1], kBea) + "," +
                    sent_back(both.applicants[0], kAda) + "]}");
  const Case stored = desk_.got(desk_.rep, both.id);
  ASSERT_EQ(stored.applicants.size(), 2U);
  EXPECT_EQ(stored.applicants[0].first_name, "Bea");
  EXPECT_EQ(stored.applicants[0].ssn.expose(), "222222222");
  EXPECT_EQ(stored.applicants[1].first_name, "Ada");
  EXPECT_EQ(stored.applicants[1].ssn.expose(), "123456789");
}

TEST_P(CaseStories, NobodyLeavesACaseThatIsHeld) {
  const Case both = opened_by_two(desk_);
  const Hold hold{desk_.org, both.id, "application", "app_1"};
  desk_.store.write([&](db::Transaction& tx) { cases::hold(tx, hold, desk_.clock.now()); });
  const std::string bea = R"({"applicants":[)" + sent_back(both.applicants[1], kBea) + "]}";
  EXPECT_EQ(db::failure_of([&] { desk_.changed(desk_.rep, both, bea); }), ErrorCode::conflict);
  EXPECT_EQ(desk_.got(desk_.rep, both.id).applicants.size(), 2U);
  desk_.store.write([&](db::Transaction& tx) { cases::release(tx, hold); });
  EXPECT_EQ(desk_.changed(desk_.rep, both, bea).applicants.size(), 1U);
}

TEST_P(CaseStories, BadInputChangesNothing) {
  const Case made = desk_.opened(desk_.rep);
  const std::string events = "SELECT count(*) AS n FROM events";
  const std::int64_t before = desk_.count(events);
  EXPECT_EQ(db::failure_of([&] {
              desk_.changed(desk_.rep, made,
                            R"({"kind":"client","project":{"down_payment":
                               {"amount":"1.00","currency":"EUR"}}})");
            }),
            ErrorCode::invalid_input);
  EXPECT_EQ(desk_.got(desk_.rep, made.id).kind, CustomerKind::prospect);
  EXPECT_EQ(desk_.count(events), before);
}

TEST_P(CaseStories, EachChangeLeavesAnEventAndAnAuditEntry) {
  const Case made = desk_.opened(desk_.rep);
  const Case changed = desk_.changed(desk_.rep, made, R"({"status":"closed"})");
  desk_.removed(desk_.rep, changed);
  for (const char* type : {"case.created", "case.changed", "case.deleted"}) {
    const std::string quoted = " = '" + std::string(type) + "'";
    EXPECT_EQ(desk_.count("SELECT count(*) AS n FROM events WHERE type" + quoted), 1) << type;
    EXPECT_EQ(desk_.count("SELECT count(*) AS n FROM audit WHERE action" + quoted), 1) << type;
  }
}

TEST_P(CaseStories, ListsNarrowByNumberAndStatus) {
  const Case first = desk_.opened(desk_.rep, case_body(R"(,"number":"A-1")"));
  const Case second = desk_.opened(desk_.rep);
  desk_.changed(desk_.rep, second, R"({"status":"closed"})");
  CaseFilter filter;
  filter.number = "A-1";
  EXPECT_EQ(listed(desk_.rep, filter), std::vector<CaseId>{first.id});
  filter = {};
  filter.status = CaseStatus::closed;
  EXPECT_EQ(listed(desk_.rep, filter), std::vector<CaseId>{second.id});
  EXPECT_TRUE(listed(desk_.other_rep, filter).empty());
}

}  // namespace
}  // namespace lendport::cases

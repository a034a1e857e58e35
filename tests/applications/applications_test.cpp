// Making, looking at and taking back applications; what is left behind by each.
#include "applications/applications.hpp"

#include "applications/desk.hpp"
#include "connectors/journal.hpp"
#include "events/audit.hpp"

#include <fstream>
#include <iterator>

namespace lendport::applications {
namespace {

class Making : public Desk {};
INSTANTIATE_TEST_SUITE_P(Stores, Making, db::kEngines, db::engine_name);

TEST_P(Making, FreezesWhatGoesToTheLenderAndHoldsTheCase) {
  const Case subject = opened();
  const Quote quote = quoted(subject, "L-20");
  const Told answer = create(quote);
  ASSERT_FALSE(answer.error) << answer.detail << answer.details;
  EXPECT_EQ(answer.response.status, 201U);
  const Application made = stored(id_of(answer.response));
  EXPECT_EQ(made.state, State::draft);
  EXPECT_EQ(made.lender, "Fake Lender");
  EXPECT_EQ(made.connection, connection_.id);
  EXPECT_EQ(made.environment, Environment::sandbox);
  EXPECT_EQ(made.owner, rep_.user);
  EXPECT_EQ(made.financed_amount, quote.financed_amount());
  EXPECT_EQ(made.amount_sent_to_lender, quote.amount_sent_to_lender());
  EXPECT_EQ(made.consent.text_version, "v3");
  const auto holds =
      read([&](db::Snapshot& at) { return cases::holds_of(at, org_.id, subject.id); });
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].holder, made.id.value);
  EXPECT_EQ(count("SELECT count(*) AS n FROM connection_holds WHERE holder = $1 AND org_id = $2",
                  {made.id, org_.id}),
            1);
  EXPECT_EQ(history(made), "created");
  EXPECT_EQ(script_.calls.size(), 0U);

  const http::Request asked = request(rep_);
  const Confirmation borrower = run(applications_.borrower(asked, org_.id, made.id));
  EXPECT_EQ(borrower.last_name, "Quinn");
  EXPECT_EQ(borrower.address, "1 Sun St, Austin, TX 78701, US");
}

TEST_P(Making, NamesEverythingThatTheCaseLacks) {
  script_.plugin->application_required = {"/applicants/0/ssn", "/project/system_size_kw"};
  script_.plugin->states = {"CA"};
  const Case subject = opened(R"({"applicants":[{"first_name":"Ada","last_name":"Quinn"}],
      "project":{"address":{"line1":"1 Sun St","city":"Austin","state":"TX","postal_code":"78701",
      "country":"US"},"segment":"residential","system_cost":{"amount":"20000.00",
      "currency":"USD"}}})");
  const Quote quote = quoted(subject, "L-20");
  const Told answer = create(quote);
  EXPECT_EQ(answer.error, ErrorCode::invalid_input);
  const std::vector<std::string> expected{"/applicants/0/email missing",
                                          "/applicants/0/phone missing",
                                          "/applicants/0/address/line1 missing",
                                          "/applicants/0/address/city missing",
                                          "/applicants/0/address/postal_code missing",
                                          "/applicants/0/address/country missing",
                                          "/applicants/0/ssn missing",
                                          "/project/size_w missing",
                                          "/project/site_design_complete missing",
                                          "/agreement/name missing",
                                          "/agreement/email missing",
                                          "/agreement/address missing",
                                          "/project/address/state not_available"};
  EXPECT_EQ(answer.violations, expected);

  http::Request asked = request(rep_);
  asked.language = "fr";
  const Requirements before = run(applications_.requirements(asked, org_.id, quote.id));
  EXPECT_EQ(before.missing.size(), expected.size());
  EXPECT_EQ(before.missing.front().detail,
            "manque : e-mail de l'emprunteur ; Fake Lender l'exige, complétez le dossier");
  EXPECT_EQ(before.credit_checks, 0);
  EXPECT_EQ(count("SELECT count(*) AS n FROM applications"), 0);
}

TEST_P(Making, WantsTheConsentInALanguageTheLenderApproved) {
  const Quote quote = quoted(opened(), "L-20");
  for (const char* language : {"fr", "es"}) {
    NewApplication asked = wanted(quote);
    asked.consent.language = language;
    const http::Request sent = request(rep_);
    const Told answer = told([&] { return run(applications_.create(sent, org_.id, asked)); });
    EXPECT_EQ(answer.error, ErrorCode::invalid_input) << language;
    EXPECT_EQ(answer.violations, std::vector<std::string>{"/consent/language not_approved"});
  }
  EXPECT_FALSE(create(quote).error);
}

TEST_P(Making, RefusesAQuoteThatALaterOneReplaced) {
  const Case subject = opened();
  const Quote first = quoted(subject, "L-20");
  quoted(subject, "L-20");
  const Told answer = create(first);
  EXPECT_EQ(answer.error, ErrorCode::conflict);
  EXPECT_NE(answer.detail.find("later one"), std::string::npos);
}

TEST_P(Making, AsksTheCatalogueWhetherTheProductIsStillOffered) {
  const Quote quote = quoted(opened(), "L-20");
  const Product chosen = product("L-20");
  run(catalog_.choose(act(), {chosen.id, chosen.revision}, false, Stage::soon()));
  const Told answer = create(quote);
  EXPECT_EQ(answer.error, ErrorCode::conflict);
  EXPECT_NE(answer.detail.find(describe(NotQuotable::not_selected, "en")), std::string::npos);
  EXPECT_EQ(count("SELECT count(*) AS n FROM applications"), 0);
}

TEST_P(Making, RefusesAConnectionThatIsSwitchedOff) {
  const Application made = draft();
  const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
  run(connections_.disable(admin_, org_.id, connection_.id, before.version, "Holiday",
                           Stage::soon()));
  const Told answer = confirm(made);
  EXPECT_EQ(answer.error, ErrorCode::conflict);
  EXPECT_NE(answer.detail.find("Holiday"), std::string::npos);
  EXPECT_EQ(state_of(made), State::draft);
}

TEST_P(Making, KeepsTheAnswerForARepeatedKeyInItsOwnTransaction) {
  const Quote quote = quoted(opened(), "L-20");
  const Told first = create(quote, rep_, "key-1");
  ASSERT_FALSE(first.error) << first.detail;
  ASSERT_TRUE(kept("key-1"));
  EXPECT_EQ(kept("key-1")->status, 201);
  EXPECT_EQ(kept("key-1")->body.bytes, first.response.body);
  EXPECT_NE(kept("key-1")->headers.find("/applications/app_"), std::string::npos);
  EXPECT_EQ(db::failure_of([&] { kept("key-1", "print-2"); }), ErrorCode::idempotency_mismatch);
  // On another node, where the gate had not seen the first one yet.
  EXPECT_EQ(create(quote, rep_, "key-1").error, ErrorCode::idempotency_in_flight);
  EXPECT_EQ(count("SELECT count(*) AS n FROM applications"), 1);

  const Told withdrawn = withdraw(stored(id_of(first.response)), "key-2");
  EXPECT_EQ(kept("key-2")->body.bytes, withdrawn.response.body);
}

TEST_P(Making, DoesNotUseUpAKeyForWhatItRefuses) {
  const Quote quote = quoted(opened(R"({"applicants":[{"first_name":"Ada","last_name":"Quinn"}],
      "project":{"segment":"residential","address":{"line1":"1 Sun St","city":"Austin",
      "state":"TX","postal_code":"78701","country":"US"},
      "system_cost":{"amount":"20000.00","currency":"USD"}}})"),
                             "L-20");
  EXPECT_EQ(create(quote, rep_, "key-1").error, ErrorCode::invalid_input);
  EXPECT_FALSE(kept("key-1"));
}

TEST_P(Making, KeepsTheConnectionUntilItEnds) {
  const Application made = draft();
  EXPECT_EQ(refusal_of_disconnect(), ErrorCode::conflict);
  EXPECT_FALSE(confirm(made).error);
  EXPECT_EQ(refusal_of_disconnect(), ErrorCode::conflict);
  execute("UPDATE applications SET state = 'failed' WHERE id = $1", {made.id});
  EXPECT_EQ(refusal_of_disconnect(), ErrorCode::conflict);
  EXPECT_FALSE(withdraw(made).error);
  EXPECT_EQ(refusal_of_disconnect(), std::nullopt);
}

TEST_P(Making, GivesOpenOnesOfAnOlderStoreTheirHolds) {
  const Application open = draft();
  const Application ended = draft();
  ASSERT_FALSE(withdraw(ended).error);
  execute("DELETE FROM connection_holds");
  for (const db::Migration& migration : db::built_in_migrations()) {
    if (migration.number != 61) continue;
    for (const std::string& statement : db::statements_of(migration.sql)) execute(statement);
  }
  EXPECT_EQ(count("SELECT count(*) AS n FROM connection_holds"), 1);
  EXPECT_EQ(count("SELECT count(*) AS n FROM connection_holds WHERE holder = $1 AND "
                  "connection_id = $2 AND org_id = $3",
                  {open.id, connection_.id, org_.id}),
            1);
}

TEST_P(Making, TakesBackOnlyWhatWasNotSent) {
  const Application made = draft();
  EXPECT_FALSE(withdraw(made).error);
  EXPECT_EQ(state_of(made), State::cancelled);
  EXPECT_EQ(history(made), "created withdrawn");
  EXPECT_EQ(count("SELECT count(*) AS n FROM case_holds"), 0);
  EXPECT_EQ(count("SELECT count(*) AS n FROM connection_holds"), 0);
  EXPECT_EQ(withdraw(made).error, ErrorCode::conflict);
  EXPECT_EQ(confirm(made).error, ErrorCode::conflict);

  const Application sent = confirmed();
  EXPECT_EQ(withdraw(sent).error, ErrorCode::conflict);
  EXPECT_EQ(state_of(sent), State::confirmed);
}

TEST_P(Making, RecordsWhatAPersonMayNotDo) {
  const Application made = draft();
  ASSERT_FALSE(withdraw(made).error);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(confirm(made).error, ErrorCode::conflict);
  EXPECT_EQ(history(made), "created withdrawn refused_step") << "once, however often it is tried";
  const TimelineEntry told = run(applications_.timeline(request(rep_), org_.id, made.id)).back();
  EXPECT_EQ(told.type, "application.refused_step");
  EXPECT_EQ(told.actor, rep_.user.value);
  const json::Value details = json::parse(told.details);
  EXPECT_EQ(details.at("step"), "confirm");
  EXPECT_EQ(details.at("state"), "cancelled");
  EXPECT_EQ(state_of(made), State::cancelled);
  // Another step is another one's news; the same is news again after a day.
  EXPECT_EQ(withdraw(made).error, ErrorCode::conflict);
  EXPECT_EQ(decide(made, R"({"status":"funded"})").error, ErrorCode::conflict);
  stage_.clock.advance(kRefusedStepToldAgain + std::chrono::milliseconds{1});
  EXPECT_EQ(confirm(made).error, ErrorCode::conflict);
  EXPECT_EQ(history(made), "created withdrawn refused_step refused_step refused_step refused_step");
}

TEST_P(Making, RecordsOnlySoManyRefusedStepsInAnHour) {
  const Application made = draft();
  ASSERT_FALSE(withdraw(made).error);
  const auto by_many = [&](const std::string& who) {
    for (int i = 0; i < kRefusedStepsPerHour + 2; ++i) {
      const User user = stage_.user(org_, Role::org_manager, who + std::to_string(i));
      EXPECT_EQ(confirm(made, orgs::principal_of(user)).error, ErrorCode::conflict);
    }
    return count("SELECT COUNT(*) AS n FROM events WHERE type = 'application.refused_step'");
  };
  EXPECT_EQ(by_many("early"), kRefusedStepsPerHour);
  stage_.clock.advance(std::chrono::hours{1} + std::chrono::milliseconds{1});
  EXPECT_EQ(by_many("late"), 2 * kRefusedStepsPerHour);
}

TEST_P(Making, RecordsNoRefusalOfAnythingElse) {
  const Application made = draft();
  const std::string other = R"({"first_name":"Eve","last_name":"Quinn","email":"ada@example.com",
                                "phone":"(512) 555-0100",
                                "address":"1 Sun St, Austin, TX 78701, US"})";
  EXPECT_EQ(confirm(made, other).error, ErrorCode::invalid_input);
  EXPECT_EQ(confirm(made, orgs::principal_of(stage_.user(org_, Role::rep, "stranger"))).error,
            ErrorCode::not_found);
  EXPECT_EQ(history(made), "created");
}

class Looking : public Desk {
 protected:
  std::string listed(const Principal& caller, Applications::ListQuery query = {}) {
    const http::Request asked = request(caller);
    std::string ids;
    for (const Application& one : run(applications_.list(asked, org_.id, query))) {
      ids += names_.at(one.id.value);
    }
    return ids;
  }
  std::optional<ErrorCode> got(const Principal& caller, const Application& application) {
    const http::Request asked = request(caller);
    return db::failure_of([&] { run(applications_.get(asked, org_.id, application.id)); });
  }
  Application named(const std::string& name) {
    stage_.clock.advance(std::chrono::seconds(1));
    Application made = draft();
    names_[made.id.value] = name;
    return made;
  }
  std::map<std::string, std::string> names_;
};
INSTANTIATE_TEST_SUITE_P(Stores, Looking, db::kEngines, db::engine_name);

TEST_P(Looking, PagesNewestFirstAndFilters) {
  const Application a = named("a");
  const Application b = named("b");
  const Application c = named("c");
  withdraw(b);
  EXPECT_EQ(listed(rep_), "cba");
  Applications::ListQuery query;
  query.limit = 2;
  EXPECT_EQ(listed(rep_, query), "cb");
  query.after = std::pair(stored(b.id).created_at, b.id.value);
  EXPECT_EQ(listed(rep_, query), "a");
  query = {};
  query.state = State::cancelled;
  EXPECT_EQ(listed(rep_, query), "b");
  query = {};
  query.case_id = c.case_id;
  EXPECT_EQ(listed(rep_, query), "c");
  query.case_id = CaseId{"case_none"};
  EXPECT_EQ(listed(rep_, query), "");
  EXPECT_EQ(got(rep_, a), std::nullopt);
}

TEST_P(Looking, FollowsTheCase) {
  const Application a = named("a");
  const Principal other = hired("other");
  EXPECT_EQ(got(other, a), ErrorCode::not_found);
  EXPECT_EQ(listed(other), "");
  EXPECT_EQ(got(admin_, a), std::nullopt);
  EXPECT_EQ(listed(admin_), "a");
  EXPECT_EQ(confirm(a, other).error, ErrorCode::not_found);

  // The case is handed to the other rep: the application goes with it, its rep stays who it was.
  const Case before = run(cases_.get(admin_, org_.id, a.case_id, Stage::soon()));
  run(cases_.change(admin_, org_.id, a.case_id, before.version,
                    cases::read_change(R"({"owner":")" + other.user.value + R"("})"),
                    Stage::soon()));
  EXPECT_EQ(got(other, a), std::nullopt);
  EXPECT_EQ(listed(other), "a");
  EXPECT_EQ(got(rep_, a), ErrorCode::not_found);
  EXPECT_EQ(listed(rep_), "");
  EXPECT_EQ(stored(a.id).owner, rep_.user);
}

TEST_P(Looking, NeverMixesTheTwoWorlds) {
  const Application a = named("a");
  Principal production = admin_;
  production.environment = Environment::production;
  EXPECT_EQ(got(production, a), ErrorCode::not_found);
  EXPECT_EQ(listed(production), "");
  EXPECT_EQ(confirm(a, production).error, ErrorCode::not_found);
  const http::Request asked = request(production);
  EXPECT_EQ(db::failure_of([&] { run(applications_.requirements(asked, org_.id, a.quote)); }),
            ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { run(applications_.timeline(asked, org_.id, a.id)); }),
            ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { run(applications_.borrower(asked, org_.id, a.id)); }),
            ErrorCode::not_found);
  EXPECT_EQ(create(quoted(opened(), "L-10"), production).error, ErrorCode::not_found);
}

TEST_P(Looking, DoesNotTellAnotherOrgsFromAMissingOne) {
  const Application a = named("a");
  const Org other = stage_.org("Other");
  const http::Request asked = request(admin_);
  EXPECT_EQ(db::failure_of([&] { run(applications_.get(asked, other.id, a.id)); }),
            ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { run(applications_.requirements(asked, other.id, a.quote)); }),
            ErrorCode::not_found);
  EXPECT_TRUE(run(applications_.list(asked, other.id, {})).empty());
}

TEST_P(Looking, TellsEveryStepAndEveryCallInOrder) {
  const Application a = confirmed();
  stage_.clock.advance(std::chrono::seconds(1));
  script_.submits(done(state_json("approved", "APPROVED")));
  ASSERT_TRUE(work(kSubmitJob));
  const http::Request asked = request(rep_);
  std::string told;
  for (const TimelineEntry& entry : run(applications_.timeline(asked, org_.id, a.id))) {
    told += entry.kind + ":" + entry.type + "/" +
            (entry.actor == rep_.user.value ? "rep" : entry.actor) + "\n";
  }
  EXPECT_EQ(told,
            "event:application.created/rep\n"
            "event:application.confirmed/rep\n"
            "event:application.submitting/hub\n"
            "event:application.approved/lender\n"
            "lender_call:application.submit/1/hub\n");
}

TEST_P(Looking, TellsTheLatestOfALongStory) {
  const Application a = named("a");
  stage_.db->write_now([&](db::Transaction& tx) {
    for (int i = 0; i < kTimelineMax; ++i) {
      lendport::events::append(tx, {stage_.ids.next<EventId>(),
                                    org_.id,
                                    {"application", a.id.value},
                                    "application.step" + std::to_string(i),
                                    "{}",
                                    "hub",
                                    stage_.clock.now()});
    }
  });
  const auto told = run(applications_.timeline(request(rep_), org_.id, a.id));
  ASSERT_EQ(told.size(), std::size_t{kTimelineMax});
  EXPECT_EQ(told.front().type, "application.step0");
  EXPECT_EQ(told.back().type, "application.step" + std::to_string(kTimelineMax - 1));
}

class Leaving : public Desk {};
INSTANTIATE_TEST_SUITE_P(Stores, Leaving, db::kEngines, db::engine_name);

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A whole life with a lender that repeats what it was told.
TEST_P(Leaving, NothingOfTheApplicantBehindInTheOpen) {
  const std::string canary = "078-05-1120";
  std::string body = cases::case_body();
  body.replace(body.find("123-45-6789"), canary.size(), canary);
  const Application made = draft(body);
  ASSERT_FALSE(confirm(made).error);
  Answer echo = ends(OutcomeKind::invalid, Reaches::lender);
  echo.message = "Ada Quinn (ada@example.com, +15125550100) is unknown";
  echo.field_errors = {{"/applicants/0/ssn", "bad", "078-05-1120 and 078051120 were refused"}};
  script_.submits(echo);
  ASSERT_TRUE(work(kSubmitJob));
  const Application failed = stored(made.id);
  EXPECT_EQ(failed.state, State::failed);
  EXPECT_EQ(failed.failure->message,
            "*** *** (***, ***) is unknown; /applicants/0/ssn: *** and *** were refused");
  // The lender itself was told in full.
  EXPECT_NE(script_.calls.back().request.find("078051120"), std::string::npos);

  std::string left = application_answer(200, failed, "en").body;
  const http::Request asked = request(rep_);
  left += timeline_answer(run(applications_.timeline(asked, org_.id, made.id)), "en").body;
  for (const auto& event :
       read([&](db::Snapshot& at) { return lendport::events::list(at, org_.id, 0, 200); })) {
    left += event.type + event.payload + event.actor;
  }
  for (const auto& entry :
       read([&](db::Snapshot& at) { return lendport::events::list_audit(at, org_.id, 0, 200); })) {
    left += entry.action + entry.before.value_or("") + entry.after.value_or("");
  }
  if (GetParam() == db::Engine::sqlite) {
    const std::string path = stage_.fresh.url().substr(std::string("sqlite://").size());
    left += file_text(path) + file_text(path + "-wal");
    EXPECT_NE(left.find(made.id.value), std::string::npos) << "this must be the file that is used";
  }
  for (const char* secret :
       {"078-05-1120", "078051120", "1980-02-29", "ada@example.com", "84000", "5125550100"}) {
    EXPECT_EQ(left.find(secret), std::string::npos) << secret;
  }
}

TEST_P(Leaving, AnAuditRecordForEachChangeOfAPerson) {
  const Application made = draft();
  confirm(made);
  script_.submits(ends(OutcomeKind::upstream_error));
  work(kSubmitJob);
  withdraw(made);
  std::string actions;
  for (const auto& entry :
       read([&](db::Snapshot& at) { return lendport::events::list_audit(at, org_.id, 0, 200); })) {
    if (entry.subject.id != made.id.value) continue;
    actions += entry.action + " " + entry.before.value_or("") + entry.after.value_or("") + "\n";
    EXPECT_EQ(entry.actor, rep_.user.value);
    EXPECT_EQ(entry.request_id, "req-1");
  }
  EXPECT_EQ(actions,
            "application.create {\"state\":\"draft\"}\n"
            "application.confirm {\"state\":\"draft\"}{\"state\":\"confirmed\"}\n"
            "application.withdraw {\"state\":\"failed\"}{\"state\":\"cancelled\"}\n");
  EXPECT_EQ(history(made), "created confirmed submitting failed withdrawn");
}

TEST_P(Leaving, NothingToSendOfAnErasedApplicant) {
  const Application waiting = confirmed();
  stage_.db->write_now([&](db::Transaction& tx) {
    sealing_.destroy(tx, org_.id, waiting.borrower.value, stage_.clock.now());
  });
  EXPECT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(waiting), State::failed);
  EXPECT_EQ(refusal_of(waiting), "erased");
  EXPECT_TRUE(script_.calls.empty());
  EXPECT_FALSE(due(kSubmitJob));
  const http::Request asked = request(rep_);
  EXPECT_EQ(db::failure_of([&] { run(applications_.borrower(asked, org_.id, waiting.id)); }),
            ErrorCode::conflict);
}

}  // namespace
}  // namespace lendport::applications

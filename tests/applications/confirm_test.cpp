// The confirmation: what stops it, and what it leaves when it is acknowledged.
#include "applications/desk.hpp"
#include "events/audit.hpp"

namespace lendport::applications {
namespace {

class Confirming : public Desk {
 protected:
  // The confirmation with one field seen otherwise.
  static std::string seen_with(const std::string& field, const std::string& value) {
    json::Value body = json::parse(kConfirmation);
    body[field] = value;
    return body.dump();
  }
  void limit_checks(int count) {
    script_.plugin->document = std::make_shared<const json::Value>(
        json::parse(R"({"application":{"credit_checks":{"count":)" + std::to_string(count) +
                    R"(,"days":30}}})"));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Confirming, db::kEngines, db::engine_name);

TEST_P(Confirming, LeavesStateJobEventAuditAndAnswerTogether) {
  const Application made = draft();
  const Told answer = confirm(made, rep_, kConfirmation, "key-1");
  ASSERT_FALSE(answer.error) << answer.detail << answer.details;
  EXPECT_EQ(answer.response.status, 202U);
  EXPECT_EQ(json::parse(answer.response.body).at("state"), "confirmed");
  const Application after = stored(made.id);
  EXPECT_EQ(after.state, State::confirmed);
  EXPECT_EQ(after.confirmed_at, stage_.clock.now());
  EXPECT_EQ(after.version, 2);
  EXPECT_EQ(answer.response.etag, "\"v2\"");
  EXPECT_EQ(due(kSubmitJob), stage_.clock.now());
  EXPECT_EQ(history(made), "created confirmed");
  EXPECT_EQ(kept("key-1")->body.bytes, answer.response.body);
  EXPECT_TRUE(script_.calls.empty()) << "nothing is sent before the answer is on disk";
}

TEST_P(Confirming, HandsItsTraceOnToEveryCallOfTheLender) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const Application made = draft();
  http::Request asked = request(rep_);
  asked.traceparent = trace;
  run(applications_.confirm(asked, org_.id, made.id,
                            read_confirmation(kConfirmation, stage_.clock.now())));
  ASSERT_TRUE(work(kSubmitJob));  // nothing answers
  script_.submits(done(state_json("in_review", "NEW")));
  ASSERT_TRUE(work_when_due(kSubmitJob));
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  ASSERT_EQ(script_.calls.size(), 3U);
  for (const connectors::Call& call : script_.calls) {
    EXPECT_EQ(call.traceparent, trace) << call.operation;
    EXPECT_EQ(call.request_id, "req-1") << call.operation;
  }
}

TEST_P(Confirming, ForgetsTheTraceOfAnEarlierOne) {
  const Application made = draft();
  http::Request asked = request(rep_);
  asked.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  run(applications_.confirm(asked, org_.id, made.id,
                            read_confirmation(kConfirmation, stage_.clock.now())));
  script_.submits(ends(OutcomeKind::invalid));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_FALSE(confirm(made).error);
  EXPECT_EQ(stored(made.id).asked_by.traceparent, "");
}

TEST_P(Confirming, ShowsBothValuesWhereThePersonSawSomethingElse) {
  const Application made = draft();
  struct Row {
    const char* field;
    const char* seen;
    const char* is;
  };
  for (const Row& row : {Row{"first_name", "Ida", "Ada"}, Row{"last_name", "Quin", "Quinn"},
                         Row{"email", "ada@exemple.com", "ada@example.com"},
                         Row{"phone", "(512) 555-0199", "+15125550100"},
                         Row{"address", "2 Sun St, Austin, TX 78701, US", "1 Sun St"}}) {
    const Told answer = confirm(made, seen_with(row.field, row.seen));
    EXPECT_EQ(answer.error, ErrorCode::invalid_input) << row.field;
    EXPECT_EQ(answer.violations,
              (std::vector<std::string>{"/" + std::string(row.field) + " differs"}));
    EXPECT_NE(answer.details.find(row.seen), std::string::npos);
    EXPECT_NE(answer.details.find(row.is), std::string::npos);
  }
  EXPECT_EQ(state_of(made), State::draft);
  EXPECT_EQ(history(made), "created");
  EXPECT_FALSE(due(kSubmitJob));
  EXPECT_FALSE(confirm(made).error);
}

TEST_P(Confirming, HoldsTheAgreementAgainstWhatWouldBeSent) {
  const Application made = draft();
  const Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
  run(cases_.change(rep_, org_.id, subject.id, subject.version,
                    cases::read_change(R"({"agreement":{"name":"Adam Quinn",
                        "email":"adam@example.com"}})"),
                    Stage::soon()));
  const Told answer = confirm(made);
  EXPECT_EQ(answer.error, ErrorCode::invalid_input);
  EXPECT_EQ(answer.violations,
            (std::vector<std::string>{"/case/agreement/name differs_from_agreement",
                                      "/case/agreement/email differs_from_agreement"}));
  EXPECT_NE(answer.details.find("Adam Quinn"), std::string::npos);
  EXPECT_NE(answer.details.find("\"Ada Quinn\""), std::string::npos);
  EXPECT_EQ(state_of(made), State::draft);
}

// What is left out of the agreement after the draft was made is not left out of the comparison.
TEST_P(Confirming, WantsTheWholeAgreement) {
  const Application made = draft();
  for (const char* field : {"name", "email", "address"}) {
    const Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
    const json::Value change = {{"agreement", {{field, nullptr}}}};
    run(cases_.change(rep_, org_.id, subject.id, subject.version, cases::read_change(change.dump()),
                      Stage::soon()));
  }
  const Told answer = confirm(made);
  EXPECT_EQ(answer.error, ErrorCode::invalid_input);
  EXPECT_EQ(answer.violations, (std::vector<std::string>{"/case/agreement/name missing",
                                                         "/case/agreement/email missing",
                                                         "/case/agreement/address missing"}));
  EXPECT_EQ(state_of(made), State::draft);
}

// The case was changed after the draft froze what goes out: the frozen name counts, since it is the
// one the lender gets.
TEST_P(Confirming, ComparesTheAgreementWithTheFrozenName) {
  const Application made = draft();
  Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
  json::Value applicants = json::parse(cases::case_body()).at("applicants");
  applicants[0]["last_name"] = "Quinton";
  run(cases_.change(
      rep_, org_.id, subject.id, subject.version,
      cases::read_change(
          json::Value{{"applicants", applicants}, {"agreement", {{"name", "Ada Quinton"}}}}.dump()),
      Stage::soon()));
  const Told answer = confirm(made);
  EXPECT_EQ(answer.violations,
            (std::vector<std::string>{"/case/agreement/name differs_from_agreement"}));
}

TEST_P(Confirming, IsPossibleOnlyForADraftAndAfterATechnicalRefusal) {
  const Application made = draft();
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const auto state = static_cast<State>(i);
    execute("UPDATE applications SET state = $1 WHERE id = $2", {to_string(state), made.id});
    const Told answer = confirm(made);
    if (state == State::draft || state == State::failed) {
      EXPECT_FALSE(answer.error) << to_string(state) << answer.detail;
      EXPECT_EQ(state_of(made), State::confirmed);
    } else {
      EXPECT_EQ(answer.error, ErrorCode::conflict) << to_string(state);
      EXPECT_EQ(state_of(made), state);
    }
  }
  EXPECT_EQ(count("SELECT count(*) AS n FROM jobs WHERE kind = $1", {kSubmitJob}), 1);
}

TEST_P(Confirming, LeavesTheConsentThatIsRecorded) {
  const Application made = draft();
  const auto consenting = [](const std::string& text, const std::string& language) {
    json::Value body = json::parse(kConfirmation);
    body["consent"] = {{"scope", "soft"}, {"text_version", text}, {"language", language}};
    return body.dump();
  };
  for (const auto& [text, language] : {std::pair{"v4", "en"}, std::pair{"v3", "fr"}}) {
    const Told answer = confirm(made, consenting(text, language));
    EXPECT_EQ(answer.error, ErrorCode::invalid_input);
    EXPECT_EQ(answer.violations, std::vector<std::string>{"/consent/text_version not_expected"});
  }
  ASSERT_FALSE(confirm(made, consenting("v3", "en")).error) << "who says it twice says nothing new";
  EXPECT_EQ(stored(made.id).consent.text_version, "v3");
  EXPECT_EQ(stored(made.id).consent.at, made.consent.at) << "nor is it younger";
}

TEST_P(Confirming, KeepsTheLendersKeyForLife) {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::invalid));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_FALSE(confirm(made).error);
  EXPECT_EQ(stored(made.id).lender_key, made.lender_key);
  EXPECT_FALSE(stored(made.id).failure);
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_EQ(script_.calls[0].idempotency_key, script_.calls[1].idempotency_key);
  EXPECT_EQ(state_of(made), State::approved);
}

TEST_P(Confirming, StopsAtTheLendersLimitOfCreditChecks) {
  limit_checks(2);
  const Case subject = opened();
  std::vector<Application> drafts;
  for (const char* product : {"L-10", "L-20", "L-25"}) {
    drafts.push_back(stored(id_of(create(quoted(subject, product)).response)));
  }
  EXPECT_FALSE(confirm(drafts[0]).error);
  // The second counts while the first is on its way, before any lender has seen either.
  EXPECT_FALSE(confirm(drafts[1]).error);
  const Told third = confirm(drafts[2]);
  EXPECT_EQ(third.error, ErrorCode::conflict);
  EXPECT_NE(third.detail.find("2 credit checks in 30 days"), std::string::npos);
  EXPECT_EQ(state_of(drafts[2]), State::draft);

  // A technical refusal was no check.
  script_.submits(ends(OutcomeKind::invalid));
  ASSERT_TRUE(work(kSubmitJob));
  EXPECT_FALSE(confirm(drafts[2]).error);
  const http::Request asked = request(rep_);
  const Requirements after = run(applications_.requirements(asked, org_.id, drafts[2].quote));
  EXPECT_EQ(after.credit_checks, 2);
  EXPECT_EQ(after.limit, (CheckLimit{2, 30, 2}));
  EXPECT_EQ(after.warning, "");
}

TEST_P(Confirming, CountsChecksOfTheLastDaysOnly) {
  limit_checks(1);
  const Case subject = opened();
  const Application first = stored(id_of(create(quoted(subject, "L-10")).response));
  ASSERT_FALSE(confirm(first).error);
  script_.submits(done(state_json("declined", "NO")));
  ASSERT_TRUE(work(kSubmitJob));
  const Application second = stored(id_of(create(quoted(subject, "L-20")).response));
  EXPECT_EQ(confirm(second).error, ErrorCode::conflict);
  stage_.clock.advance(std::chrono::days(31));
  EXPECT_FALSE(confirm(second).error);
}

TEST_P(Confirming, WarnsOnlyWhereTheLenderSetsNoLimit) {
  const Case subject = opened();
  int made = 0;
  for (const char* product : {"L-10", "L-20", "L-25"}) {
    const Quote quote = quoted(subject, product);
    const http::Request asked = request(rep_);
    const Requirements before = run(applications_.requirements(asked, org_.id, quote.id));
    EXPECT_EQ(before.limit, std::nullopt);
    EXPECT_EQ(before.warning.empty(), made == 0) << before.warning;
    EXPECT_FALSE(confirm(stored(id_of(create(quote).response))).error);
    ++made;
  }
}

TEST_P(Confirming, IsRefusedOnceTheQuoteIsReplacedOrTheCaseIsClosed) {
  const Case subject = opened();
  const Application made = stored(id_of(create(quoted(subject, "L-20")).response));
  quoted(subject, "L-20");
  EXPECT_EQ(confirm(made).error, ErrorCode::conflict);
  const Application other = stored(id_of(create(quoted(subject, "L-10")).response));
  const Case before = run(cases_.get(rep_, org_.id, subject.id, Stage::soon()));
  run(cases_.change(rep_, org_.id, subject.id, before.version,
                    cases::read_change(R"({"status":"closed"})"), Stage::soon()));
  const Told answer = confirm(other);
  EXPECT_EQ(answer.error, ErrorCode::conflict);
  EXPECT_NE(answer.detail.find("not active"), std::string::npos);
}

const std::string kAgain = [] {
  json::Value body = json::parse(kConfirmation);
  body["again"] = true;
  return body.dump();
}();

// Each state another application for the same case and product may be in.
TEST_P(Confirming, ASecondApplicationForTheProductAsksFirst) {
  const Case subject = opened();
  const Quote quote = quoted(subject, "L-20");
  const Application first = stored(id_of(create(quote).response));
  const Application second = stored(id_of(create(quote).response));
  const auto earlier = [&] {
    return run(applications_.requirements(request(rep_), org_.id, quote.id)).earlier;
  };
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const auto state = static_cast<State>(i);
    execute("UPDATE applications SET state = $1 WHERE id = $2", {to_string(state), first.id});
    execute("UPDATE applications SET state = 'draft' WHERE id = $1", {second.id});
    const bool over = state == State::draft || state == State::failed || state == State::declined ||
                      state == State::cancelled || state == State::expired;
    EXPECT_EQ(earlier().has_value(), !over) << to_string(state);
    const Told made = create(quote);
    const Told answer = confirm(second);
    if (over) {
      EXPECT_FALSE(made.error) << to_string(state) << made.detail;
      EXPECT_FALSE(answer.error) << to_string(state) << answer.detail;
      continue;
    }
    EXPECT_EQ(earlier()->id, first.id);
    EXPECT_EQ(earlier()->state, state);
    EXPECT_EQ(made.error, ErrorCode::conflict) << to_string(state);
    EXPECT_EQ(answer.error, ErrorCode::conflict) << to_string(state);
    EXPECT_NE(answer.detail.find(first.id.value), std::string::npos) << answer.detail;
    EXPECT_EQ(state_of(second), State::draft);
    EXPECT_FALSE(confirm(second, kAgain).error) << to_string(state);
  }
  NewApplication once_more = wanted(quote);
  once_more.again = true;
  EXPECT_NO_THROW(run(applications_.create(request(rep_), org_.id, once_more)));
}

TEST_P(Confirming, AnotherProductOrAnotherCaseIsNoSecondApplication) {
  const Case subject = opened();
  EXPECT_FALSE(confirm(stored(id_of(create(quoted(subject, "L-20")).response))).error);
  EXPECT_FALSE(confirm(stored(id_of(create(quoted(subject, "L-10")).response))).error);
  EXPECT_FALSE(confirm(stored(id_of(create(quoted(opened(), "L-20")).response))).error);
}

TEST_P(Confirming, OfTwoForOneProductSideBySideOneIsSent) {
  const Quote quote = quoted(opened(), "L-20");
  const std::vector<Application> drafts = {stored(id_of(create(quote).response)),
                                           stored(id_of(create(quote).response))};
  const http::Request asked = request(rep_);
  const Confirmation seen = read_confirmation(kConfirmation, stage_.clock.now());
  int refused = 0;
  const auto one = [&](const Application& made) -> Task<void> {
    try {
      co_await applications_.confirm(asked, org_.id, made.id, seen);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict) << error.detail();
      ++refused;
    }
  };
  std::vector<Task<void>> both;
  both.push_back(one(drafts[0]));
  both.push_back(one(drafts[1]));
  support::run_tasks(std::move(both));
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(count("SELECT count(*) AS n FROM jobs WHERE kind = $1", {kSubmitJob}), 1);
}

TEST_P(Confirming, TwiceAtOnceSendsOnce) {
  const Application made = draft();
  const http::Request asked = request(rep_);
  const Confirmation seen = read_confirmation(kConfirmation, stage_.clock.now());
  int confirmed = 0;
  std::vector<Task<void>> both;
  const auto one = [&]() -> Task<void> {
    try {
      co_await applications_.confirm(asked, org_.id, made.id, seen);
      ++confirmed;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict);
    }
  };
  both.push_back(one());
  both.push_back(one());
  support::run_tasks(std::move(both));
  EXPECT_EQ(confirmed, 1);
  EXPECT_EQ(count("SELECT count(*) AS n FROM jobs WHERE kind = $1", {kSubmitJob}), 1);
  EXPECT_EQ(history(made), "created confirmed refused_step");
}

}  // namespace
}  // namespace lendport::applications

// A clock runs from the right day, reminds, runs out, and ends with the proof; once each.
#include "notices/office.hpp"
#include "support/relay.hpp"

namespace lendport::notices {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Clocks : public Office {};
INSTANTIATE_TEST_SUITE_P(Stores, Clocks, db::kEngines, db::engine_name);

TEST_P(Clocks, RunForADeclineAndRemindAndRunOut) {
  Application application = decided("declined", kReasons);
  ASSERT_EQ(owed_by(application), "decline due");
  const AdverseNotice& notice = *application.notice;
  EXPECT_EQ(notice.rule, "12 CFR 1002.9(a)(1)(i)");
  EXPECT_EQ(notice.runs_from, application.sent_at);
  EXPECT_EQ(notice.due_at, *application.sent_at + days{30});
  EXPECT_FALSE(notice.by_hub);
  EXPECT_EQ(application.attention, "");

  application = after(days{23} - 1s, application);
  EXPECT_EQ(application.attention, "");
  application = after(1s, application);
  EXPECT_EQ(application.attention, attention::kNoticeDue);
  EXPECT_EQ(owed_by(application), "decline due");
  application = after(days{7}, application);
  EXPECT_EQ(application.attention, attention::kNoticeOverdue);
  EXPECT_EQ(owed_by(application), "decline overdue");
  EXPECT_EQ(history(application),
            "created confirmed submitting declined notice_started notice_due notice_overdue");
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'notices.clock'"), 0);
  EXPECT_TRUE(letters().empty());
}

TEST_P(Clocks, EndWithAPersonsRecord) {
  Application application = decided("declined", kReasons);
  application = after(days{31}, application);
  EXPECT_EQ(record(application, {Date(std::chrono::sys_days(today()) + days{1}), "by post"}).error,
            ErrorCode::invalid_input);
  EXPECT_EQ(record(application, {Date(std::chrono::sys_days(today()) - days{40}), "by post"}).error,
            ErrorCode::invalid_input);
  const Told answer = record(application, {today(), "by post"});
  ASSERT_FALSE(answer.error) << answer.detail;
  application = stored(application.id);
  EXPECT_EQ(owed_by(application), "decline sent");
  EXPECT_EQ(application.notice->sent_by, "lender");
  EXPECT_EQ(application.notice->proof->source, "person");
  EXPECT_EQ(application.notice->proof->words, "by post");
  EXPECT_EQ(application.notice->proof->written_by, admin_.user);
  EXPECT_EQ(application.attention, "");
  EXPECT_EQ(record(application, {today(), "again"}).error, ErrorCode::conflict);
  EXPECT_TRUE(history(application).ends_with("notice_sent refused_step")) << history(application);
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM audit WHERE action = 'application.record_notice'"), 1);
}

// Whoever sends it in the evening writes a day that is one behind the clock's.
TEST_P(Clocks, TakeTheDayAsTheSenderHasIt) {
  const Application application = decided("declined", kReasons);
  const std::chrono::sys_days began = std::chrono::floor<days>(application.notice->runs_from);
  EXPECT_EQ(record(application, {Date(began - days{2}), "by post"}).error,
            ErrorCode::invalid_input);
  EXPECT_FALSE(record(application, {Date(began - days{1}), "by post"}).error);
}

TEST_P(Clocks, EndWithTheLendersWord) {
  const std::string sent = R"(,"decision":{"notice_sent_at":"2026-05-29T10:00:00Z"})";
  Application application = decided("declined", kReasons);
  // A webhook, or the question at the reminder, has the lender asked; nothing else does.
  EXPECT_FALSE(due(kFollowJob));
  application = after(days{23}, application);
  ASSERT_TRUE(due(kFollowJob));
  application = says(application, "declined", sent);
  EXPECT_EQ(owed_by(application), "decline sent");
  EXPECT_EQ(application.notice->sent_by, "lender");
  EXPECT_EQ(application.notice->proof->source, "lender");
  EXPECT_EQ(application.attention, "");
  EXPECT_FALSE(due(kFollowJob));
  application = after(days{60}, application);
  EXPECT_EQ(owed_by(application), "decline sent");
}

TEST_P(Clocks, OfACounterOfferEndWhenItIsAccepted) {
  struct End {
    const char* word;
    const char* state;
  };
  for (const End& end :
       {End{"signed", "not_needed"}, End{"cancelled", "due"}, End{"approved", "not_needed"},
        End{"documents_sent", "due"}, End{"needs_info", "due"}}) {
    Application application = decided("conditional");
    ASSERT_EQ(owed_by(application), "counter_offer due");
    EXPECT_EQ(application.notice->due_at - application.notice->runs_from, days{90});
    EXPECT_EQ(application.notice->rule, "12 CFR 1002.9(a)(1)(iv)");
    application = says(application, end.word);
    EXPECT_EQ(owed_by(application), "counter_offer " + std::string(end.state)) << end.word;
    execute("DELETE FROM jobs");
  }
}

TEST_P(Clocks, CallForAPersonAsLongAsTheyRun) {
  Application application = says(decided("conditional"), "documents_sent");
  application = after(days{83}, application);
  ASSERT_EQ(application.attention, attention::kNoticeDue);
  application = says(application, "needs_info");
  EXPECT_EQ(application.state, State::needs_info);
  EXPECT_EQ(owed_by(application), "counter_offer due");
  EXPECT_EQ(application.attention, attention::kNoticeDue);
  // What was to be done about the offer's notice is not what a decline's asks for.
  application = says(application, "declined", kReasons);
  ASSERT_EQ(owed_by(application), "decline due");
  EXPECT_EQ(application.attention, "");
}

TEST_P(Clocks, CallForNobodyOnceTheyEnd) {
  Application application = after(days{83}, decided("conditional"));
  ASSERT_EQ(application.attention, attention::kNoticeDue);
  application = says(application, "signed");
  EXPECT_EQ(owed_by(application), "counter_offer not_needed");
  EXPECT_EQ(application.attention, "");
}

TEST_P(Clocks, OfACounterOfferTurnIntoThatOfADecline) {
  Application application = decided("conditional");
  stage_.clock.advance(days{80});
  application = says(application, "declined", kReasons);
  EXPECT_EQ(owed_by(application), "decline due");
  // What is left of the ninety days.
  EXPECT_LE(application.notice->due_at, *application.sent_at + days{90});
}

// The lender told the applicant of its offer; that says nothing of the decline after it.
TEST_P(Clocks, OfADeclineRunAfterAProvenCounterOffer) {
  sends("hub");
  const std::string now = format_time(stage_.clock.now() + 1s);
  const std::string offer = R"(,"decision":{"notice_sent_at":")" + now +
                            R"(","reasons":[{"unified_code":"income_insufficient","text":"x"}]})";
  stage_.clock.advance(2s);
  Application application = decided("conditional", offer);
  ASSERT_EQ(owed_by(application), "counter_offer sent");
  stage_.clock.advance(days{10});
  application = says(application, "declined");
  EXPECT_EQ(owed_by(application), "decline due");
  EXPECT_EQ(application.notice->due_at, application.notice->runs_from + days{30});
  EXPECT_GE(application.notice->runs_from, *application.sent_at + days{10});
  // The reasons were those of the offer.
  EXPECT_NE(application.notice->why_not_written.find("reasons"), std::string::npos);
  application = after(days{31}, application);
  EXPECT_EQ(owed_by(application), "decline overdue");
}

TEST_P(Clocks, DoNotBelieveALenderThatCannotBeRight) {
  const auto word = [&](std::chrono::milliseconds from_now) {
    return R"(,"decision":{"reasons":[{"text":"x"}],"notice_sent_at":")" +
           format_time(stage_.clock.now() + from_now) + "\"}";
  };
  for (const std::chrono::milliseconds wrong : {-48h, 48h, -20'000h}) {
    Application application = decided("declined", word(wrong));
    EXPECT_EQ(owed_by(application), "decline due") << wrong.count();
    execute("DELETE FROM jobs");
  }
  EXPECT_EQ(owed_by(decided("declined", word(-1h))), "decline sent");
}

TEST_P(Clocks, TakeTheWordOfALenderWhoseClockIsAhead) {
  const auto word = [&](std::chrono::milliseconds ahead) {
    return R"(,"decision":{"reasons":[{"text":"x"}],"notice_sent_at":")" +
           format_time(stage_.clock.now() + ahead) + "\"}";
  };
  EXPECT_EQ(owed_by(decided("declined", word(5min))), "decline sent");
  // Of a day to come nothing is believed before it came; then nobody is called for.
  for (const char* status : {"declined", "conditional"}) {
    const Application made = decided(status, word(48h));
    ASSERT_TRUE(made.notice->is_open()) << status;
    const Application application = after(made.notice->due_at - days{7} - stage_.clock.now(), made);
    EXPECT_EQ(application.notice->state, NoticeState::sent) << status;
    EXPECT_EQ(application.notice->sent_at, application.decision->notice_sent_at) << status;
    EXPECT_EQ(application.attention, "") << status;
    EXPECT_FALSE(due(kNoticeClockJob)) << status;
    sync(connection_);
    run(catalog_.refresh());
  }
}

// The hub asks now and then: a lender may decide and write long before it hears of it.
TEST_P(Clocks, TakeTheWordOfADayBeforeTheyWereHeardOf) {
  const auto word = [&](days ago) {
    return R"(,"decision":{"reasons":[{"text":"x"}],"notice_sent_at":")" +
           format_time(stage_.clock.now() - ago) + "\"}";
  };
  struct Row {
    days ago;
    const char* owed;
  };
  for (const Row& row : {Row{days{4}, "counter_offer sent"}, Row{days{7}, "counter_offer due"}}) {
    const Application made = decided("in_review");
    stage_.clock.advance(days{5});
    EXPECT_EQ(owed_by(says(made, "conditional", word(row.ago))), row.owed) << row.ago.count();
    sync(connection_);
    run(catalog_.refresh());
  }
  Application application = decided("in_review");
  stage_.clock.advance(days{5});
  application = says(application, "conditional");
  const std::chrono::sys_days now{today()};
  EXPECT_EQ(record(application, {Date(now - days{8}), "by post"}).error, ErrorCode::invalid_input);
  EXPECT_FALSE(record(application, {Date(now - days{4}), "by post"}).error);
}

// A lender may go on saying when it told of its offer: that is no notice of the decline.
TEST_P(Clocks, TakeNoOffersDateForADeclines) {
  Application application = decided("conditional");
  stage_.clock.advance(days{2});
  const std::string word =
      R"(,"decision":{"notice_sent_at":")" + format_time(stage_.clock.now()) + "\"}";
  stage_.clock.advance(days{10});
  application = says(application, "declined", word);
  EXPECT_EQ(owed_by(application), "decline due");
}

TEST_P(Clocks, RunNowhereElse) {
  struct Where {
    const char* product;
    const char* org;
    const char* owed;
  };
  for (const Where& where :
       {Where{R"(["FR"])", "US", "none"}, Where{R"(["FR","US"])", "FR", "none"},
        Where{R"(["FR","US"])", "US", "decline due"}, Where{R"(["US"])", "FR", "decline due"}}) {
    const Application made = confirmed();
    execute("UPDATE orgs SET country = $1", {where.org});
    execute("UPDATE product_versions SET terms = REPLACE(terms, '[\"US\"]', $1)", {where.product});
    script_.submits(done(state_json("declined", "no", kReasons, "L-" + made.id.value)));
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    follow();
    EXPECT_EQ(owed_by(stored(made.id)), where.owed) << where.product << where.org;
    execute("UPDATE product_versions SET terms = REPLACE(terms, $1, '[\"US\"]')", {where.product});
    execute("UPDATE orgs SET country = 'US'");
  }
}

TEST_P(Clocks, AreNotStartedTwice) {
  Application application = decided("declined", kReasons);
  const AdverseNotice first = *application.notice;
  execute("DELETE FROM event_followers");  // every event is heard once more
  stage_.clock.advance(days{3});
  follow();
  EXPECT_EQ(*stored(application.id).notice, first);
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'notices.clock'"), 1);
}

// A lender that cannot be asked is the first thing to see to, and a person may record its word.
TEST_P(Clocks, StandBehindALenderThatCannotBeAsked) {
  const Application made = decided("conditional");
  script_.says(applications::ends(connectors::OutcomeKind::auth_failed));
  ASSERT_TRUE(work_when_due(kFollowJob));
  ASSERT_EQ(stored(made.id).attention, attention::kRefusesUs);
  Application application = after(days{85}, made);
  EXPECT_EQ(application.attention, attention::kRefusesUs);
  application = after(days{6}, application);
  EXPECT_EQ(owed_by(application), "counter_offer overdue");
  EXPECT_EQ(application.attention, attention::kRefusesUs);
  // Once it answers, what was behind comes forward.
  application = says(application, "conditional");
  EXPECT_EQ(application.attention, attention::kNoticeOverdue);
}

TEST_P(Clocks, GiveWayToALenderThatCannotBeAsked) {
  Application application = after(days{85}, decided("conditional"));
  ASSERT_EQ(application.attention, attention::kNoticeDue);
  script_.says(applications::ends(connectors::OutcomeKind::auth_failed));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(stored(application.id).attention, attention::kRefusesUs);
  const Told told = decide(application, R"({"status":"approved"})");
  EXPECT_FALSE(told.error) << told.detail;
  EXPECT_EQ(state_of(application), State::approved);
}

TEST_P(Clocks, DoNotOpenTheLendersDecisionToPeople) {
  Application application = decided("conditional");
  stage_.clock.advance(days{85});
  application = after(0s, application);
  EXPECT_EQ(application.attention, attention::kNoticeDue);
  EXPECT_EQ(decide(application, R"({"status":"approved"})").error, ErrorCode::conflict);
}

// --- The hub's letter ----------------------------------------------------------------------------

TEST_P(Clocks, HaveTheHubWriteOnceAndKeepTheRelaysAnswer) {
  sends("hub");
  Application application = decided("declined", kReasons);
  ASSERT_EQ(owed_by(application), "decline sending");
  ASSERT_EQ(letters().size(), 1U);
  const OpenedMail letter = letters().front();
  EXPECT_EQ(application.notice->mail, letter.mail.id);
  ASSERT_TRUE(letter.words);
  EXPECT_EQ(letter.words->to.address, "ada@example.com");
  EXPECT_NE(letter.words->texts.text.find("Income insufficient"), std::string::npos);
  EXPECT_NE(letter.words->texts.text.find("1 Bank St"), std::string::npos);
  // Nobody else sends it as well.
  EXPECT_EQ(record(application, {today(), "by post"}).error, ErrorCode::conflict);

  support::RelayServer relay;
  MailSettings settings;
  settings.from = "loans@hub.example";
  settings.relay.url = "smtp://127.0.0.1:" + relay.port();
  settings.relay.plain_on_loopback = true;
  net::SmtpSender sender(settings.relay, 1);
  const auto most = [](std::uint64_t bound) { return bound - 1; };
  Mails mails({*stage_.db, stage_.clock, stage_.ids, sealing_, &sender, most}, settings);
  jobs::Worker worker(*stage_.db, stage_.clock, {"mails-1", 1, 30s}, most, nullptr);
  add_mail_jobs(worker, mails, settings);
  while (run(worker.step(stage_.clock.now())) > 0) {
  }
  EXPECT_NE(relay.taken(), "");
  follow();
  application = stored(application.id);
  EXPECT_EQ(owed_by(application), "decline sent");
  EXPECT_EQ(application.notice->sent_by, "hub");
  EXPECT_EQ(application.notice->sent_at, stage_.clock.now());
  EXPECT_EQ(application.notice->proof->source, "relay");
  EXPECT_EQ(application.notice->proof->code, 250);
  application = after(days{60}, application);
  EXPECT_EQ(owed_by(application), "decline sent");
  EXPECT_EQ(letters().size(), 1U);
}

TEST_P(Clocks, WaitForAPersonWhereTheHubCannotWrite) {
  sends("hub", "");
  Application application = decided("declined", kReasons);
  EXPECT_EQ(owed_by(application), "decline due");
  EXPECT_EQ(application.attention, attention::kNoticeNotWritten);
  EXPECT_NE(application.notice->why_not_written.find("address"), std::string::npos);
  EXPECT_FALSE(record(application, {today(), "by the lender"}).error);
  EXPECT_EQ(owed_by(stored(application.id)), "decline sent");

  sends("hub", R"(,"creditor":{"name":"Fake Bank","address":"1 Bank St, Dover, DE 19901"})");
  application = decided("declined", kReasons);
  EXPECT_EQ(application.attention, attention::kNoticeNotWritten);
  EXPECT_NE(application.notice->why_not_written.find("federal agency"), std::string::npos);

  sends("hub");
  application = decided("declined");
  EXPECT_NE(application.notice->why_not_written.find("reasons"), std::string::npos);
  EXPECT_TRUE(letters().empty());
}

TEST_P(Clocks, WaitForAPersonWhereMailIsOff) {
  sends("hub");
  const Notices off(needs_with(mails_));
  const events::Follower follower(
      *stage_.db, "notices",
      [&](db::Transaction& tx, const events::Event& event) { off.hear(tx, event); });
  const Application made = confirmed();
  script_.submits(done(state_json("declined", "no", kReasons, "L-" + made.id.value)));
  only_job(kSubmitJob, made);
  ASSERT_TRUE(work(kSubmitJob));
  while (run(follower.take(org_.id)) > 0) {
  }
  const Application application = stored(made.id);
  EXPECT_EQ(owed_by(application), "decline due");
  EXPECT_EQ(application.attention, attention::kNoticeNotWritten);
  EXPECT_EQ(application.notice->why_not_written, "mail is off");
  EXPECT_FALSE(record(application, {today(), "by post"}).error);
}

TEST_P(Clocks, LetAPersonSendWhatTheRelayDoesNotTakeInTime) {
  sends("hub");
  Application application = after(days{23} - 1s, decided("declined", kReasons));
  EXPECT_EQ(record(application, {today(), "by post"}).error, ErrorCode::conflict);
  application = after(1s, application);
  EXPECT_EQ(owed_by(application), "decline sending");
  EXPECT_EQ(application.attention, attention::kNoticeDue);
  EXPECT_FALSE(record(application, {today(), "by post"}).error);
  EXPECT_EQ(owed_by(stored(application.id)), "decline sent");
}

// It is written so late that nobody is reminded of it.
TEST_P(Clocks, LetAPersonSendWhatTheRelayDoesNotTakeOfAnOffer) {
  sends("hub");
  Application application = after(days{83}, decided("conditional", kOffer));
  ASSERT_EQ(owed_by(application), "counter_offer sending");
  ASSERT_FALSE(application.notice->is_reminded);
  EXPECT_FALSE(record(application, {today(), "by post"}).error);
  EXPECT_EQ(owed_by(stored(application.id)), "counter_offer sent");

  // Of one that the applicant let go there is time.
  sync(connection_);
  run(catalog_.refresh());
  application = says(decided("conditional", kOffer), "expired", kOffer);
  ASSERT_EQ(owed_by(application), "counter_offer sending");
  EXPECT_EQ(record(application, {today(), "by post"}).error, ErrorCode::conflict);
}

TEST_P(Clocks, GoOnWhenTheRelayRefuses) {
  sends("hub");
  Application application = decided("declined", kReasons);
  const MailId mail = application.notice->mail.value();
  execute("UPDATE mails SET state = 'refused', answer = 'no such mailbox'");
  stage_.db->write_now([&](db::Transaction& tx) {
    events::append(tx, {stage_.ids.next<EventId>(),
                        org_.id,
                        {"application", application.id.value},
                        "mail.refused",
                        R"({"mail_id":")" + mail.value + "\"}",
                        "hub",
                        stage_.clock.now()});
  });
  follow();
  application = stored(application.id);
  EXPECT_EQ(owed_by(application), "decline due");
  EXPECT_EQ(application.attention, attention::kNoticeNotSent);
  EXPECT_FALSE(record(application, {today(), "by post"}).error);
}

TEST_P(Clocks, LetACounterOfferBeAcceptedBeforeTheHubWrites) {
  sends("hub");
  Application application = decided("conditional", kOffer);
  EXPECT_EQ(owed_by(application), "counter_offer due");
  application = after(days{82}, application);
  EXPECT_TRUE(letters().empty());
  application = after(days{1}, application);
  EXPECT_EQ(owed_by(application), "counter_offer sending");
  ASSERT_EQ(letters().size(), 1U);
  EXPECT_NE(letters().front().words->texts.text.find("have not accepted"), std::string::npos);

  for (const char* end : {"expired", "cancelled"}) {
    sync(connection_);
    run(catalog_.refresh());
    application = decided("conditional", kOffer);
    application = says(application, end, kOffer);
    EXPECT_EQ(owed_by(application), "counter_offer sending") << end;
    execute("DELETE FROM jobs");
  }
}

TEST_P(Clocks, HaveTheHubWriteLateRatherThanNever) {
  sends("hub");
  Application application = decided("conditional", kOffer);
  application = after(days{91}, application);
  EXPECT_EQ(owed_by(application), "counter_offer overdue");
  ASSERT_EQ(letters().size(), 1U);
  EXPECT_EQ(application.notice->mail, letters().front().mail.id);
}

TEST_P(Clocks, HaveTheHubWriteOfASecondOfferToo) {
  sends("hub");
  Application application = after(days{83}, decided("conditional", kOffer));
  ASSERT_EQ(letters().size(), 1U);
  application = says(application, "approved");
  ASSERT_EQ(owed_by(application), "counter_offer not_needed");
  application = says(application, "conditional", kOffer);
  application = after(days{83}, application);
  EXPECT_EQ(owed_by(application), "counter_offer sending");
  EXPECT_EQ(letters().size(), 2U);
}

TEST_P(Clocks, TellNobodyThatItDidNotAcceptWhileItSigns) {
  sends("hub");
  for (const char* under_way : {"documents_sent", "needs_info"}) {
    Application application = says(decided("conditional", kOffer), under_way, kOffer);
    application = after(days{83}, application);
    EXPECT_TRUE(letters().empty()) << under_way;
    EXPECT_EQ(owed_by(application), "counter_offer due") << under_way;
    EXPECT_EQ(application.attention, attention::kNoticeDue) << under_way;
    EXPECT_FALSE(record(application, {today(), "by post"}).error) << under_way;
    execute("DELETE FROM jobs");
    sync(connection_);
    run(catalog_.refresh());
  }
}

}  // namespace
}  // namespace lendport::notices

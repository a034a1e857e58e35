// Staff are told once of what happens to their cases, as they prefer, and of nothing of applicants.
#include "mail/store.hpp"
#include "notices/office.hpp"

namespace lendport::notices {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Staff : public Office {
 protected:
  std::vector<StaffNotice> told_to(const Principal& who, std::optional<bool> read = {}) {
    Notices::ListQuery query;
    query.read = read;
    return run(notices_.list(request(who), org_.id, query));
  }
  // "decision:approved expiry_near:", oldest first.
  std::string topics(const Principal& who) {
    std::string all;
    for (const StaffNotice& one : told_to(who)) {
      all = std::string(to_string(one.topic)) + ":" + one.word + (all.empty() ? "" : " ") + all;
    }
    return all;
  }
  // All words of a mail to staff.
  std::string opened(const MailId& id) {
    return read([&](db::Snapshot& at) {
      const auto stored = mail_store::find(at, org_.id, id).value();
      return sealing_
          .unseal(at, org_.id, {"mails", id.value, "sealed_letter"}, stored.sealed_letter)
          ->expose();
    });
  }
  std::int64_t mails_to_staff() {
    return count("SELECT COUNT(*) AS n FROM mails WHERE letter = 'staff_notice'");
  }
  void prefer(const Principal& who, const std::string& body, std::int64_t version) {
    http::Request asked = request(who);
    asked.if_match = http::version_etag(version);
    run(notices_.prefer(asked, org_.id, read_preferences(body)));
  }
  Application after_expiry_jobs(std::chrono::milliseconds time, const Application& application) {
    stage_.clock.advance(time);
    while (const auto lease = claim(kExpiryJob)) {
      run(notices_.warn_of_expiry(*lease, Stage::soon()));
    }
    follow();
    return stored(application.id);
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Staff, db::kEngines, db::engine_name);

TEST_P(Staff, HearOfDecisionsAndQuestionsOnce) {
  Application application = decided("needs_info");
  application = says(application, "approved");
  execute("DELETE FROM event_followers");  // heard once more
  follow();
  EXPECT_EQ(topics(rep_), "information_requested:needs_info decision:approved");
  EXPECT_EQ(topics(admin_), "");
  EXPECT_EQ(mails_to_staff(), 2);
  const StaffNotice notice = told_to(rep_).front();
  EXPECT_EQ(notice.application, application.id);
  EXPECT_EQ(notice.case_number, "C-000001");
  EXPECT_EQ(notice.lender, application.lender);
  EXPECT_TRUE(notice.mail);
  // The applicants' mails are another list.
  EXPECT_TRUE(run(mails_.list(request(admin_), org_.id, Mails::ListQuery{})).empty());
}

TEST_P(Staff, AreToldNothingOfApplicants) {
  mail::Facts facts = mail::sample_facts(mail::Letter::staff_notice, mail::Language::en);
  EXPECT_FALSE(facts.contains("applicant"));
  after(days{24}, decided("declined", kReasons));
  ASSERT_EQ(topics(rep_), "decision:declined notice_due:due");
  for (const StaffNotice& notice : told_to(rep_)) {
    const std::string all = notice.lender + notice.word + notice.case_number + notice.cause +
                            opened(notice.mail.value());
    EXPECT_NE(all.find("C-000001"), std::string::npos);
    for (const char* of_applicant :
         {"Quinn", "Ada", "ada@example.com", "(512)", "555-0100", "Sun St"}) {
      EXPECT_EQ(all.find(of_applicant), std::string::npos) << of_applicant << " in " << all;
    }
  }
}

TEST_P(Staff, ForgetWhatIsAboutACaseWithIt) {
  const Application gone = decided("approved");
  Application other = decided("declined", kReasons);
  execute("UPDATE applications SET state = 'cancelled' WHERE id = $1", {gone.id});
  execute("DELETE FROM case_holds WHERE case_id = $1", {gone.case_id});
  const Case subject = run(cases_.get(rep_, org_.id, gone.case_id, Stage::soon()));
  run(cases_.remove(rep_, org_.id, gone.case_id, subject.version, Stage::soon()));
  follow();
  EXPECT_EQ(topics(rep_), "decision:declined");
  EXPECT_EQ(mails_to_staff(), 1);
}

TEST_P(Staff, ForgetAfterAWhile) {
  decided("approved");
  const auto purge = [&](Time now) {
    std::int64_t purged = 0;
    stage_.db->write_now([&](db::Transaction& tx) { purged = Notices::purge(tx, now); });
    return purged;
  };
  const Time told = told_to(rep_).front().created_at;
  EXPECT_EQ(purge(told + kStaffNoticesKept), 0);
  EXPECT_EQ(purge(told + kStaffNoticesKept + 1ms), 1);
  EXPECT_EQ(topics(rep_), "");
  EXPECT_EQ(mails_to_staff(), 0);
}

TEST_P(Staff, AreToldAsTheyPrefer) {
  prefer(rep_, R"({"decision":{"mail":false,"list":true}})", 0);
  decided("approved");
  EXPECT_EQ(topics(rep_), "decision:approved");
  EXPECT_EQ(mails_to_staff(), 0);
  prefer(rep_, R"({"decision":{"mail":true,"list":false}})", 1);
  decided("declined", kReasons);
  EXPECT_EQ(topics(rep_), "decision:approved");
  EXPECT_EQ(mails_to_staff(), 1);
  prefer(rep_, R"({"decision":{"mail":false,"list":false}})", 2);
  decided("prequalified");
  EXPECT_EQ(mails_to_staff(), 1);
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM staff_notices"), 2);
  EXPECT_EQ(db::failure_of([&] { prefer(rep_, "{}", 1); }), ErrorCode::precondition_failed);
  prefer(rep_, "{}", 3);
  decided("approved");
  EXPECT_EQ(mails_to_staff(), 2);
}

TEST_P(Staff, WhoAreGoneAreReplacedByTheAdmins) {
  execute("UPDATE users SET status = 'deactivated' WHERE id = $1", {rep_.user});
  decided("approved");
  EXPECT_EQ(topics(rep_), "");
  EXPECT_EQ(topics(admin_), "decision:approved");
}

TEST_P(Staff, AdminsHearOfABrokenConnection) {
  stage_.db->write_now([&](db::Transaction& tx) {
    connections_.auth_failed(tx, connection_.id, connection_.settings_revision, "refused");
  });
  follow();
  EXPECT_EQ(topics(admin_), "connection_broken:");
  EXPECT_EQ(topics(rep_), "");
  EXPECT_EQ(told_to(admin_).front().connection, connection_.id);
  const std::int64_t admins =
      count("SELECT COUNT(*) AS n FROM users WHERE role = 'org_admin' AND org_id = $1", {org_.id});
  EXPECT_EQ(mails_to_staff(), admins);
}

TEST_P(Staff, AdminsHearOfAnEndpointThatTheHubGaveUp) {
  const auto disabled = [&](const char* because) {
    const std::string payload = std::string(R"({"host":"hooks.example","environment":"sandbox",)") +
                                R"("disabled_because":")" + because + "\"}";
    stage_.db->write_now([&](db::Transaction& tx) {
      events::append(tx, {stage_.ids.next<EventId>(),
                          org_.id,
                          {"webhook_endpoint", "endpoint_1"},
                          "webhook_endpoint.disabled",
                          payload,
                          "hub",
                          stage_.clock.now()});
    });
    follow();
  };
  disabled("by_hand");
  EXPECT_EQ(topics(admin_), "");
  disabled("failing");
  EXPECT_EQ(topics(admin_), "webhook_disabled:hooks.example");
  EXPECT_EQ(topics(rep_), "");
  EXPECT_GT(mails_to_staff(), 0);
}

TEST_P(Staff, ReadTheirOwnNoticesAlone) {
  decided("approved");
  const StaffNotice notice = told_to(rep_).front();
  EXPECT_EQ(db::failure_of([&] { run(notices_.mark_read(request(admin_), org_.id, notice.id)); }),
            ErrorCode::not_found);
  Principal production = rep_;
  production.environment = Environment::production;
  EXPECT_TRUE(told_to(production).empty());
  EXPECT_EQ(
      db::failure_of([&] { run(notices_.mark_read(request(production), org_.id, notice.id)); }),
      ErrorCode::not_found);
  run(notices_.mark_read(request(rep_), org_.id, notice.id));
  const Time read_at = stage_.clock.now();
  stage_.clock.advance(1h);
  run(notices_.mark_read(request(rep_), org_.id, notice.id));
  EXPECT_TRUE(told_to(rep_, false).empty());
  EXPECT_EQ(told_to(rep_, true).front().read_at, read_at);
}

TEST_P(Staff, AreNotMailedAboutLongAgo) {
  const Application made = confirmed();
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  stage_.clock.advance(25h);
  follow();
  EXPECT_EQ(topics(rep_), "decision:approved");
  EXPECT_EQ(mails_to_staff(), 0);
}

TEST_P(Staff, HearThatADecisionExpiresSoon) {
  // The connector's 45 days, as the lender gives no date.
  Application application = decided("approved");
  application = after_expiry_jobs(days{38} - 1s, application);
  EXPECT_EQ(topics(rep_), "decision:approved");
  application = after_expiry_jobs(1s, application);
  EXPECT_EQ(topics(rep_), "decision:approved expiry_near:");
  EXPECT_EQ(told_to(rep_).front().day, *application.decided_at + days{45});
  EXPECT_NE(history(application).find("expiry_near"), std::string::npos);
  // Said again, told once.
  application = says(application, "approved", R"(,"portal_url":"https://x.example/1")");
  application = after_expiry_jobs(1h, application);
  EXPECT_EQ(topics(rep_), "decision:approved expiry_near:");
}

TEST_P(Staff, HearOfTheLendersOwnDateAndNotOfOneThatPassed) {
  const auto dated = [&](days ahead) {
    return R"(,"decision":{"expires_at":")" + format_time(stage_.clock.now() + ahead) + "\"}";
  };
  Application application = decided("approved", dated(days{10}));
  application = after_expiry_jobs(days{3}, application);
  EXPECT_EQ(topics(rep_), "decision:approved expiry_near:");
  // A later date is a new warning.
  application = says(application, "approved", dated(days{20}));
  application = after_expiry_jobs(days{13}, application);
  EXPECT_EQ(topics(rep_), "decision:approved expiry_near: expiry_near:");
  sync(connection_);
  run(catalog_.refresh());
  application = decided("approved", dated(days{10}));
  application = after_expiry_jobs(days{11}, application);
  EXPECT_EQ(topics(rep_), "decision:approved expiry_near: expiry_near: decision:approved");
}

}  // namespace
}  // namespace lendport::notices

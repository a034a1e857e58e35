// A decision tells the applicant of itself, once, where the hub is the one to tell.
#include "applications/desk.hpp"

namespace lendport::applications {
namespace {

class DecisionMails : public Desk {
 protected:
  void hub_tells(const std::string& who = "hub") {
    script_.plugin->document = std::make_shared<const json::Value>(
        json::parse(R"({"mail":{"decision":")" + who + R"(","documents":"lender"}})"));
  }
  Application decided(const std::string& status) {
    const Application made = confirmed();
    lender_id_ = "L-" + made.id.value;
    script_.submits(done(state_json(status, "WORD", "", lender_id_)));
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    return stored(made.id);
  }
  std::vector<OpenedMail> mails() {
    return run(mails_.list(request(rep_), org_.id, Mails::ListQuery{}));
  }
  std::string lender_id_;
};
INSTANTIATE_TEST_SUITE_P(Stores, DecisionMails, db::kEngines, db::engine_name);

TEST_P(DecisionMails, LeaveForEachDecisionThatIsTold) {
  hub_tells();
  for (const char* status : {"approved", "conditional", "prequalified"}) {
    stage_.clock.advance(std::chrono::seconds{1});
    const Application application = decided(status);
    const auto written = mails();
    ASSERT_FALSE(written.empty()) << status;
    const OpenedMail& mail = written.front();
    EXPECT_EQ(mail.mail.application, application.id) << status;
    EXPECT_EQ(mail.mail.cause, "decision/" + application.id.value + "/" + status);
    ASSERT_TRUE(mail.words);
    EXPECT_EQ(mail.words->to.address, "ada@example.com");
    EXPECT_EQ(mail.words->to.name, "Ada Quinn");
    EXPECT_NE(mail.words->texts.text.find("Ada Quinn"), std::string::npos);
    EXPECT_EQ(mail.words->texts.text.find("prequalified you") != std::string::npos,
              std::string_view(status) == "prequalified");
    EXPECT_NE(history(application).find(status), std::string::npos);
  }
  EXPECT_EQ(mails().size(), 3U);
}

// The lender approved its texts in English alone.
TEST_P(DecisionMails, SpeakALanguageTheLenderApproved) {
  hub_tells();
  const Application made = confirmed();
  execute("UPDATE applications SET consent_language = 'fr'");
  script_.submits(done(state_json("approved", "OK")));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_EQ(stored(made.id).consent.language, "fr");
  ASSERT_EQ(mails().size(), 1U);
  EXPECT_EQ(mails().front().mail.language, mail::Language::en);
}

TEST_P(DecisionMails, StayAwayForWhatIsNoDecisionOrTheLendersToTell) {
  hub_tells();
  for (const char* status : {"in_review", "needs_info", "declined"}) decided(status);
  hub_tells("lender");
  decided("approved");
  script_.plugin->document = std::make_shared<const json::Value>();
  decided("approved");
  EXPECT_EQ(mails().size(), 0U);
}

TEST_P(DecisionMails, LeaveOnceForWhatIsSaidTwice) {
  hub_tells();
  const Application application = decided("prequalified");
  for (const char* status : {"prequalified", "approved", "in_review", "approved"}) {
    script_.says(done(found_json(status, status, "", lender_id_)));
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  std::string causes;
  for (const OpenedMail& mail : mails())
    causes += mail.mail.cause.substr(mail.mail.cause.rfind('/'));
  EXPECT_EQ(causes, "/approved/prequalified") << history(application);
}

class LinkMails : public DecisionMails {
 protected:
  void hub_sends_documents(const std::string& who) {
    script_.plugin->document = std::make_shared<const json::Value>(
        json::parse(R"({"mail":{"decision":"lender","documents":")" + who + R"("}})"));
  }
  void says(const std::string& status, const std::string& url) {
    const std::string more = url.empty() ? "" : R"(,"portal_url":")" + url + "\"";
    script_.says(done(found_json(status, status, more, lender_id_)));
    EXPECT_TRUE(work_when_due(kFollowJob));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, LinkMails, db::kEngines, db::engine_name);

TEST_P(LinkMails, LeaveOnceWhenTheDocumentsAreOut) {
  hub_sends_documents("hub");
  const Application application = decided("approved");
  EXPECT_TRUE(mails().empty());
  says("documents_sent", "https://sign.example/1");
  ASSERT_EQ(mails().size(), 1U) << history(application);
  const OpenedMail mail = mails().front();
  EXPECT_EQ(mail.mail.cause, "documents/" + application.id.value);
  EXPECT_EQ(mail.mail.letter, mail::Letter::loan_documents);
  EXPECT_NE(mail.words->texts.text.find("https://sign.example/1"), std::string::npos);
  says("documents_sent", "https://sign.example/2");
  says("signed", "https://sign.example/2");
  EXPECT_EQ(mails().size(), 1U);
}

TEST_P(LinkMails, WaitForALinkThatCanBeFollowed) {
  hub_sends_documents("hub");
  decided("approved");
  says("documents_sent", "");
  says("documents_sent", "javascript:alert(1)");
  EXPECT_TRUE(mails().empty());
  says("documents_sent", "https://sign.example/1");
  EXPECT_EQ(mails().size(), 1U);
}

TEST_P(LinkMails, StayAwayWhereTheLenderSendsThem) {
  hub_sends_documents("lender");
  decided("approved");
  says("documents_sent", "https://sign.example/1");
  script_.plugin->document = std::make_shared<const json::Value>();
  says("documents_sent", "https://sign.example/2");
  EXPECT_TRUE(mails().empty());
}

TEST_P(DecisionMails, StandOrFallWithTheDecision) {
  hub_tells();
  const Application made = confirmed();
  execute("DROP TABLE mails");
  script_.submits(done(state_json("approved", "WORD")));
  EXPECT_ANY_THROW(work(kSubmitJob));
  EXPECT_EQ(stored(made.id).state, State::submitting);
}

}  // namespace
}  // namespace lendport::applications

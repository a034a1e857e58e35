// Loan documents: asked for when the lender allows it, carried at most once, until it is known.
#include "applications/asking.hpp"
#include "applications/json_documents.hpp"
#include "connectors/switches.hpp"

namespace lendport::applications {
namespace {

constexpr const char* kSent =
    R"({"status":"sent","lender_document_id":"D-1","portal_url":"https://sign.example/1"})";

class SendingDocuments : public Asking {
 protected:
  void SetUp() override {
    script_.plugin = std::make_shared<connectors::Manifest>(*script_.plugin);
    script_.plugin->capabilities.push_back({"documents.send/1", 1, "stable"});
    script_.plugin->capabilities.push_back({"documents.status/1", 1, "stable"});
  }
  Application approved(const std::string& status = "approved", const std::string& decision = "{}") {
    const Application made = confirmed();
    script_.submits(done(state_json(status, "OK", R"(,"decision":)" + decision)));
    EXPECT_TRUE(work(kSubmitJob));
    return stored(made.id);
  }
  Told ask_for(const Application& application, const std::string& key = "") {
    const http::Request asked = request(rep_, key);
    return told([&] { return run(applications_.send_documents(asked, org_.id, application.id)); });
  }
  Application asked_for() {
    const Application made = approved();
    const Told answer = ask_for(made);
    EXPECT_FALSE(answer.error) << answer.detail;
    return stored(made.id);
  }
  std::string documents_of(const Application& application) {
    const auto documents = stored(application.id).documents;
    return documents ? std::string(to_string(documents->state)) : "none";
  }
  int in_book(const Application& application) { return script_.book[documents_key(application)]; }
};
INSTANTIATE_TEST_SUITE_P(Stores, SendingDocuments, db::kEngines, db::engine_name);

TEST_P(SendingDocuments, GoOutOnceAndTheLenderIsFollowed) {
  const Application made = asked_for();
  EXPECT_EQ(documents_of(made), "requested");
  script_.sends(done(kSent));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(state_of(made), State::documents_sent);
  EXPECT_EQ(documents_of(made), "sent");
  EXPECT_EQ(stored(made.id).portal_url, "https://sign.example/1");
  EXPECT_EQ(stored(made.id).documents->lender_document_id, "D-1");
  const connectors::Call& call = script_.calls.back();
  EXPECT_EQ(call.idempotency_key, made.lender_key + ".documents");
  EXPECT_EQ(json::parse(call.request),
            json::parse(R"({"lender_application_id":"L-1","idempotency_key":")" + made.lender_key +
                        R"(.documents","locale":"en"})"));
  for (const char* word : {"signed", "countersigned", "funded"}) {
    script_.says(done(found_json(word, word)));
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  EXPECT_EQ(history(made),
            "created confirmed submitting approved documents_requested documents_sending "
            "documents_sent signed countersigned funded");
  EXPECT_EQ(in_book(made), 1);
}

TEST_P(SendingDocuments, TellWhenTheApplicantOpensThem) {
  const Application made = asked_for();
  script_.sends(done(kSent));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_FALSE(stored(made.id).documents->opened_at);
  const Time opened = stage_.clock.now();
  for (const Time said : {opened, opened + std::chrono::hours{1}}) {
    script_.says(done(found_json("documents_sent", "OUT",
                                 R"(,"documents_opened_at":")" + format_time(said) + "\"")));
    ASSERT_TRUE(work_when_due(kFollowJob));
    EXPECT_EQ(stored(made.id).documents->opened_at, opened) << "the first time counts";
  }
  EXPECT_EQ(json::parse(application_answer(200, stored(made.id), "en").body)
                .at("documents")
                .at("opened_at"),
            format_time(opened));
  // What no date is says nothing.
  script_.says(done(found_json("signed", "SIGNED", R"(,"documents_opened_at":"soon")")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_of(made), State::signed_);
  const std::string told = history(made);
  EXPECT_EQ(told.find("documents_opened"), told.rfind("documents_opened")) << told;
  EXPECT_NE(told.find("documents_sent"), std::string::npos);
}

TEST_P(SendingDocuments, AreOpenedWhereTheirOwnStatusSaysSo) {
  const Application made = asked_for();
  script_.sends(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.documents(done(R"({"status":"opened"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(state_of(made), State::documents_sent);
  EXPECT_EQ(documents_of(made), "sent");
  EXPECT_EQ(stored(made.id).documents->opened_at, stage_.clock.now());
  EXPECT_NE(history(made).find("documents_sent documents_opened"), std::string::npos)
      << history(made);
}

struct Refused {
  const char* name;
  const char* status;
  const char* decision;
  std::optional<ErrorCode> error;
};
TEST_P(SendingDocuments, AreAskedForOnlyWhenNothingIsOpen) {
  for (const Refused& row : {
           Refused{"approved", "approved", "{}", {}},
           Refused{"fulfilled",
                   "conditional",
                   R"({"stipulations":[{"text":"pay stub","fulfilled":true}]})",
                   {}},
           Refused{"open", "conditional", R"({"stipulations":[{"text":"pay stub"}]})",
                   ErrorCode::conflict},
           Refused{"open though approved", "approved", R"({"stipulations":[{"text":"pay stub"}]})",
                   ErrorCode::conflict},
           Refused{"conditions", "conditional", R"({"conditions":[{"text":"no other loan"}]})",
                   ErrorCode::conflict},
           Refused{"over", "approved", R"({"expires_at":"2001-01-01T00:00:00Z"})",
                   ErrorCode::conflict},
           Refused{"in review", "in_review", "{}", ErrorCode::conflict},
           Refused{"prequalified", "prequalified", "{}", ErrorCode::conflict},
           Refused{"declined", "declined", "{}", ErrorCode::conflict},
           Refused{"out already", "documents_sent", "{}", ErrorCode::conflict},
       }) {
    const Application made = approved(row.status, row.decision);
    EXPECT_EQ(ask_for(made).error, row.error) << row.name;
    EXPECT_EQ(documents_of(made), row.error ? "none" : "requested") << row.name;
    execute("UPDATE applications SET lender_application_id = id");
    execute("DELETE FROM jobs");
  }
}

TEST_P(SendingDocuments, NeedAConnectorThatCan) {
  const Application made = approved();
  script_.plugin->capabilities.pop_back();
  script_.plugin->capabilities.pop_back();
  EXPECT_EQ(ask_for(made).error, ErrorCode::capability_missing);
  script_.plugin = nullptr;
  EXPECT_EQ(ask_for(made).error, ErrorCode::lender_unavailable);
}

TEST_P(SendingDocuments, AreAskedForOnce) {
  const Application made = approved();
  const Told answer = ask_for(made, "key-1");
  EXPECT_EQ(answer.response.status, 202U);
  EXPECT_TRUE(kept("key-1"));
  EXPECT_EQ(json::parse(answer.response.body)["documents"]["state"], "requested");
  EXPECT_EQ(ask_for(made).error, ErrorCode::conflict);
  script_.sends(ends(OutcomeKind::upstream_error));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(documents_of(made), "failed");
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_FALSE(ask_for(made).error) << "a technical refusal may be tried again";
  script_.sends(done(kSent));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(ask_for(made).error, ErrorCode::conflict);
}

struct Row {
  OutcomeKind kind;
  const char* documents;
  const char* job;
};
TEST_P(SendingDocuments, MakeOfEachOutcomeWhatItSays) {
  const Application made = asked_for();
  for (const Row& row :
       {Row{OutcomeKind::invalid, "failed", ""}, Row{OutcomeKind::auth_failed, "failed", ""},
        Row{OutcomeKind::retryable, "sending", "send_documents"},
        Row{OutcomeKind::cancelled, "sending", "send_documents"},
        Row{OutcomeKind::upstream_error, "failed", ""},
        Row{OutcomeKind::unknown_outcome, "unknown", "ask_documents"},
        Row{OutcomeKind::unsupported, "failed", ""}, Row{OutcomeKind::internal, "failed", ""}}) {
    Application fresh = stored(made.id);
    fresh.documents->state = DocumentsState::requested;
    stage_.db->write_now([&](db::Transaction& tx) { applications_store::update(tx, fresh); });
    only_job(kSendDocumentsJob, made);
    script_.sends(ends(row.kind));
    ASSERT_TRUE(work(kSendDocumentsJob));
    EXPECT_EQ(documents_of(made), row.documents) << connectors::to_string(row.kind);
    EXPECT_EQ(due(kSendDocumentsJob).has_value(), std::string(row.job) == "send_documents");
    EXPECT_EQ(due(kAskDocumentsJob).has_value(), std::string(row.job) == "ask_documents");
  }
}

TEST_P(SendingDocuments, AreNotSentAgainWhenTheAnswerIsLost) {
  const Application made = asked_for();
  script_.sends(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.documents(ends(OutcomeKind::retryable));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(documents_of(made), "unknown");
  script_.documents(done(R"({"status":"opened"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(state_of(made), State::documents_sent);
  EXPECT_EQ(in_book(made), 1);
}

// Wherever the process dies, the next one asks the journal and then the lender.
TEST_P(SendingDocuments, AreSentOnceWhereverTheProcessDies) {
  for (const Reaches reaches : {Reaches::nobody, Reaches::journal, Reaches::lender}) {
    const Application made = asked_for();
    script_.sends(dies(reaches));
    const auto lease = claim(kSendDocumentsJob);
    ASSERT_TRUE(lease);
    EXPECT_THROW(work(applications_, *lease), ProcessDied);
    stage_.clock.advance(std::chrono::minutes{1});
    if (reaches == Reaches::nobody) script_.sends(done(kSent));
    ASSERT_TRUE(work(kSendDocumentsJob));
    if (reaches != Reaches::nobody) {
      EXPECT_EQ(documents_of(made), "unknown");
      const bool has_it = reaches == Reaches::lender;
      script_.documents(done(has_it ? R"({"status":"sent"})" : R"({"status":"none"})"));
      ASSERT_TRUE(work_when_due(kAskDocumentsJob));
      if (!has_it) {
        EXPECT_EQ(documents_of(made), "unknown") << "not before the window ended";
        stage_.clock.advance(std::chrono::minutes{2});
        script_.documents(done(R"({"status":"none"})"));
        ASSERT_TRUE(work(kAskDocumentsJob));
        EXPECT_EQ(documents_of(made), "requested");
        script_.sends(done(kSent));
        ASSERT_TRUE(work(kSendDocumentsJob));
      }
    }
    EXPECT_EQ(state_of(made), State::documents_sent) << static_cast<int>(reaches);
    EXPECT_EQ(in_book(made), 1);
    execute("UPDATE applications SET lender_application_id = id");
    execute("DELETE FROM jobs");
  }
}

TEST_P(SendingDocuments, DoNotLeaveForAWorkerThatLostItsJob) {
  const Application made = asked_for();
  const auto slow = claim(kSendDocumentsJob);
  ASSERT_TRUE(slow);
  stage_.clock.advance(std::chrono::minutes{1});
  script_.meanwhile = [&] {
    const auto other = claim(kSendDocumentsJob, "hub-2");
    if (!other) return;
    script_.sends(done(kSent));
    work(applications_, *other);
  };
  script_.sends(done(kSent));
  EXPECT_EQ(db::failure_of([&] { work(applications_, *slow); }), ErrorCode::lease_lost);
  EXPECT_EQ(in_book(made), 1);
  EXPECT_EQ(state_of(made), State::documents_sent);
}

// The application ends and its case is deleted while the lender is called.
TEST_P(SendingDocuments, TakeNoAnswerAboutWhoIsErasedMeanwhile) {
  for (const bool sent : {false, true}) {
    execute("DELETE FROM jobs");
    const Application made = asked_for();
    script_.meanwhile = nullptr;
    if (sent) {
      script_.sends(done(R"({"status":"pending","lender_document_id":"D-1"})"));
      ASSERT_TRUE(work(kSendDocumentsJob));
      script_.documents(done(R"({"status":"signed","lender_status":"SIGNED BY ADA"})"));
    } else {
      script_.sends(done(kSent));
    }
    erase_meanwhile(made);
    ASSERT_TRUE(work_when_due(sent ? kAskDocumentsJob : kSendDocumentsJob));
    EXPECT_EQ(documents_of(made), sent ? "pending" : "unknown");
    const Application after = stored(made.id);
    EXPECT_EQ(after.portal_url, made.portal_url);
    EXPECT_EQ(after.lender_status, made.lender_status);
    EXPECT_EQ(after.attention, "");
    EXPECT_FALSE(due(kSendDocumentsJob) || due(kAskDocumentsJob));
    execute("UPDATE applications SET lender_application_id = id");
  }
}

TEST_P(SendingDocuments, CameToNothingWhereTheLenderRefusesAndTheApplicantIsErasedMeanwhile) {
  const Application made = asked_for();
  script_.sends(ends(OutcomeKind::invalid, Reaches::journal));
  erase_meanwhile(made);
  ASSERT_TRUE(work_when_due(kSendDocumentsJob));
  EXPECT_EQ(documents_of(made), "failed");
  EXPECT_EQ(stored(made.id).documents->failure->code, "not_approved") << "not the lender's words";
}

TEST_P(SendingDocuments, ThatTakeTimeAreAskedAbout) {
  const Application made = asked_for();
  script_.sends(done(R"({"status":"pending","lender_document_id":"D-1"})"));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(documents_of(made), "pending");
  script_.documents(done(R"({"status":"unknown","lender_status":"FOLDED"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  script_.documents(done(R"({"status":"signed","lender_status":"SIGNED"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(state_of(made), State::signed_);
  EXPECT_EQ(stored(made.id).lender_status, "SIGNED");
}

TEST_P(SendingDocuments, ThatExpiredAtTheLenderFail) {
  const Application made = asked_for();
  script_.sends(done(R"({"status":"pending","lender_document_id":"D-1"})"));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.documents(done(R"({"status":"expired"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(documents_of(made), "failed");
  const json::Value shown = json::parse(application_answer(200, stored(made.id), "fr").body);
  EXPECT_EQ(shown.at("documents").at("failure").at("code"), "expired");
  EXPECT_EQ(shown.at("documents").at("failure").at("message"),
            "Les documents ont expiré chez le prêteur");
}

TEST_P(SendingDocuments, ThatTheLenderNeverGotGoOutAgainAFewTimes) {
  const Application made = asked_for();
  int sent = 0;
  while (stored(made.id).attention.empty()) {
    ASSERT_LE(++sent, kResendsMax + 1);
    script_.sends(ends(OutcomeKind::unknown_outcome, Reaches::journal));
    ASSERT_TRUE(work(kSendDocumentsJob));
    stage_.clock.advance(std::chrono::minutes{5});
    script_.documents(done(R"({"status":"none"})"));
    ASSERT_TRUE(work(kAskDocumentsJob));
  }
  EXPECT_EQ(sent, kResendsMax + 1);
  EXPECT_EQ(documents_of(made), "unknown");
  EXPECT_NE(stored(made.id).attention.find("documents"), std::string::npos);
}

TEST_P(SendingDocuments, AreMissingOnlyOnceTheLendersWindowIsOver) {
  asked_for();
  script_.sends(ends(OutcomeKind::unknown_outcome, Reaches::journal));
  ASSERT_TRUE(work(kSendDocumentsJob));
  const Time over = stage_.clock.now() + std::chrono::seconds{60};
  script_.documents(done(R"({"status":"none"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_FALSE(due(kSendDocumentsJob)) << "it may still be on its way";
  while (due(kAskDocumentsJob) && !due(kSendDocumentsJob)) {
    script_.documents(done(R"({"status":"none"})"));
    ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  }
  EXPECT_GE(stage_.clock.now(), over);
  EXPECT_TRUE(due(kSendDocumentsJob));
}

TEST_P(SendingDocuments, AreKnownFromTheApplicationsOwnStatus) {
  const Application made = asked_for();
  script_.sends(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.says(done(found_json("signed", "SIGNED")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(documents_of(made), "sent");
  EXPECT_EQ(script_.asked("documents.status/1"), 0);
}

TEST_P(SendingDocuments, AreNotSentForWhatIsNoLongerApproved) {
  const Application made = asked_for();
  script_.says(done(found_json("declined", "NO")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(documents_of(made), "failed");
  EXPECT_EQ(script_.asked("documents.send/1"), 0);
}

TEST_P(SendingDocuments, WaitForAStoppedPluginAndGiveUpOnOneThatIsGone) {
  const Application made = asked_for();
  script_.plugin = nullptr;
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(documents_of(made), "requested");
  stage_.clock.advance(ApplicationSettings{}.routing_patience + std::chrono::minutes{1});
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(stored(made.id).documents->failure->code, "deadline");
}

TEST_P(SendingDocuments, AreAskedForByThemselvesWhereTheConnectionSaysSo) {
  execute("UPDATE connections SET documents_at_approval = 1");
  const Application made = approved();
  EXPECT_EQ(documents_of(made), "requested");
  EXPECT_EQ(ask_for(made).error, ErrorCode::conflict) << "once";
  script_.sends(done(kSent));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(state_of(made), State::documents_sent);
  EXPECT_EQ(in_book(made), 1);
  EXPECT_EQ(history(made),
            "created confirmed submitting approved documents_requested refused_step "
            "documents_sending documents_sent");
}

TEST_P(SendingDocuments, WaitByThemselvesUntilNothingIsOpen) {
  execute("UPDATE connections SET documents_at_approval = 1");
  const Application made =
      approved("conditional", R"({"stipulations":[{"lender_id":"s","text":"pay stub"}]})");
  EXPECT_EQ(documents_of(made), "none");
  script_.says(done(found_json("approved", "OK",
                               R"(,"decision":{"stipulations":[{"lender_id":"s","text":"pay stub",
                                  "status":"accepted"}]})")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(documents_of(made), "requested");
}

TEST_P(SendingDocuments, AreNotAskedForTwiceByThemselves) {
  execute("UPDATE connections SET documents_at_approval = 1");
  const Application made = approved();
  script_.sends(ends(OutcomeKind::upstream_error));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.says(done(found_json("approved", "STILL")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(documents_of(made), "failed") << "a person decides what is next";
}

TEST_P(SendingDocuments, AreNotAskedForWeeksAfterTheApproval) {
  const Application made = approved();
  execute("UPDATE connections SET documents_at_approval = 1");
  stage_.clock.advance(std::chrono::days{14});
  stage_.db->write_now([&](db::Transaction& tx) {
    Application application = applications_.records().find_for_update(tx, org_.id, made.id).value();
    application.notice.emplace().rule = "12 CFR 1002.9(a)(1)(ii)";
    applications_.records().keep_notice(tx, application, "", "notice_started", "hub");
  });
  EXPECT_EQ(documents_of(made), "none");
  script_.says(done(found_json("approved", "NEW WORD")));
  ASSERT_TRUE(work(kFollowJob));
  EXPECT_EQ(documents_of(made), "none") << "a status that was renamed is no approval";
  script_.says(done(found_json("approved", "NEW WORD", R"(,"decision":{"term_months":240})")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(documents_of(made), "none") << "nor is another term";
  for (const char* word : {"needs_info", "approved"}) {
    script_.says(done(found_json(word, "AGAIN")));
    ASSERT_TRUE(work_when_due(kFollowJob));
  }
  EXPECT_EQ(documents_of(made), "requested") << "approved anew";
}

TEST_P(SendingDocuments, AreAskedForWhenTheLastPointClosesHoweverLate) {
  const Application made =
      approved("approved", R"({"stipulations":[{"lender_id":"s","text":"pay stub"}]})");
  execute("UPDATE connections SET documents_at_approval = 1");
  stage_.clock.advance(std::chrono::days{14});
  script_.says(done(found_json("approved", "OK",
                               R"(,"decision":{"stipulations":[{"lender_id":"s","text":"pay stub",
                                  "status":"accepted"}]})")));
  ASSERT_TRUE(work(kFollowJob));
  EXPECT_EQ(documents_of(made), "requested");
}

TEST_P(SendingDocuments, AreAskedForThoughTheConnectorStopsAtTheApproval) {
  execute("UPDATE connections SET documents_at_approval = 1");
  const Application made = in_review();
  const auto plugin = script_.plugin;
  script_.meanwhile = [&] { script_.plugin = nullptr; };
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_of(made), State::approved);
  EXPECT_EQ(documents_of(made), "requested");
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(documents_of(made), "requested") << "it waits";
  script_.plugin = plugin;
  script_.sends(done(kSent));
  ASSERT_TRUE(work_when_due(kSendDocumentsJob));
  EXPECT_EQ(state_of(made), State::documents_sent);
  EXPECT_EQ(in_book(made), 1);
}

// Its answer was lost, and a person recorded what the lender said on the phone.
TEST_P(SendingDocuments, WaitForTheLendersOwnId) {
  execute("UPDATE connections SET documents_at_approval = 1");
  const Application made = lost();
  stage_.clock.advance(kCallLenderAfter);
  script_.says(ends(OutcomeKind::upstream_error));
  ASSERT_TRUE(work(kReconcileJob));
  ASSERT_FALSE(decide(made, R"({"status":"approved"})").error);
  EXPECT_EQ(documents_of(made), "none");
  EXPECT_EQ(ask_for(made).error, ErrorCode::conflict);
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(documents_of(made), "requested") << "it is found";
}

TEST(StoredDocuments, ComeBackAsTheyWere) {
  LoanDocuments documents;
  documents.state = DocumentsState::failed;
  documents.attempts = 3;
  documents.settled_attempts = 2;
  documents.resends = 1;
  documents.requested_by = UserId{"user_1"};
  documents.requested_at = from_unix_ms(1);
  documents.since = from_unix_ms(2);
  documents.left_at = from_unix_ms(3);
  documents.changed_at = from_unix_ms(4);
  documents.lender_document_id = "D";
  documents.failure = TechnicalFailure::as_it_came("c", "m");
  EXPECT_EQ(read_stored_documents(write_stored_documents(documents)), documents);
  EXPECT_EQ(read_stored_documents(write_stored_documents({})), LoanDocuments{});
}

}  // namespace
}  // namespace lendport::applications

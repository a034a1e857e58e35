// Documents for a stipulation: of the case alone, carried at most once, held until it is known.
#include "applications/asking.hpp"
#include "applications/attention.hpp"
#include "applications/json_uploads.hpp"
#include "applications/store_uploads.hpp"

namespace lendport::applications {
namespace {

constexpr const char* kStipulations =
    R"(,"decision":{"stipulations":[
      {"lender_id":"stip-1","code":"PAYSTUB","text":"Two pay stubs","due":"2026-05-20"},
      {"lender_id":"stip-2","text":"Title","status":"accepted"}]})";
constexpr const char* kTwoOpen =
    R"(,"decision":{"stipulations":[
      {"lender_id":"stip-1","code":"PAYSTUB","text":"Two pay stubs"},
      {"lender_id":"stip-2","text":"Title"}]})";
constexpr const char* kNamesakes =
    R"(,"decision":{"stipulations":[
      {"lender_id":"stip-1","code":"PAYSTUB","text":"Two pay stubs","due":"2026-05-20"},
      {"lender_id":"stip-1","code":"TITLE","text":"Title"}]})";
constexpr const char* kReceived =
    R"({"status":"received","lender_document_id":"up-1","lender_status":"RECEIVED"})";
const std::string kPdf = "%PDF-1.7 the pay stub";

class Uploading : public Asking {
 protected:
  void SetUp() override {
    script_.plugin = std::make_shared<connectors::Manifest>(*script_.plugin);
    script_.plugin->capabilities.push_back({"documents.upload/1", 1, "stable"});
    script_.plugin->capabilities.push_back({"documents.uploaded/1", 1, "stable"});
  }
  Application asked_for_more(const std::string& status = "needs_info",
                             const std::string& more = kStipulations) {
    const Application made = confirmed();
    script_.submits(done(state_json(status, "INFO_NEEDED", more, "L-" + made.id.value)));
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    execute("DELETE FROM jobs");
    return stored(made.id);
  }
  FileId added(const Application& application, const std::string& bytes = kPdf) {
    http::Request asked = request(rep_);
    asked.body = bytes;
    const auto answer = run(files_.add(asked, org_.id, application.case_id, "stub.pdf"));
    return FileId{json::parse(answer.body).at("id").get<std::string>()};
  }
  Told upload(const Application& application, std::vector<FileId> files,
              const std::string& stipulation = "stip-1", const std::string& key = "") {
    const http::Request asked = request(rep_, key);
    return told([&] {
      return run(applications_.upload(asked, org_.id, application.id, stipulation, files));
    });
  }
  // One whose documents are on their way.
  Application uploaded() {
    const Application made = asked_for_more();
    file_ = added(made);
    const Told answer = upload(made, {file_});
    EXPECT_FALSE(answer.error) << answer.detail << answer.details;
    return stored(made.id);
  }
  // What is on its way goes out as often as the hub sends it, and the lender never knows of it.
  void lose() {
    for (int sent = 0; sent <= kResendsMax; ++sent) {
      script_.takes(ends(OutcomeKind::unknown_outcome, Reaches::journal));
      ASSERT_TRUE(work(kSendDocumentsJob));
      stage_.clock.advance(std::chrono::minutes{5});
      script_.has(done(R"({"status":"none"})"));
      ASSERT_TRUE(work(kAskDocumentsJob));
    }
  }
  // The lender is asked now, and wants this.
  void follow_now(const Application& application, const std::string& wants) {
    execute("DELETE FROM jobs WHERE kind = $1", {kFollowJob});
    const Application now = stored(application.id);
    stage_.db->write_now(
        [&](db::Transaction& tx) { applications_.ask_jobs().ask_about_notice(tx, now); });
    script_.says(done(found_json("needs_info", "INFO_NEEDED", wants, "L-" + application.id.value)));
    ASSERT_TRUE(work(kFollowJob));
  }
  StipulationView first(const Application& application) {
    return run(applications_.stipulations(request(rep_), org_.id, application.id)).at(0);
  }
  // Why the latest documents failed, for who reads French.
  std::string failure_in_french(const Application& application) {
    const json::Value shown = json::parse(stipulations_answer({first(application)}, "fr").body);
    return shown.at("data").at(0).at("uploads").back().at("failure").at("message");
  }
  std::string state_in(const Application& application) {
    return std::string(to_string(first(application).state));
  }
  std::string delivery_of(const Application& application) {
    return std::string(to_string(first(application).uploads.back().delivery.state));
  }
  std::optional<ErrorCode> refusal_of_delete(const Application& application) {
    return db::failure_of(
        [&] { run(files_.remove(request(rep_), org_.id, application.case_id, file_)); });
  }
  int in_book(const Application& application) {
    return script_.book[upload_key(application, first(application).uploads.back())];
  }
  FileId file_;
};
INSTANTIATE_TEST_SUITE_P(Stores, Uploading, db::kEngines, db::engine_name);

TEST_P(Uploading, GoesOutOnceAndTheApplicationBackToReview) {
  const Application made = uploaded();
  EXPECT_EQ(state_in(made), "open");
  EXPECT_EQ(delivery_of(made), "requested");
  EXPECT_EQ(refusal_of_delete(made), ErrorCode::conflict);
  script_.takes(done(kReceived));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(delivery_of(made), "sent");
  EXPECT_EQ(state_in(made), "sent");
  const connectors::Call& call = script_.calls.back();
  const Upload upload = first(made).uploads.back();
  EXPECT_EQ(call.idempotency_key, made.lender_key + "." + upload.id.value);
  EXPECT_EQ(call.documents.at(file_.value).content_type, "application/pdf");
  EXPECT_EQ(*call.documents.at(file_.value).bytes, kPdf);
  EXPECT_EQ(call.request.find("the pay stub"), std::string::npos) << "bytes stay with the hub";
  const json::Value asked = json::parse(call.request);
  EXPECT_EQ(asked["lender_application_id"], "L-" + made.id.value);
  EXPECT_EQ(asked["stipulation"]["lender_id"], "stip-1");
  EXPECT_EQ(asked["documents"][0]["blob"], file_.value);
  EXPECT_EQ(asked["documents"][0]["size_bytes"], kPdf.size());
  EXPECT_EQ(due(kFollowJob), stage_.clock.now()) << "the lender is asked at once";
  script_.says(done(found_json("in_review", "MANUAL_REVIEW",
                               R"(,"decision":{"stipulations":[{"lender_id":"stip-1","text":"Two",
                                  "status":"received"}]})",
                               "L-" + made.id.value)));
  ASSERT_TRUE(work(kFollowJob));
  EXPECT_EQ(state_of(made), State::in_review);
  EXPECT_EQ(state_in(made), "sent");
  EXPECT_FALSE(refusal_of_delete(made));
  EXPECT_EQ(in_book(made), 1);
  EXPECT_EQ(history(made),
            "created confirmed submitting needs_info stipulation_requested stipulation_sending "
            "stipulation_sent in_review");
}

// What may be with the lender is not called failed, and nothing the lender says of it is kept.
TEST_P(Uploading, TakesNoAnswerAboutWhoIsErasedMeanwhile) {
  const std::vector<std::pair<connectors::OutcomeKind, const char*>> rows = {
      {OutcomeKind::done, "unknown"},
      {OutcomeKind::unknown_outcome, "unknown"},
      {OutcomeKind::auth_failed, "failed"}};
  for (const auto& [kind, state] : rows) {
    const Application made = uploaded();
    script_.takes(kind == OutcomeKind::done ? done(kReceived) : ends(kind, Reaches::journal));
    erase_meanwhile(made);
    ASSERT_TRUE(work(kSendDocumentsJob));
    const Upload upload =
        read([&](db::Snapshot& at) { return uploads_store::list(at, org_.id, made.id).at(0); });
    EXPECT_EQ(to_string(upload.delivery.state), state);
    EXPECT_EQ(upload.delivery.lender_document_id, "");
    EXPECT_FALSE(due(kSendDocumentsJob) || due(kAskDocumentsJob) || due(kFollowJob));
    EXPECT_EQ(count("SELECT COUNT(*) AS n FROM case_file_holds"), 0);
    execute("UPDATE applications SET lender_application_id = id");
  }
}

TEST_P(Uploading, ListsWhatTheLenderWantsWithItsDates) {
  const Application made = asked_for_more();
  const auto views = run(applications_.stipulations(request(rep_), org_.id, made.id));
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].id, "stip-1");
  EXPECT_EQ(views[0].stipulation.due, parse_date("2026-05-20").value());
  EXPECT_EQ(views[0].state, StipulationState::open);
  EXPECT_EQ(views[1].state, StipulationState::accepted);
  EXPECT_TRUE(run(applications_.stipulations(request(rep_), org_.id, draft().id)).empty());
}

TEST_P(Uploading, TakesDocumentsOfTheCaseAlone) {
  const Application made = asked_for_more();
  const FileId own = added(made);
  const Application other = asked_for_more();
  const FileId foreign = added(other);
  const FileId never = stage_.ids.next<FileId>();
  const auto refused = [&](std::vector<FileId> files) {
    const Told answer = upload(made, std::move(files));
    EXPECT_EQ(answer.error, ErrorCode::invalid_input);
    return answer.violations.empty() ? "" : answer.violations.front() + answer.details;
  };
  EXPECT_EQ(refused({foreign}), refused({never}));
  EXPECT_EQ(refused({own, own}).substr(0, 17), "/files/1 repeated");
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM stipulation_uploads"), 0);
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM case_file_holds"), 0);
}

TEST_P(Uploading, HasAnEndToItsSize) {
  const Application made = asked_for_more();
  std::vector<FileId> files;
  for (int i = 0; i < 3; ++i) {
    files.push_back(added(made, kPdf + std::string(9U * 1024 * 1024, 'x')));
  }
  EXPECT_EQ(upload(made, files).error, ErrorCode::invalid_input);
  files.pop_back();
  EXPECT_FALSE(upload(made, files).error);
}

TEST_P(Uploading, IsRefusedWhereNothingIsWaitedFor) {
  const Application made = asked_for_more();
  const FileId file = added(made);
  EXPECT_EQ(upload(made, {file}, "stip-9").error, ErrorCode::not_found);
  EXPECT_EQ(upload(made, {file}, "stip-2").error, ErrorCode::conflict) << "accepted";
  EXPECT_FALSE(upload(made, {file}).error);
  EXPECT_EQ(upload(made, {file}).error, ErrorCode::conflict) << "under way";
  const Application declined = asked_for_more("declined");
  EXPECT_EQ(upload(declined, {added(declined)}).error, ErrorCode::conflict);
}

TEST_P(Uploading, IsRefusedWhereTheConnectorCannot) {
  const Application made = asked_for_more();
  const FileId file = added(made);
  script_.plugin = std::make_shared<connectors::Manifest>(*script_.plugin);
  script_.plugin->capabilities.pop_back();
  EXPECT_EQ(upload(made, {file}).error, ErrorCode::capability_missing) << "cannot be asked after";
  script_.plugin->capabilities.pop_back();
  EXPECT_EQ(upload(made, {file}).error, ErrorCode::capability_missing);
}

TEST_P(Uploading, KeepsItsAnswerForARepeatedKey) {
  const Application made = asked_for_more();
  const Told answer = upload(made, {added(made)}, "stip-1", "key-9");
  EXPECT_EQ(answer.response.status, 202U);
  EXPECT_EQ(kept("key-9")->body.bytes, answer.response.body);
  const json::Value shown = json::parse(answer.response.body);
  EXPECT_EQ(shown["uploads"][0]["state"], "requested");
  EXPECT_EQ(shown["due"], "2026-05-20");
}

TEST_P(Uploading, MayBeTriedAgainAfterARefusalOrARejection) {
  const Application made = uploaded();
  script_.takes(ends(OutcomeKind::invalid));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(delivery_of(made), "failed");
  EXPECT_EQ(state_in(made), "open");
  EXPECT_FALSE(refusal_of_delete(made));
  file_ = added(made);
  EXPECT_FALSE(upload(made, {file_}).error);
  script_.takes(done(kReceived));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.says(done(found_json("needs_info", "INFO_NEEDED",
                               R"(,"decision":{"stipulations":[{"lender_id":"stip-1","text":"Two",
                                  "status":"rejected"}]})",
                               "L-" + made.id.value)));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_in(made), "rejected");
  EXPECT_FALSE(upload(made, {added(made)}).error);
  script_.takes(done(kReceived));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(state_in(made), "sent");
  EXPECT_EQ(first(made).uploads.size(), 3U);
}

// Wherever the process dies, the next one asks the journal and then the lender.
TEST_P(Uploading, IsDoneOnceWhereverTheProcessDies) {
  for (const Reaches reaches : {Reaches::nobody, Reaches::journal, Reaches::lender}) {
    const Application made = uploaded();
    script_.takes(dies(reaches));
    const auto lease = claim(kSendDocumentsJob);
    ASSERT_TRUE(lease);
    EXPECT_THROW(work(applications_, *lease), ProcessDied);
    stage_.clock.advance(std::chrono::minutes{1});
    if (reaches == Reaches::nobody) script_.takes(done(kReceived));
    ASSERT_TRUE(work(kSendDocumentsJob));
    if (reaches != Reaches::nobody) {
      EXPECT_EQ(delivery_of(made), "unknown");
      EXPECT_EQ(refusal_of_delete(made), ErrorCode::conflict);
      const bool has_it = reaches == Reaches::lender;
      script_.has(done(has_it ? R"({"status":"received"})" : R"({"status":"none"})"));
      ASSERT_TRUE(work_when_due(kAskDocumentsJob));
      if (!has_it) {
        EXPECT_EQ(delivery_of(made), "unknown") << "not before the window ended";
        stage_.clock.advance(std::chrono::minutes{2});
        script_.has(done(R"({"status":"none"})"));
        ASSERT_TRUE(work(kAskDocumentsJob));
        EXPECT_EQ(delivery_of(made), "requested");
        script_.takes(done(kReceived));
        ASSERT_TRUE(work(kSendDocumentsJob));
      }
    }
    EXPECT_EQ(delivery_of(made), "sent") << static_cast<int>(reaches);
    EXPECT_EQ(in_book(made), 1);
    execute("DELETE FROM jobs");
  }
}

TEST_P(Uploading, ThatClosesTheLastPointAsksForTheLoanDocuments) {
  script_.plugin->capabilities.push_back({"documents.send/1", 1, "stable"});
  execute("UPDATE connections SET documents_at_approval = 1");
  const Application made = asked_for_more("approved");
  EXPECT_FALSE(stored(made.id).documents);
  EXPECT_FALSE(upload(made, {added(made)}).error);
  script_.takes(done(R"({"status":"pending","lender_document_id":"up-1"})"));
  ASSERT_TRUE(work(kSendDocumentsJob));
  script_.has(done(R"({"status":"accepted"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(state_in(made), "accepted");
  EXPECT_EQ(stored(made.id).documents.value().state, DocumentsState::requested);
}

TEST_P(Uploading, WaitsWhileTooManyAreInMemory) {
  const Application made = uploaded();
  ApplicationSettings no_room;
  no_room.uploads_at_once = 0;
  Applications full{needs_of_applications(), no_room};
  const auto lease = claim(kSendDocumentsJob);
  ASSERT_TRUE(lease);
  work(full, *lease);
  EXPECT_EQ(delivery_of(made), "requested") << "no attempt was spent";
  EXPECT_EQ(script_.asked("documents.upload/1"), 0);
  script_.takes(done(kReceived));
  ASSERT_TRUE(work_when_due(kSendDocumentsJob));
  EXPECT_EQ(delivery_of(made), "sent");
}

TEST_P(Uploading, GivesItsPlaceBackHoweverItEnds) {
  ApplicationSettings one;
  one.uploads_at_once = 1;
  Applications narrow{needs_of_applications(), one};
  for (const Answer& answer :
       {ends(OutcomeKind::invalid), dies(Reaches::journal), done(kReceived)}) {
    execute("DELETE FROM jobs");
    const Application made = uploaded();
    const auto lease = claim(kSendDocumentsJob);
    ASSERT_TRUE(lease);
    script_.takes(answer);
    const int asked = script_.asked("documents.upload/1");
    try {
      work(narrow, *lease);
    } catch (const ProcessDied&) {
    }
    EXPECT_EQ(script_.asked("documents.upload/1"), asked + 1);
  }
}

TEST_P(Uploading, ThatTheLenderStillWorksOnIsAskedAbout) {
  const Application made = uploaded();
  script_.takes(done(R"({"status":"pending","lender_document_id":"up-1"})"));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(delivery_of(made), "pending");
  script_.has(done(R"({"status":"accepted"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(script_.calls.back().operation, "documents.uploaded/1");
  EXPECT_TRUE(script_.calls.back().documents.empty());
  EXPECT_EQ(state_in(made), "accepted");
}

// While they are on their way the lender lists a second stipulation with the same id: the first is
// called otherwise from then on, and gets its documents once all the same.
TEST_P(Uploading, DoesNotGoOutAgainBecauseANamesakeCame) {
  const Application made = uploaded();
  script_.takes(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  ASSERT_TRUE(work(kSendDocumentsJob));
  follow_now(made, kNamesakes);
  const std::string name = first(made).id;
  EXPECT_NE(name, "stip-1");
  EXPECT_EQ(delivery_of(made), "unknown");
  EXPECT_EQ(upload(made, {file_}, name).error, ErrorCode::conflict) << "under way";
  script_.has(done(R"({"status":"received"})"));
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  const auto views = run(applications_.stipulations(request(rep_), org_.id, made.id));
  EXPECT_EQ(views[0].state, StipulationState::sent);
  EXPECT_EQ(views[1].state, StipulationState::open);
  EXPECT_TRUE(views[1].uploads.empty());
  EXPECT_EQ(in_book(made), 1);
  follow_now(made, kStipulations);
  EXPECT_EQ(first(made).id, "stip-1");
  EXPECT_EQ(state_in(made), "sent");
  EXPECT_EQ(first(made).uploads.size(), 1U);
}

TEST_P(Uploading, ThatIsLostTooOftenCallsAPerson) {
  const Application made = uploaded();
  int sent = 0;
  while (stored(made.id).attention.empty()) {
    ASSERT_LE(++sent, kResendsMax + 1);
    script_.takes(ends(OutcomeKind::unknown_outcome, Reaches::journal));
    ASSERT_TRUE(work(kSendDocumentsJob));
    stage_.clock.advance(std::chrono::minutes{5});
    script_.has(done(R"({"status":"none"})"));
    ASSERT_TRUE(work(kAskDocumentsJob));
  }
  EXPECT_EQ(sent, kResendsMax + 1);
  EXPECT_NE(stored(made.id).attention.find("several times"), std::string::npos);
  EXPECT_EQ(first(made).uploads.back().delivery.failure->code, "lost");
  EXPECT_EQ(failure_in_french(made), "Le prêteur ne connaît pas ces documents");
  EXPECT_FALSE(due(kAskDocumentsJob));
  EXPECT_FALSE(upload(made, {file_}).error) << "it says: send them again";
  script_.takes(done(kReceived));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(state_in(made), "sent");
  EXPECT_FALSE(refusal_of_delete(made));
  EXPECT_EQ(stored(made.id).attention, "") << "the lender has them: nobody need call it";
  EXPECT_TRUE(history(made).ends_with("stipulation_sent attention_ended")) << history(made);
}

TEST_P(Uploading, ThatIsLostCallsAPersonUntilTheLenderHasDocumentsForEveryStipulation) {
  const Application made = asked_for_more("needs_info", kTwoOpen);
  file_ = added(made);
  for (const char* stipulation : {"stip-1", "stip-2"}) {
    ASSERT_FALSE(upload(made, {file_}, stipulation).error);
    lose();
  }
  EXPECT_EQ(stored(made.id).attention, attention::kUploadLost);
  for (const char* stipulation : {"stip-2", "stip-1"}) {
    EXPECT_EQ(stored(made.id).attention, attention::kUploadLost);
    ASSERT_FALSE(upload(made, {file_}, stipulation).error);
    script_.takes(done(kReceived));
    ASSERT_TRUE(work(kSendDocumentsJob));
  }
  EXPECT_EQ(stored(made.id).attention, "");
}

// Its answer was lost for longer than an hour, and is there at last.
TEST_P(Uploading, ThatIsFoundAtLastCallsNobodyAnyMore) {
  for (const bool owes_notice : {false, true}) {
    execute("DELETE FROM jobs");
    const Application made = uploaded();
    if (owes_notice) {
      stage_.db->write_now([&](db::Transaction& tx) {
        auto application = applications_.records().find_for_update(tx, org_.id, made.id).value();
        application.notice.emplace().rule = "12 CFR 1002.9(a)(1)(ii)";
        application.notice->state = NoticeState::overdue;
        applications_store::update(tx, application);
      });
    }
    script_.takes(ends(OutcomeKind::unknown_outcome, Reaches::lender));
    ASSERT_TRUE(work(kSendDocumentsJob));
    stage_.clock.advance(kCallLenderAfter);
    script_.has(ends(OutcomeKind::retryable));
    ASSERT_TRUE(work(kAskDocumentsJob));
    EXPECT_EQ(stored(made.id).attention, attention::kUploadUnknown);
    script_.has(done(R"({"status":"received"})"));
    ASSERT_TRUE(work_when_due(kAskDocumentsJob));
    EXPECT_EQ(stored(made.id).attention, owes_notice ? attention::kNoticeOverdue : "");
  }
}

TEST_P(Uploading, ThatNobodyCanAskAboutHoldsNothing) {
  const Application made = uploaded();
  script_.takes(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(refusal_of_delete(made), ErrorCode::conflict);
  disconnect_held();
  ASSERT_TRUE(work_when_due(kAskDocumentsJob));
  EXPECT_EQ(first(made).uploads.back().delivery.failure->code, "unknown_at_lender");
  EXPECT_EQ(failure_in_french(made), "Il n'est pas possible de demander au prêteur s'il les a");
  EXPECT_NE(stored(made.id).attention.find("call the lender"), std::string::npos);
  EXPECT_FALSE(refusal_of_delete(made));
}

// The lender may have it: nobody asks any more, and it is not said that it has not.
TEST_P(Uploading, StaysAsItIsWhereTheApplicationEndsFirst) {
  for (const char* state : {"unknown", "pending"}) {
    const Application made = uploaded();
    const bool lost = std::string_view(state) == "unknown";
    script_.takes(lost ? ends(OutcomeKind::unknown_outcome, Reaches::lender)
                       : done(R"({"status":"pending","lender_document_id":"up-1"})"));
    ASSERT_TRUE(work(kSendDocumentsJob));
    const std::string told = history(made);
    execute("UPDATE applications SET state = 'declined'");
    ASSERT_TRUE(work_when_due(kAskDocumentsJob));
    EXPECT_EQ(delivery_of(made), state);
    EXPECT_EQ(history(made), told);
    EXPECT_EQ(script_.asked("documents.uploaded/1"), 0);
    EXPECT_FALSE(due(kAskDocumentsJob));
    EXPECT_FALSE(refusal_of_delete(made));
  }
}

TEST_P(Uploading, FailsWhereItsDocumentsAreErased) {
  const Application made = uploaded();
  execute("DELETE FROM case_files");
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(delivery_of(made), "failed");
  EXPECT_EQ(script_.asked("documents.upload/1"), 0);
}

TEST_P(Uploading, FailsOnceTheApplicationIsOver) {
  const Application made = uploaded();
  execute("UPDATE applications SET state = 'declined'");
  ASSERT_TRUE(work(kSendDocumentsJob));
  EXPECT_EQ(delivery_of(made), "failed");
  EXPECT_FALSE(refusal_of_delete(made));
}

TEST(NewUpload, IsAListOfDocuments) {
  EXPECT_EQ(read_new_upload(R"({"files":["file_1"]})"), std::vector<FileId>{{"file_1"}});
  for (const char* body : {"{}", R"({"files":[]})", R"({"files":"file_1"})", R"({"files":[1]})",
                           R"({"files":["a"],"more":1})",
                           R"({"files":["1","2","3","4","5","6","7","8","9","10","11"]})"}) {
    EXPECT_EQ(db::failure_of([&] { read_new_upload(body); }), ErrorCode::invalid_input) << body;
  }
}

}  // namespace
}  // namespace lendport::applications

// The download of a connection that does not work: canaries are planted wherever a secret or a
// person may get in, and none comes out.
#include "connections/diagnostics.hpp"

#include "connections/json.hpp"
#include "connections/stage.hpp"
#include "telemetry/log.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using orgs::Stage;

TEST(WithoutPersons, TakesOutWhatMayNameOne) {
  struct Case {
    const char* url;
    const char* shown;
  };
  for (const Case& one :
       {Case{"https://a.example/v1/loans", "https://a.example/v1/loans"},
        Case{"https://a.example/v1/loans/L-1?email=ada@example.com",
             "https://a.example/v1/loans/L-1"},
        Case{"https://a.example/reps/ada@example.com/loans", "https://a.example/reps/***/loans"},
        Case{"https://a.example/reps/ada%40example.com", "https://a.example/reps/***"},
        Case{"https://a.example/ssn/900551234", "https://a.example/ssn/***"},
        Case{"https://a.example/phones/512-555-0100#x", "https://a.example/phones/***"},
        Case{"https://a.example", "https://a.example"}, Case{"", ""}}) {
    EXPECT_EQ(without_persons(one.url), one.shown);
  }
}

class Canaries : public testing::TestWithParam<db::Engine> {
 protected:
  // Acme, with a setting that is somebody's.
  static json::Value manifest() {
    json::Value manifest = acme_manifest();
    manifest["settings"]["schema"]["properties"]["contact"] = {
        {"type", "string"}, {"title", "Contact"}, {"maxLength", 200}, {"x-pii", true}};
    return manifest;
  }
  void called(const ConnectionId& connection, const std::string& url) {
    stage.db->write_now([&](db::Transaction& tx) {
      tx.execute(
          "INSERT INTO lender_calls (id, org, connection, plugin, operation, subject, "
          "idempotency_key, attempt, request_id, effect, method, url, state, phase, fault, "
          "http_status, bytes_sent, duration_ms, request_sealed, started_at_ms) VALUES ($1, $2, "
          "$3, 'p', 'application.submit/1', 'app_1', 'k', 1, 'req-9', 'create', 'POST', $4, "
          "'ended', 'response', 'none', 500, 0, 1, $5, $6)",
          {stage.ids.next<CallId>(), stage.sunrise.id, connection, url, Blob{"canary-sealed-body"},
           stage.clock.now()});
    });
  }
  std::string text_of(const ConnectionId& id) {
    return diagnostics_text(
        stage.run(stage.connections.diagnostics(stage.admin, stage.sunrise.id, id, Stage::soon())));
  }
  std::string everything_recorded() {
    std::string text;
    stage.db->read_now([&](db::Snapshot& at) {
      for (const auto& event : events::list(at, stage.sunrise.id, 0, 200)) text += event.payload;
      for (const db::Row& row : at.query("SELECT before, after FROM audit")) {
        text += row.optional_text("before").value_or("") + row.optional_text("after").value_or("");
      }
      for (const db::Row& row : at.query("SELECT settings, status_reason FROM connections")) {
        text += row.text("status_reason");
      }
    });
    return text;
  }

  ConnectionsStage stage{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, Canaries, db::kEngines, db::engine_name);

constexpr const char* kPlanted =
    R"({"dealer_id":"D-17","contact":"canary-person@example.com",)"
    R"("client_secret":"canary-s3cret/\"one\"","certificate":"canary-cert\nline two"})";

TEST_P(Canaries, DoNotComeOut) {
  stage.lender.add(manifest());
  testing::internal::CaptureStderr();
  const Connection made = stage.connected(draft_of(kPlanted));
  // The lender repeats what it was sent, in its refusal and where nobody expects it.
  stage.db->write_now([&](db::Transaction& tx) {
    stage.connections.auth_failed(tx, made.id, 1, "the key canary-s3cret/\"one\" is no good");
  });
  called(made.id, "https://api.acme.example/reps/canary-person@example.com/loans?ssn=900551234");
  called(made.id, "https://api.acme.example/loans/900551234");
  const std::string text = text_of(made.id);
  const std::string log = testing::internal::GetCapturedStderr();
  const json::Value said = json::parse(text);
  EXPECT_EQ(said["lender_calls"].size(), 2U);
  EXPECT_EQ(said["lender_calls"][0]["request_id"], "req-9");
  EXPECT_EQ(said["connection"]["settings"]["dealer_id"], "D-17");
  EXPECT_EQ(said["connection"]["settings"]["contact"], "***");
  EXPECT_EQ(said["connection"]["status"], "needs_attention");
  EXPECT_EQ(said["plugin"]["id"], kAcme);
  EXPECT_EQ(said["health"]["last_24_hours"]["failed"], 2);
  EXPECT_EQ(said["events"][0]["type"], "connection.connected");
  for (const char* canary : {"canary-", "900551234", "line two", "s3cret"}) {
    EXPECT_EQ(text.find(canary), std::string::npos) << canary << " in " << text;
    EXPECT_EQ(log.find(canary), std::string::npos) << canary << " in the log";
  }
}

TEST_P(Canaries, LeaveTheDownloadReadableWhateverTheyAre) {
  stage.lender.add(manifest());
  for (const char* secret : {"2026", "true", "null"}) {
    json::Value given = json::parse(kPlanted);
    given["client_secret"] = std::string(secret);
    const Connection made = stage.connected(draft_of(given.dump()));
    stage.db->write_now([&](db::Transaction& tx) {
      stage.connections.auth_failed(tx, made.id, 1, "no " + std::string(secret));
    });
    const json::Value said = json::parse(text_of(made.id));
    EXPECT_EQ(said["connection"]["status"], "needs_attention") << secret;
    EXPECT_EQ(said.dump().find("no " + std::string(secret)), std::string::npos) << secret;
    const Connection now =
        stage.run(stage.connections.get(stage.admin, made.org, made.id, Stage::soon()));
    stage.run(
        stage.connections.disconnect(stage.admin, made.org, made.id, now.version, Stage::soon()));
  }
}

// A refused form comes back without them, and so do the records of what was done.
TEST_P(Canaries, AreNotInErrorsNorInWhatIsRecorded) {
  stage.lender.add(manifest());
  stage.lender.ends(connectors::OutcomeKind::auth_failed, "wrong client");
  const auto outcome = stage.connect(draft_of(kPlanted));
  const http::Response problem = problem_of(refused(outcome), http::Request());
  EXPECT_EQ(problem.body.find("canary-s3cret"), std::string::npos) << problem.body;
  EXPECT_EQ(problem.body.find("canary-cert"), std::string::npos) << problem.body;

  stage.lender.answers(R"({"status":"ready","account":{"id":"A1","name":"Sunrise LLC"}})");
  const Connection made = stage.connected(draft_of(kPlanted));
  stage.db->write_now([&](db::Transaction& tx) {
    stage.connections.auth_failed(tx, made.id, 1, "the key canary-s3cret/\"one\" is no good");
  });
  EXPECT_EQ(stage.stored(made.id).status_reason, "the key *** is no good");
  const std::string recorded = everything_recorded();
  EXPECT_FALSE(recorded.empty());
  EXPECT_EQ(recorded.find("canary-s3cret"), std::string::npos);
  EXPECT_EQ(recorded.find("canary-cert"), std::string::npos);
}

TEST_P(Canaries, AreNotInSettingsNobodyCanJudge) {
  stage.lender.add(manifest());
  const Connection made = stage.connected(draft_of(kPlanted));
  stage.lender.views.clear();  // the plugin is gone, and with it what it says of its settings
  const std::string text = text_of(made.id);
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
  EXPECT_EQ(json::parse(text)["connection"]["settings"]["dealer_id"], "***");
}

TEST_P(Canaries, OfAnotherOrgAreNotThere) {
  const Connection made = stage.connected();
  const Org other = stage.org("Other");
  const Principal stranger = orgs::principal_of(stage.user(other, Role::org_admin, "stranger"));
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.connections.diagnostics(stranger, other.id, made.id, Stage::soon()));
            }),
            ErrorCode::not_found);
}

}  // namespace
}  // namespace lendport::connections

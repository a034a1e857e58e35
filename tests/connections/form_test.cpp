// Completing a form with stored secrets, and what a check's outcome means.
#include "connections/form.hpp"

#include "connections/stage.hpp"
#include "connectors/texts.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::connections {
namespace {

using connectors::Outcome;
using connectors::OutcomeKind;

const connectors::Manifest kManifest = connectors::read_manifest(acme_manifest().dump());

Stored stored_form() {
  Stored stored;
  stored.connection.settings = R"({"dealer_id":"D-17","region":"west","tenant":"t1"})";
  stored.secrets.emplace("client_secret", Secret<std::string>("kept"));
  return stored;
}

std::string secret_in(const CompletedForm& completed, const std::string& name) {
  const auto found = completed.form.secrets.find(name);
  return found == completed.form.secrets.end() ? "" : found->second.expose();
}

TEST(Complete, SortsSecretsOutAndFillsDefaults) {
  const auto completed = complete(kManifest, *form(kForm), nullptr);
  EXPECT_EQ(refusals(completed.violations), Refusals{});
  EXPECT_EQ(completed.form.settings, R"({"dealer_id":"D-17","region":"west","tenant":"t1"})");
  EXPECT_EQ(secret_in(completed, "client_secret"), "hunter2-secret");
  EXPECT_TRUE(completed.form.changed);
  EXPECT_EQ(completed.form.changed_secrets, std::set<std::string>{"client_secret"});
}

TEST(Complete, PointsIntoTheRequestWithEverythingThatIsWrong) {
  const auto completed =
      complete(kManifest, *form(R"({"dealer_id":"x","region":"north","colour":1})"), nullptr);
  const auto found = refusals(completed.violations);
  EXPECT_EQ(found.size(), 4U);
  for (const Violation& one : completed.violations) {
    EXPECT_TRUE(one.pointer.starts_with("/settings/")) << one.pointer;
    EXPECT_FALSE(one.detail.empty());
  }
}

TEST(Complete, AMaskedSecretIsTheStoredOne) {
  const Stored stored = stored_form();
  for (const char* text : {R"({"dealer_id":"D-17","tenant":"t1","client_secret":"***"})",
                           R"({"dealer_id":"D-17","tenant":"t1"})"}) {
    const auto completed = complete(kManifest, *form(text), &stored);
    EXPECT_EQ(refusals(completed.violations), Refusals{});
    EXPECT_EQ(secret_in(completed, "client_secret"), "kept");
    EXPECT_FALSE(completed.form.changed);
  }
}

TEST(Complete, AStoredSecretDoesNotFollowToAnotherAudience) {
  const Stored stored = stored_form();
  const auto moved = complete(
      kManifest, *form(R"({"dealer_id":"D-17","tenant":"evil","client_secret":"***"})"), &stored);
  EXPECT_EQ(refusals(moved.violations), Refusals{"/settings/client_secret re_enter"});
  EXPECT_EQ(secret_in(moved, "client_secret"), "");
  const auto entered = complete(
      kManifest, *form(R"({"dealer_id":"D-17","tenant":"t2","client_secret":"new"})"), &stored);
  EXPECT_EQ(refusals(entered.violations), Refusals{});
  EXPECT_EQ(secret_in(entered, "client_secret"), "new");
}

TEST(Complete, TheSameSecretAgainIsNoChange) {
  const Stored stored = stored_form();
  const auto same = complete(
      kManifest, *form(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"kept"})"), &stored);
  EXPECT_FALSE(same.form.changed);
  const auto other = complete(
      kManifest, *form(R"({"dealer_id":"D-17","tenant":"t1","client_secret":"new"})"), &stored);
  EXPECT_TRUE(other.form.changed);
  EXPECT_EQ(other.form.changed_secrets, std::set<std::string>{"client_secret"});
}

Outcome answered(const std::string& result) {
  Outcome outcome;
  outcome.kind = OutcomeKind::done;
  outcome.result = std::make_shared<const json::Value>(json::parse(result));
  return outcome;
}

TEST(Judge, AReadyLenderNamesTheAccount) {
  const Verdict verdict =
      judge(kManifest, answered(R"({"status":"ready","account":{"id":"A1","name":"Sun"}})"));
  EXPECT_FALSE(verdict.refused);
  EXPECT_EQ(verdict.check.account_id, "A1");
  EXPECT_EQ(verdict.check.account_name, "Sun");
}

TEST(Judge, FieldErrorsPointIntoTheRequest) {
  const Verdict verdict =
      judge(kManifest, answered(R"({"status":"misconfigured","message":"no such dealer",)"
                                R"("field_errors":[{"pointer":"/dealer_id","code":"unknown"}],)"
                                R"("become_partner_url":"https://acme.example/join"})"));
  ASSERT_TRUE(verdict.refused);
  EXPECT_EQ(verdict.refused->code, ErrorCode::invalid_input);
  EXPECT_EQ(refusals(verdict.refused->violations), Refusals{"/settings/dealer_id unknown"});
  EXPECT_EQ(verdict.refused->become_partner_url, "https://acme.example/join");
}

TEST(Judge, RefusedCredentialsAreAboutTheSecrets) {
  Outcome outcome;
  outcome.kind = OutcomeKind::auth_failed;
  for (const Outcome& one : {outcome, answered(R"({"status":"auth_failed"})")}) {
    const Verdict verdict = judge(kManifest, one);
    ASSERT_TRUE(verdict.refused);
    EXPECT_EQ(
        refusals(verdict.refused->violations),
        (Refusals{"/settings/certificate auth_failed", "/settings/client_secret auth_failed"}));
  }
}

TEST(Judge, AnUnknownStatusIsNotASuccess) {
  const Verdict verdict = judge(kManifest, answered(R"({"status":"splendid"})"));
  ASSERT_TRUE(verdict.refused);
  EXPECT_EQ(refusals(verdict.refused->violations), Refusals{"/settings misconfigured"});
}

TEST(Judge, ALenderThatCannotBeAskedIsUnavailable) {
  for (OutcomeKind kind :
       {OutcomeKind::retryable, OutcomeKind::upstream_error, OutcomeKind::unknown_outcome,
        OutcomeKind::unsupported, OutcomeKind::internal, OutcomeKind::cancelled}) {
    Outcome outcome;
    outcome.kind = kind;
    const Verdict verdict = judge(kManifest, outcome);
    ASSERT_TRUE(verdict.refused);
    EXPECT_EQ(verdict.refused->code, ErrorCode::lender_unavailable);
    EXPECT_FALSE(verdict.refused->detail.empty());
  }
}

TEST(Judge, WhatTheHubSaysIsInBothLanguages) {
  for (const Wording& row : connectors_texts::kOutcomes) {
    for (OutcomeKind kind :
         {OutcomeKind::invalid, OutcomeKind::auth_failed, OutcomeKind::internal}) {
      Outcome outcome;
      outcome.kind = kind;
      outcome.message = row.en;
      const Verdict verdict = judge(kManifest, outcome);
      ASSERT_TRUE(verdict.refused);
      EXPECT_EQ(verdict.refused->detail, row.en);
      EXPECT_EQ(verdict.refused->detail_fr, row.fr);
      for (const Violation& one : verdict.refused->violations) {
        EXPECT_EQ(one.detail, row.en);
        EXPECT_EQ(one.detail_fr, row.fr);
      }
    }
  }
}

TEST(Judge, ALendersWordsStayInBothLanguages) {
  for (OutcomeKind kind : {OutcomeKind::invalid, OutcomeKind::auth_failed, OutcomeKind::internal}) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.message = "dealer 7 is closed";
    const Verdict verdict = judge(kManifest, outcome);
    ASSERT_TRUE(verdict.refused);
    EXPECT_EQ(verdict.refused->detail, outcome.message);
    EXPECT_EQ(verdict.refused->detail_fr, outcome.message);
  }
}

TEST(FixedFields, PluginAndEnvironmentStay) {
  Connection before;
  before.plugin_id = kAcme;
  EXPECT_EQ(refusals(fixed_fields(before, draft_of())), Refusals{});
  ConnectionDraft draft = draft_of();
  draft.plugin_id = "com.example.other";
  draft.environment = Environment::production;
  EXPECT_EQ(refusals(fixed_fields(before, draft)),
            (Refusals{"/plugin_id fixed", "/environment fixed"}));
}

}  // namespace
}  // namespace lendport::connections

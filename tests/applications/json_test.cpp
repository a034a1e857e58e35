// Applications in JSON: what is read, what is refused, what is never written.
#include "applications/json.hpp"

#include "applications/json_connector.hpp"
#include "core/error.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

const Time kNow = parse_time("2026-05-04T09:30:00Z").value();

// "pointer code" of every violation; empty when it was accepted.
template <class Read>
std::vector<std::string> problems(std::string_view text, Read read) {
  std::vector<std::string> found;
  try {
    read(text);
  } catch (const Error& error) {
    for (const Violation& v : error.violations()) found.push_back(v.pointer + " " + v.code);
  }
  return found;
}

using Problems = std::vector<std::string>;

TEST(NewApplication, NamesEverythingThatIsWrong) {
  const auto read = [](std::string_view body) { read_new_application(body, kNow); };
  EXPECT_EQ(problems("{}", read), (Problems{"/quote_id required", "/consent required"}));
  EXPECT_EQ(problems(R"({"quote_id":"quote_x","consent":{"scope":"hard","text_version":"",
                         "language":"de","at":"2026-05-05T09:30:00Z"},"income":1})",
                     read),
            (Problems{"/consent/scope unknown_choice", "/consent/text_version required",
                      "/consent/language unknown_choice", "/consent/at in_the_future",
                      "/income unknown_field"}));
}

TEST(NewApplication, TakesNowForAConsentWithoutATime) {
  const auto application = read_new_application(
      R"({"quote_id":"q","consent":{"scope":"soft","text_version":"v3","language":"en"}})", kNow);
  EXPECT_EQ(application.consent.at, kNow);
  EXPECT_EQ(application.consent.text_version, "v3");
}

TEST(ManualDecision, NeedsReasonsForADecline) {
  const auto read = [](std::string_view body) { read_manual_decision(body); };
  EXPECT_EQ(problems(R"({"status":"declined"})", read), (Problems{"/decision required"}));
  EXPECT_EQ(problems(R"({"status":"declined","decision":{"reasons":[{"text":"Income"}]}})", read),
            Problems{});
  EXPECT_EQ(problems(R"({"status":"draft"})", read), (Problems{"/status unknown_choice"}));
}

TEST(LenderState, ReadsWhatTheLenderSaidAndNothingElse) {
  const LenderState state = read_lender_state(json::parse(R"({
      "lender_application_id":"M-1","status":"conditional","lender_status":"APPROVED_WITH",
      "decision":{"amount":{"amount":"21000.00","currency":"USD"},"creditor":"Mosaic",
        "stipulations":[{"text":"Proof of income","due":"2026-06-01"}],
        "reasons":[{"code":"X1","text":"Because"}]},"later_member":1})"))
                                .value();
  ASSERT_TRUE(state.decision);
  EXPECT_EQ(state.decision->amount->minor_units, 2'100'000);
  EXPECT_FALSE(state.decision->apr);
  EXPECT_EQ(state.decision->stipulations.at(0).text, "Proof of income");
  EXPECT_EQ(state.decision->reasons.at(0).unified_code, "other");
}

TEST(LenderState, RefusesJunk) {
  for (const char* text : {"[]", "{}", R"({"lender_application_id":7,"status":"a"})",
                           R"({"lender_application_id":"","status":"","lender_status":""})"}) {
    EXPECT_FALSE(read_lender_state(json::parse(text))) << text;
  }
}

TEST(StatusResult, TellsNotFoundFromFound) {
  EXPECT_FALSE(read_status_result(json::parse(R"({"found":false})")).value());
  EXPECT_FALSE(read_status_result(json::parse(R"({"found":true})")));
  const auto found =
      read_status_result(
          json::parse(
              R"({"found":true,"application":{"lender_application_id":"M","status":"approved",
          "lender_status":"APPROVED"}})"))
          .value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, "approved");
}

TEST(RepResult, FallsBackToTheGenericAccount) {
  const auto read = [](const char* text) { return read_rep_result(json::parse(text), "house"); };
  EXPECT_FALSE(read(R"({"match":"existing","lender_rep_id":"r1"})").generic);
  EXPECT_EQ(read(R"({"match":"created","lender_rep_id":"r2"})").lender_rep_id, "r2");
  for (const char* text : {R"({"match":"none"})", R"({"match":"unknown","lender_rep_id":"r"})",
                           R"({"match":"existing"})"}) {
    EXPECT_TRUE(read(text).generic) << text;
    EXPECT_EQ(read(text).lender_rep_id, "house");
  }
}

TEST(StoredDecision, RoundTrips) {
  Decision decision;
  decision.amount = Money{12345, Currency::parse("USD").value()};
  decision.expires_at = kNow;
  decision.creditor = "Mosaic";
  decision.reasons = {{"A", "other", "Because"}};
  decision.conditions = {{"", "Proof of title"}};
  const Decision read = read_stored_decision(write_stored_decision(decision));
  EXPECT_EQ(read.amount, decision.amount);
  EXPECT_EQ(read.expires_at, decision.expires_at);
  EXPECT_EQ(read.creditor, "Mosaic");
  EXPECT_EQ(read.reasons.at(0).text, "Because");
  EXPECT_EQ(read.conditions.at(0).text, "Proof of title");
  EXPECT_FALSE(read.apr);
}

TEST(Borrower, IsReadOutOfTheFrozenRequest) {
  const Confirmation borrower = read_borrower(R"({"applicants":[{
      "first_name":"Jane","last_name":"Doe","email":"j@example.com","phone":"+15125550100",
      "ssn":"078-05-1120","address":{"line1":"12 Oak St","city":"Austin","state":"TX",
      "postal_code":"78701","country":"US"}}]})");
  EXPECT_EQ(borrower.address, "12 Oak St, Austin, TX 78701, US");
  EXPECT_EQ(borrower_answer(borrower).body.find("078"), std::string::npos);
}

TEST(WriteApplication, HoldsNothingOfTheApplicant) {
  Application application;
  application.state = ApplicationState::failed;
  application.failure = TechnicalFailure{"auth_failed", "The lender refuses the credentials"};
  const json::Value written = json::parse(application_answer(200, application).body);
  EXPECT_EQ(written.at("state"), "failed");
  EXPECT_EQ(written.at("failure").at("code"), "auth_failed");
  EXPECT_EQ(written.at("credit_check"), "soft");
  EXPECT_TRUE(written.at("decision").is_null());
  EXPECT_FALSE(written.contains("applicants"));
}

}  // namespace
}  // namespace lendport

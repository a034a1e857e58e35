// Applications in JSON: what is read, what is refused, what is never written.
#include "applications/json.hpp"

#include "applications/attention.hpp"
#include "core/error.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

const Time kNow = parse_time("2026-05-04T09:30:00Z").value();

// "pointer code" of every violation; empty when it was accepted.
template <class Read>
std::vector<std::string> problems(const Read& read) {
  std::vector<std::string> found;
  try {
    read();
  } catch (const Error& error) {
    for (const Violation& v : error.violations()) found.push_back(v.pointer + " " + v.code);
  }
  return found;
}

using Problems = std::vector<std::string>;

TEST(NewApplication, NamesEverythingThatIsWrong) {
  const auto problems_of = [](const char* body) {
    return problems([&] { read_new_application(body, kNow); });
  };
  EXPECT_EQ(problems_of("{}"), (Problems{"/quote_id required", "/consent required"}));
  EXPECT_EQ(problems_of(R"({"quote_id":"quote_x","consent":{"scope":"hard","text_version":"",
                            "language":"de","at":"2026-05-05T09:30:00Z"},"income":1})"),
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

TEST(ReadConfirmation, WantsEveryFieldThePersonSaw) {
  EXPECT_EQ(problems([] { read_confirmation("{}", Time{}); }),
            (Problems{"/first_name required", "/last_name required", "/email required",
                      "/phone required", "/address required"}));
}

TEST(ManualDecision, NeedsReasonsForADecline) {
  const auto problems_of = [](const char* body) {
    return problems([&] { read_manual_decision(body); });
  };
  EXPECT_EQ(problems_of(R"({"status":"declined"})"), (Problems{"/decision required"}));
  EXPECT_EQ(problems_of(R"({"status":"declined","decision":{"reasons":[{"text":"Income"}]}})"),
            Problems{});
  EXPECT_EQ(problems_of(R"({"status":"approved","decision":{"term_months":120,
                               "notice_sent_at":"2026-05-04T09:30:00Z"}})"),
            (Problems{"/decision/notice_sent_at value"}));
  EXPECT_EQ(problems_of(R"({"status":"draft"})"), (Problems{"/status unknown_choice"}));
  EXPECT_FALSE(read_manual_decision(R"({"status":"funded"})").decision);
}

Application sample() {
  Application application;
  application.id = ApplicationId{"app_1"};
  application.org = OrgId{"org_1"};
  application.state = ApplicationState::failed;
  application.failure =
      TechnicalFailure::as_it_came("auth_failed", "The lender refuses the credentials");
  application.created_at = application.updated_at = kNow;
  return application;
}

TEST(ApplicationAnswer, SaysWhereItIsAndHoldsNothingOfTheApplicant) {
  const http::Response response = application_answer(202, sample(), "en");
  EXPECT_EQ(response.status, 202U);
  EXPECT_EQ(response.etag, "\"v1\"");
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].second, "/v1/orgs/org_1/applications/app_1");
  const json::Value written = json::parse(response.body);
  EXPECT_EQ(written.at("state"), "failed");
  EXPECT_EQ(written.at("failure").at("code"), "auth_failed");
  EXPECT_EQ(written.at("credit_check"), "soft");
  EXPECT_EQ(written.at("environment"), "sandbox");
  EXPECT_TRUE(written.at("decision").is_null());
  EXPECT_TRUE(written.at("connection_id").is_null());
  EXPECT_EQ(written.at("handed_over"), true);
  for (const char* name : {"applicants", "sealed_request", "lender_key"}) {
    EXPECT_FALSE(written.contains(name)) << name;
  }
  EXPECT_TRUE(application_answer(200, sample(), "en").headers.empty());
}

TEST(ApplicationAnswer, SpeaksTheReadersLanguage) {
  Application application = sample();
  application.attention = attention::kSilent;
  application.waits_for = WaitsFor{"hub.busy", {"others are before it", "d'autres la précèdent"}};
  const auto answered = [&](std::string_view language) {
    return json::parse(application_answer(200, application, language).body);
  };
  EXPECT_EQ(answered("en").at("attention"), attention::kSilent);
  EXPECT_EQ(answered("fr").at("attention"),
            "le prêteur n'a pas pu être interrogé depuis un jour : appelez-le et enregistrez sa "
            "réponse");
  EXPECT_EQ(answered("en").at("attention_code"), "silent");
  EXPECT_EQ(answered("fr").at("attention_code"), "silent");
  EXPECT_EQ(answered("en").at("waits_for").at("message"), "others are before it");
  EXPECT_EQ(answered("fr").at("waits_for").at("message"), "d'autres la précèdent");
  EXPECT_EQ(answered("fr").at("failure").at("message"), "The lender refuses the credentials")
      << "the lender's own";
  application.waits_for.reset();
  EXPECT_EQ(application_answer(200, application, "en").etag, "\"v1\"");
  EXPECT_NE(application_answer(200, application, "fr").etag, "\"v1\"");
}

TEST(MismatchAnswer, TellsTheKeptDifferencesInTheReadersLanguage) {
  Mismatch mismatch{UserId{"user_1"}, kNow, "married", {}};
  mismatch.differences.push_back({"/case/agreement/name", "differs_from_agreement",
                                  "the applicant says \"Ada\", the installation agreement says "
                                  "\"Eve\": correct one of them"});
  const auto detail = [&](std::string_view language) {
    return json::parse(mismatch_answer(mismatch, language).body)
        .at("differences")
        .at(0)
        .at("detail")
        .get<std::string>();
  };
  EXPECT_EQ(detail("en"), mismatch.differences[0].detail);
  EXPECT_EQ(detail("fr"),
            "l'emprunteur indique « Ada », le contrat d'installation « Eve » : corrigez l'un des "
            "deux");
}

TEST(WriteTransition, TellsFromWhereToWhereAndWhy) {
  Application application = sample();
  application.attention = "look";
  application.attempts = 2;
  const json::Value written =
      json::parse(write_transition(ApplicationState::submitting, application));
  EXPECT_EQ(written.at("from"), "submitting");
  EXPECT_EQ(written.at("state"), "failed");
  EXPECT_EQ(written.at("attempt"), 2);
  EXPECT_EQ(written.at("failure").at("message"), "The lender refuses the credentials");
  EXPECT_EQ(written.at("attention"), "look");
}

TEST(StoredDecision, RoundTrips) {
  Decision decision;
  decision.amount = Money{12345, Currency::parse("USD").value()};
  decision.apr = parse_rate("6.99").value();
  decision.term_months = 240;
  decision.expires_at = kNow;
  decision.decided_at = kNow;
  decision.creditor = "Mosaic";
  decision.reasons = {{"A", "other", "Because"}};
  decision.conditions = {{"", "Proof of title"}};
  decision.stipulations = {{"S-1", "income", "Proof of income", Date{}, true}};
  decision.stipulations[0].due = parse_date("2026-06-01").value();
  EXPECT_EQ(read_stored_decision(write_stored_decision(decision)), decision);
  EXPECT_EQ(read_stored_decision(write_stored_decision({})), Decision{});
}

TEST(WriteLenderCall, ShowsWhatHappenedOnTheWire) {
  connectors::JournalEntry call;
  call.method = "POST";
  call.url = "https://lender.example/applications";
  call.phase = net::Phase::response;
  call.http_status = 201;
  call.duration_ms = 84;
  const json::Value written = json::parse(write_lender_call(call));
  EXPECT_EQ(written.at("http_status"), 201);
  EXPECT_EQ(written.at("duration_ms"), 84);
  EXPECT_EQ(written.at("url"), call.url);
}

}  // namespace
}  // namespace lendport

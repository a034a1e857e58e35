// Applications as connectors read and write them: every request is by its published schema.
#include "applications/json_connector.hpp"

#include "applications/rules.hpp"
#include "connectors/schemas.hpp"
#include "json/schema.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

const Currency kUsd = Currency::parse("USD").value();
const Time kNow = parse_time("2026-05-04T09:30:00Z").value();

Case sample_case() {
  Case one;
  one.number = "C-000001";
  Applicant ada;
  ada.first_name = "Ada";
  ada.last_name = "Quinn";
  ada.email = "ada@example.com";
  ada.phone = "+15125550100";
  ada.ssn = Secret<std::string>("078051120");
  ada.date_of_birth = Secret<std::string>("1980-02-29");
  ada.income.emplace();
  ada.income->amount = Secret<Money>({8'400'000, kUsd});
  ada.address = Address{"1 Sun St", "Apt 2", "Austin", "TX", "78701", "US"};
  one.applicants = {ada, ada};
  one.applicants[1].first_name = "Bea";
  one.project_address = *ada.address;
  one.size_w = 8'250;
  one.cost_per_watt = Money{250, kUsd};
  one.consumption_kwh = 11'000;
  return one;
}

Quote sample_quote() {
  Quote quote;
  quote.lender_product_id = "L-20";
  quote.amounts.system_cost = {2'000'000, kUsd};
  quote.amounts.dealer_fee = {100'000, kUsd};
  return quote;
}

Application sample_application() {
  Application application;
  application.product = ProductId{"prod_1"};
  application.lender_key = "lk_1";
  application.financed_amount = {2'100'000, kUsd};
  application.amount_sent_to_lender = {2'000'000, kUsd};
  application.term_months = 240;
  application.apr = parse_rate("6.99").value();
  application.consent = {"v3", "en", kNow};
  return application;
}

std::string submission() {
  return with_rep(write_submission(sample_application(), sample_case(), sample_quote()),
                  {"R-7", false}, "rep@example.com");
}

// "pointer code" of what is not by the schema of `name`.
std::string unlike(const std::string& name, const std::string& text) {
  const json::Schema* schema = connectors::find_schema(name);
  if (schema == nullptr) return "no schema " + name;
  std::string found;
  for (const Violation& v : schema->check(json::parse(text)))
    found += v.pointer + " " + v.code + "\n";
  return found;
}

TEST(Requests, AreByTheirPublishedSchemas) {
  const auto name = [](const char* operation) {
    return connectors::schema_name(operation, "request");
  };
  EXPECT_EQ(unlike(name("application.submit/1"), submission()), "");
  User rep;
  rep.id = UserId{"user_1"};
  rep.email = "rep@example.com";
  rep.name = "Ada Quinn";
  EXPECT_EQ(unlike(name("rep.ensure/1"), write_rep_request(rep, true, "rep-key")), "");
  Application application = sample_application();
  EXPECT_EQ(unlike(name("application.status/1"), write_status_request(application)), "");
  EXPECT_EQ(unlike(name("application.status/1"), write_search_request(application, submission())),
            "");
  application.confirmed_at = kNow;
  EXPECT_EQ(unlike(name("application.status/1"), write_search_request(application, submission())),
            "");
  application.lender_application_id = "L-1";
  EXPECT_EQ(unlike(name("application.status/1"), write_status_request(application)), "");
}

TEST(RepRequest, SplitsTheNameTheHubHas) {
  struct Row {
    const char* name;
    const char* first;
    const char* last;
  };
  for (const Row& row :
       {Row{"Ada Quinn", "Ada", "Quinn"}, Row{" Ada  Maria Quinn ", "Ada  Maria", "Quinn"},
        Row{"Quinn, Ada Maria", "Ada Maria", "Quinn"}, Row{"Ada", "Ada", ""}, Row{"", "", ""},
        Row{"Élodie Dupré", "Élodie", "Dupré"}}) {
    User rep;
    rep.name = row.name;
    const json::Value asked = json::parse(write_rep_request(rep, false, "rep-key")).at("rep");
    EXPECT_EQ(asked.value("first_name", ""), row.first) << row.name;
    EXPECT_EQ(asked.value("last_name", ""), row.last) << row.name;
  }
}

TEST(Submission, HoldsTheTermsAndThePeople) {
  const json::Value written = json::parse(submission());
  EXPECT_EQ(written.at("idempotency_key"), "lk_1");
  EXPECT_EQ(written.at("quote").at("financed_amount").at("amount"), "21000.00");
  EXPECT_EQ(written.at("quote").at("amount_sent_to_lender").at("amount"), "20000.00");
  EXPECT_EQ(written.at("quote").at("apr"), "6.99");
  EXPECT_EQ(written.at("applicants").at(0).at("role"), "borrower");
  EXPECT_EQ(written.at("applicants").at(1).at("role"), "co_borrower");
  EXPECT_EQ(written.at("applicants").at(1).at("first_name"), "Bea");
  EXPECT_EQ(written.at("applicants").at(0).at("address").at("line2"), "Apt 2");
  EXPECT_EQ(written.at("project").at("system_size_kw"), "8.25");
  EXPECT_EQ(written.at("project").at("consumption_kwh"), "11000");
  EXPECT_EQ(written.at("rep").at("lender_rep_id"), "R-7");
}

TEST(Borrower, IsReadOutOfTheFrozenRequest) {
  const Confirmation borrower = read_borrower(submission());
  EXPECT_EQ(borrower.first_name, "Ada");
  EXPECT_EQ(borrower.address, "1 Sun St, Apt 2, Austin, TX 78701, US");
}

TEST(MissingIn, FindsWhatIsAbsentNullOrEmpty) {
  EXPECT_EQ(missing_in(R"({"a":{"b":"x","c":"","d":null}})", {"/a/b", "/a/c", "/a/d", "/a/e"}),
            (std::vector<std::string>{"/a/c", "/a/d", "/a/e"}));
}

TEST(WithoutApplicant, HidesEverySpelling) {
  for (const char* text : {"078051120", "078-05-1120", "1980-02-29", "ada@example.com",
                           "+15125550100", "15125550100", "Quinn", "Bea", "1 Sun St"}) {
    EXPECT_EQ(without_applicant("about " + std::string(text) + ".", submission()), "about ***.")
        << text;
  }
  EXPECT_EQ(without_applicant("The lender is down", submission()), "The lender is down");
}

TEST(LenderState, ReadsWhatTheLenderSaidAndNothingElse) {
  const auto state = read_lender_state(json::parse(R"({
      "lender_application_id":"M-1","status":"conditional","lender_status":"APPROVED_WITH",
      "decision":{"amount":{"amount":"21000.00","currency":"USD"},"creditor":"Mosaic",
        "stipulations":[{"text":"Proof of income","due":"2026-06-01"}]},"later_member":1})"));
  ASSERT_TRUE(state && state->decision);
  EXPECT_EQ(state->decision->amount->minor_units, 2'100'000);
  EXPECT_FALSE(state->decision->apr);
  EXPECT_EQ(state->decision->stipulations.at(0).text, "Proof of income");
}

TEST(LenderState, TakesAnEmptyTextForNothingSaid) {
  const auto state = read_lender_state(json::parse(
      R"({"lender_application_id":"M-1","status":"approved","lender_status":"","portal_url":"",
          "decision":{"creditor":""}})"));
  ASSERT_TRUE(state && state->decision);
  EXPECT_EQ(state->lender_status, "approved");
  EXPECT_EQ(state->portal_url, "");
  EXPECT_TRUE(state->left_out.empty());
}

TEST(LenderState, NamesWhatItLeavesOut) {
  const auto state = read_status_result(json::parse(
      R"({"found":true,"application":{"lender_application_id":"M-1","status":"approved",
          "lender_status":"OK","portal_url":"https://x\u0001","decision":{
          "amount":{"amount":"1.00","currency":"QQQ"}}}})"));
  ASSERT_TRUE(state && *state);
  EXPECT_EQ((*state)->left_out, (std::vector<std::string>{"/application/decision/amount/currency",
                                                          "/application/portal_url"}));
}

TEST(LenderState, RefusesJunk) {
  for (const char* text :
       {"{}", R"({"lender_application_id":7,"status":"a","lender_status":"b"})",
        R"({"lender_application_id":"","status":"","lender_status":""})",
        R"({"lender_application_id":"a","status":"b","lender_status":"c","decision":[]})"}) {
    EXPECT_FALSE(read_lender_state(json::parse(text))) << text;
  }
}

TEST(StatusResult, TellsNotFoundFromFound) {
  EXPECT_FALSE(*read_status_result(json::parse(R"({"found":false})")));
  for (const char* text : {"{}", R"({"found":true})", R"({"found":0})", R"({"found":"false"})"}) {
    EXPECT_FALSE(read_status_result(json::parse(text))) << text;
  }
  const auto found = read_status_result(json::parse(
      R"({"found":true,"application":{"lender_application_id":"M","status":"approved",
          "lender_status":"APPROVED"}})"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->status, "approved");
}

TEST(RepResult, FallsBackToTheGenericAccount) {
  const auto read = [](const char* text) { return read_rep_result(json::parse(text), "house"); };
  EXPECT_FALSE(read(R"({"match":"existing","lender_rep_id":"r1"})").value().generic);
  EXPECT_EQ(read(R"({"match":"created","lender_rep_id":"r2"})").value().lender_rep_id, "r2");
  for (const char* text : {R"({"match":"none"})", R"({"match":"unknown","lender_rep_id":"r"})",
                           R"({"match":"existing"})", "{}"}) {
    EXPECT_TRUE(read(text).value().generic) << text;
    EXPECT_EQ(read(text).value().lender_rep_id, "house");
    EXPECT_FALSE(read_rep_result(json::parse(text), "")) << text;
  }
}

TEST(CheckLimit, IsTheConnectorsToSet) {
  EXPECT_FALSE(check_limit(json::parse("{}")));
  const auto limit =
      check_limit(json::parse(R"({"application":{"credit_checks":{"count":2,"days":30}}})"));
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->count, 2);
  EXPECT_EQ(limit->days, 30);
}

TEST(Identity, IsTheFirstApplicants) {
  const auto identity = [](const char* text) { return read_identity(text).expose(); };
  EXPECT_EQ(identity(R"({"applicants":[{"ssn":"123456789"},{"ssn":"987654321"}]})"),
            identity_of("123-45-6789", "", "", "").expose());
  EXPECT_EQ(
      identity(R"({"applicants":[{"first_name":"A","last_name":"Q","email":"a@example.com"}]})"),
      identity_of("", "a@example.com", "A", "Q").expose());
  for (const char* nobody : {R"({"applicants":[]})", "{}", R"({"applicants":[{}]})"}) {
    EXPECT_EQ(identity(nobody), "") << nobody;
  }
}

TEST(Job, RoundTrips) {
  EXPECT_EQ(read_job(write_job(ApplicationId{"app_1"})), ApplicationId{"app_1"});
}

}  // namespace
}  // namespace lendport

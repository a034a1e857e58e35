// The spelling of cases: everything wrong at once, secrets masked, texts byte for byte.
#include "cases/json.hpp"

#include "cases/rules.hpp"
#include "cases/samples.hpp"
#include "core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace lendport::cases {
namespace {

using Set = std::set<std::string>;

// Pointers of what is wrong; "malformed" for what is no JSON.
Set refused(const std::string& body) {
  try {
    read_change(body);
    return {};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) return {"malformed"};
    Set pointers;
    for (const Violation& violation : error.violations()) pointers.insert(violation.pointer);
    return pointers;
  }
}

Case sound() {
  Case subject;
  apply(read_change(case_body()), subject);
  subject.id = CaseId{"case_1"};
  return subject;
}

TEST(ReadCase, TakesWholeAndPartialOnes) {
  EXPECT_EQ(refused(case_body()), Set{});
  EXPECT_EQ(refused("{}"), Set{});
  EXPECT_EQ(refused(R"({"status":"closed","project":{"site_design_complete":false}})"), Set{});
}

TEST(ReadCase, NamesEverythingThatIsWrong) {
  EXPECT_EQ(refused("[]"), Set{""});
  EXPECT_EQ(refused("{"), Set{"malformed"});
  EXPECT_EQ(refused(R"({"kind":"lead","status":"abandoned","applicants":[],"agreement":7})"),
            (Set{"/kind", "/status", "/applicants", "/agreement"}));
  EXPECT_EQ(refused(R"({"applicants":[{"first_name":"","email":"x","phone":"555","ssn":"1",
    "date_of_birth":"1980-02-30","income":{"amount":{"amount":"1e9","currency":"USD"}},
    "address":{"country":"us"},"hobby":"chess"}]})"),
            (Set{"/applicants/0/first_name", "/applicants/0/last_name", "/applicants/0/email",
                 "/applicants/0/phone", "/applicants/0/ssn", "/applicants/0/date_of_birth",
                 "/applicants/0/income/amount/amount", "/applicants/0/income/period",
                 "/applicants/0/address/country", "/applicants/0/hobby"}));
  EXPECT_EQ(refused(R"({"applicants":[{"first_name":"A","last_name":"B"},
    {"first_name":"A","last_name":"B"},{"first_name":"A","last_name":"B"}]})"),
            Set{"/applicants"});
  EXPECT_EQ(
      refused(R"({"project":{"segment":"office","size_w":0,"consumption_kwh":-1,
    "system_cost":20000,"adders":[{"label":"x"}],"site_design_complete":"yes"}})"),
      (Set{"/project/segment", "/project/size_w", "/project/consumption_kwh",
           "/project/system_cost", "/project/adders/0/amount", "/project/site_design_complete"}));
}

TEST(ReadCase, KnowsCountriesStatesAndLanguages) {
  const auto person = [](const std::string& more) {
    return R"({"applicants":[{"first_name":"A","last_name":"B",)" + more + "}]}";
  };
  const std::pair<std::string, Set> rows[] = {
      {person(R"("address":{"country":"US","state":"TX"},"language":"es-419")"), {}},
      {person(R"("address":{"country":"CA","state":"Ontario"})"), {}},
      {person(R"("address":{"country":"XX"})"), {"/applicants/0/address/country"}},
      {person(R"("address":{"country":"US","state":"XX"})"), {"/applicants/0/address/state"}},
      {person(R"("language":"english")"), {"/applicants/0/language"}},
      {R"({"project":{"address":{"country":"ZZ"}}})", {"/project/address/country"}},
      {R"({"agreement":{"address":{"country":"UK"}}})", {"/agreement/address/country"}},
      {R"({"agreement":{"name":"\u200b"}})", {"/agreement/name"}},
      {R"({"number":" "})", {"/number"}},
      {R"({"number":"a\u202eb"})", {"/number"}},
      {R"({"project":{"adders":[{"label":"\t","amount":{"amount":"1.00","currency":"USD"}}]}})",
       {"/project/adders/0/label"}},
  };
  for (const auto& [body, pointers] : rows) EXPECT_EQ(refused(body), pointers) << body;
}

TEST(ReadCase, ReadsWhatWasStoredBeforeItsRulesWereMade) {
  Case old = sound();
  old.applicants[0].id = PersonId{"person_1"};
  old.applicants[0].first_name = "  ";
  old.applicants[0].language = "english";
  old.applicants[0].address = Address{"1 Sun St", "", "a\u202eb", "Texas", "78701", "US"};
  const Applicant read = person_in(person_text(old.applicants[0]).expose());
  EXPECT_EQ(read.first_name, "  ");
  EXPECT_EQ(read.language, "english");
  EXPECT_EQ(read.address->state, "Texas");
}

TEST(ReadCase, RefusesToTakeAwayWhatEveryCaseHas) {
  const std::string nulls = R"({"number":null,"kind":null,"status":null,"owner":null,
    "applicants":null,"project":{"segment":null,"site_design_complete":null}})";
  EXPECT_EQ(refused(nulls), (Set{"/number", "/kind", "/status", "/owner", "/applicants",
                                 "/project/segment", "/project/site_design_complete"}));
  EXPECT_EQ(refused(R"({"project":null})"), Set{"/project"});
  EXPECT_EQ(refused(R"({"agreement":null,"project":{"address":null,"size_w":null}})"), Set{});
  EXPECT_NO_THROW(read_new(nulls));
}

TEST(ReadCase, SaysNothingOfASecretInWhatItRefuses) {
  try {
    read_change(R"({"applicants":[{"first_name":"A","last_name":"B","ssn":"987-65-432",
      "date_of_birth":"31/12/1980"}]})");
    FAIL();
  } catch (const Error& error) {
    for (const Violation& violation : error.violations()) {
      EXPECT_EQ(violation.detail.find("987"), std::string::npos);
      EXPECT_EQ(violation.detail.find("1980-12"), std::string::npos);
      EXPECT_EQ(violation.detail.find("31/12"), std::string::npos);
    }
  }
}

TEST(WriteCase, MasksWhatIsSecret) {
  const std::string text = json::dump(*write(sound()));
  for (const char* secret : {"123456789", "123-45-6789", "6789", "1980", "84000"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
  const auto person = write(sound())->at("applicants").at(0);
  EXPECT_EQ(person.at("ssn"), "***");
  EXPECT_EQ(person.at("date_of_birth"), "***");
  EXPECT_EQ(person.at("income"), "***");
  EXPECT_EQ(person.at("phone"), "+15125550100");
}

TEST(WriteCase, IsReadBackAsNoChange) {
  Case subject = sound();
  subject.applicants[0].id = PersonId{"person_1"};
  const Case before = subject;
  json::Value answered = *write(subject);
  json::Value body = json::Value::object();
  for (const char* field : {"kind", "applicants", "project", "agreement"}) {
    body[field] = answered.at(field);
  }
  apply(read_change(json::dump(body)), subject);
  EXPECT_EQ(changed_fields(before, subject), std::vector<std::string>{});
}

TEST(SealedTexts, ComeBackWhole) {
  Case subject = sound();
  subject.applicants[0].id = PersonId{"person_1"};
  const Applicant person = person_in(person_text(subject.applicants[0]).expose());
  Case after = subject;
  after.applicants[0] = person;
  const SealedProject project =
      project_in(project_text({subject.project_address, subject.agreement}).expose());
  after.project_address = project.address;
  after.agreement = project.agreement;
  EXPECT_EQ(changed_fields(subject, after), std::vector<std::string>{});
}

TEST(SealedTexts, OfADamagedStoreAreInternalErrors) {
  for (const char* text : {"", "{", "[]", R"({"first_name":7})", R"({"lines":[{}]})"}) {
    for (const auto& read :
         {+[](std::string_view t) { person_in(t); }, +[](std::string_view t) { project_in(t); },
          +[](std::string_view t) { lines_in(t); }}) {
      try {
        read(text);
        FAIL() << text;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::internal) << text;
      }
    }
  }
}

TEST(CostLines, ComeBackAsTheyWere) {
  const std::vector<CostLine> lines{{"Battery \"plus\"", usd("9000.01")}, {"ünïcödé", usd("0")}};
  EXPECT_EQ(lines_in(lines_text(lines)), lines);
  EXPECT_EQ(lines_in(lines_text({})), std::vector<CostLine>{});
}

}  // namespace
}  // namespace lendport::cases

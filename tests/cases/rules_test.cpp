// What a case may hold and what a change makes of it.
#include "cases/rules.hpp"

#include "cases/json.hpp"
#include "cases/samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::cases {
namespace {

const Date kToday = parse_date("2026-05-04").value();

Case sound() {
  Case subject;
  apply(read_change(case_body()), subject);
  return subject;
}

// With every field that a case may be without.
Case filled() {
  Case subject = sound();
  apply(read_change(R"({"agreement":{"address":{"line1":"1 Sun St"}},"project":{
    "adders":[{"label":"battery","amount":{"amount":"9.00","currency":"USD"}}],
    "discounts":[{"label":"spring","amount":{"amount":"5.00","currency":"USD"}}],
    "incentives":[{"label":"state","amount":{"amount":"7.00","currency":"USD"}}],
    "down_payment":{"amount":"100.00","currency":"USD"},"production_kwh":12000}})"),
        subject);
  return subject;
}

std::vector<std::string> pointers(const Case& subject) {
  std::vector<std::string> found;
  for (const Violation& violation : violations_of(subject, kToday)) {
    found.push_back(violation.pointer);
  }
  return found;
}

using Pointers = std::vector<std::string>;

TEST(Places, AreTheStatesOfTheirCountry) {
  struct Row {
    const char* before;
    const char* change;
    Pointers wrong;
  };
  const Row rows[] = {
      {"{}", R"({"project":{"address":{"state":"TX"}}})", {}},
      {"{}", R"({"project":{"address":{"state":"Texas"}}})", {"/project/address/state"}},
      {"{}", R"({"project":{"address":{"state":"Ontario","country":"CA"}}})", {}},
      {"{}", R"({"project":{"address":{"state":null}}})", {}},
      {R"({"project":{"address":{"state":"ON","country":"CA"}}})",
       R"({"project":{"address":{"country":"US"}}})",
       {"/project/address/state"}},
      {R"({"project":{"address":{"state":"ON","country":"CA"}}})",
       R"({"project":{"address":{"city":"Ottawa"}}})",
       {}},
      {"{}",
       R"({"agreement":{"address":{"state":"XX","country":"US"}}})",
       {"/agreement/address/state"}},
      {"{}", R"({"agreement":null,"project":{"address":null}})", {}},
  };
  for (const Row& row : rows) {
    Case subject = sound();
    apply(read_change(row.before), subject);
    Pointers found;
    for (const Violation& one : violations_of(read_change(row.change), subject)) {
      found.push_back(one.pointer);
    }
    EXPECT_EQ(found, row.wrong) << row.before << row.change;
  }
  // What was stored before the rule was made does not stand in the way of other changes.
  Case old = sound();
  old.project_address.state = "Texas";
  const auto city = read_change(R"({"project":{"address":{"city":"Ottawa"}}})");
  EXPECT_TRUE(violations_of(city, old).empty());
}

TEST(NormalPhone, KeepsCountryAndAreaCode) {
  for (const auto& [given, kept] :
       {std::pair{"+15125550100", "+15125550100"}, std::pair{"+33 6 12 34 56 78", "+33612345678"},
        std::pair{"(512) 555-0100", "+15125550100"}, std::pair{"1.512.555.0100", "+15125550100"}}) {
    EXPECT_EQ(normal_phone(given), kept) << given;
  }
  for (const char* given : {"", "+", "555-0100", "0612345678", "+0123456789", "512555010x",
                            "+1234567890123456", "1125550100", "phone", "+1512555010٠"}) {
    EXPECT_FALSE(normal_phone(given)) << given;
  }
}

TEST(NormalSsn, TakesNineDigits) {
  EXPECT_EQ(normal_ssn("123-45-6789"), "123456789");
  EXPECT_EQ(normal_ssn("123456789"), "123456789");
  EXPECT_EQ(normal_ssn("900-70-0000"), "900700000");
  for (const char* given : {"", "12345678", "1234567890", "12-345-6789", "123 45 6789",
                            "123-45-678x", "123-45-67890", "-12345678-", "１23456789"}) {
    EXPECT_FALSE(normal_ssn(given)) << given;
  }
}

TEST(IsEmail, AsksForTheForm) {
  for (const char* mail : {"a@b.c", "ada.quinn+solar@mail.example.com", "ü@exämple.fr"}) {
    EXPECT_TRUE(is_email(mail)) << mail;
  }
  for (const char* mail : {"", "@", "a@", "@b.c", "a@b", "a@b.", "a@.b", "a b@c.d", "a@@b.c",
                           "a@b@c.d", "<a@b.c>", "a@b.c\r\nBcc: x@y.z"}) {
    EXPECT_FALSE(is_email(mail)) << mail;
  }
}

TEST(ViolationsOfCase, SoundOnesHaveNone) {
  EXPECT_EQ(pointers(sound()), Pointers{});
}

TEST(ViolationsOfCase, WantsOneCurrencyAndSaneAmounts) {
  Case subject = sound();
  subject.down_payment = Money{100, Currency::parse("EUR").value()};
  subject.adders = {{"battery", Money{kCaseAmountMinorMax + 1, {}}}};
  EXPECT_EQ(pointers(subject), (Pointers{"/project/adders/0/amount", "/project/down_payment"}));
}

TEST(ViolationsOfCase, BoundsSizeTimesCostPerWatt) {
  Case subject = sound();
  subject.system_cost.reset();
  subject.size_w = kSystemSizeWMax;
  EXPECT_EQ(pointers(subject), Pointers{"/project/cost_per_watt"});
  subject.cost_per_watt = usd("0.00");
  EXPECT_EQ(pointers(subject), Pointers{});
}

TEST(ViolationsOfCase, WantsSomebodyWhoWasBorn) {
  Case subject = sound();
  subject.applicants[0].date_of_birth = Secret<std::string>("2026-05-05");
  EXPECT_EQ(pointers(subject), Pointers{"/applicants/0/date_of_birth"});
  subject.applicants.clear();
  EXPECT_EQ(pointers(subject), Pointers{"/applicants"});
}

TEST(ApplyChange, LeavesWhatIsAbsent) {
  Case subject = sound();
  const Case before = subject;
  apply(read_change(R"({"kind":"client","project":{"size_w":9000}})"), subject);
  EXPECT_EQ(changed_fields(before, subject), (Pointers{"kind", "project.size_w"}));
  EXPECT_EQ(subject.project_address, before.project_address);
}

TEST(ApplyChange, TakesAwayWhatIsNull) {
  const auto absent = [](const Case& c) {
    const json::Value shown = *write(c);
    std::vector<std::string> fields;
    for (const auto& [name, value] : shown.at("project").items()) {
      if (value.is_null() || (value.is_array() && value.empty())) fields.push_back(name);
    }
    if (shown.at("agreement").is_null()) fields.push_back("agreement");
    return fields;
  };
  for (const char* field : {"system_cost", "size_w", "cost_per_watt", "adders", "discounts",
                            "incentives", "down_payment", "consumption_kwh", "production_kwh"}) {
    Case subject = filled();
    ASSERT_EQ(absent(subject), Pointers{}) << field;
    apply(read_change(R"({"project":{")" + std::string(field) + R"(":null}})"), subject);
    EXPECT_EQ(absent(subject), Pointers{field});
    EXPECT_EQ(changed_fields(filled(), subject), Pointers{"project." + std::string(field)});
  }
  Case subject = filled();
  apply(read_change(R"({"agreement":null,"project":{"address":null}})"), subject);
  EXPECT_EQ(absent(subject), Pointers{"agreement"});
  EXPECT_EQ(subject.project_address, Address{});
}

TEST(ApplyChange, MergesAddressAndAgreement) {
  Case subject = filled();
  const Case before = subject;
  apply(read_change(R"({"project":{"address":{"line2":"Flat 2","city":null}},
    "agreement":{"email":null,"address":{"postal_code":"78702"}}})"),
        subject);
  Address expected = before.project_address;
  expected.line2 = "Flat 2";
  expected.city.clear();
  EXPECT_EQ(subject.project_address, expected);
  EXPECT_EQ(subject.agreement->name, before.agreement->name);
  EXPECT_TRUE(subject.agreement->email.empty());
  EXPECT_EQ(subject.agreement->address->line1, before.agreement->address->line1);
  EXPECT_EQ(subject.agreement->address->postal_code, "78702");
  apply(read_change(R"({"agreement":{"address":null}})"), subject);
  EXPECT_FALSE(subject.agreement->address);
  EXPECT_EQ(subject.agreement->name, before.agreement->name);
}

TEST(ApplyChange, KeepsWhatCameBackMasked) {
  Case subject = sound();
  subject.applicants[0].id = PersonId{"person_1"};
  apply(read_change(R"({"applicants":[{"id":"person_1","first_name":"Ada","last_name":"Quinn-Roe",
    "ssn":"***","date_of_birth":"***","income":"***"},
    {"first_name":"Sam","last_name":"Roe"}]})"),
        subject);
  EXPECT_EQ(subject.applicants[0].id.value, "person_1");
  EXPECT_EQ(subject.applicants[0].last_name, "Quinn-Roe");
  EXPECT_EQ(subject.applicants[0].ssn.expose(), "123456789");
  EXPECT_EQ(subject.applicants[0].date_of_birth.expose(), "1980-02-29");
  EXPECT_EQ(subject.applicants[0].income->amount.expose(), usd("84000"));
  EXPECT_TRUE(subject.applicants[0].email.empty());         // given people are replaced whole
  EXPECT_TRUE(subject.applicants[1].ssn.expose().empty());  // nothing was stored there
}

Case with_two() {
  Case subject = sound();
  subject.applicants.push_back(subject.applicants[0]);
  subject.applicants[1].ssn = Secret<std::string>("222222222");
  subject.applicants[0].id = PersonId{"person_a"};
  subject.applicants[1].id = PersonId{"person_b"};
  return subject;
}

struct SentBack {
  const char* applicants;
  Pointers refused;
  Pointers people;  // id and number of each
};

TEST(ApplyChange, KnowsAnApplicantByTheId) {
  const SentBack cases[] = {
      {R"({"id":"person_b","first_name":"B","last_name":"Roe","ssn":"***"})",
       {},
       {"person_b 222222222"}},
      {R"({"id":"person_b","first_name":"B","last_name":"Roe","ssn":"***"},
          {"id":"person_a","first_name":"A","last_name":"Roe","ssn":"***"})",
       {},
       {"person_b 222222222", "person_a 123456789"}},
      {R"({"first_name":"New","last_name":"Roe"},
          {"id":"person_a","first_name":"A","last_name":"Roe","ssn":"***"})",
       {},
       {" ", "person_a 123456789"}},
      {R"({"first_name":"A","last_name":"Roe","ssn":"111-11-1111"})", {}, {"person_a 111111111"}},
      {R"({"first_name":"B","last_name":"Roe","ssn":"***","date_of_birth":"***","income":"***"})",
       {"/applicants/0/ssn", "/applicants/0/date_of_birth", "/applicants/0/income"},
       {}},
      {R"({"id":"person_c","first_name":"C","last_name":"Roe"})", {"/applicants/0/id"}, {}},
      {R"({"id":"person_b","first_name":"B","last_name":"Roe"},
          {"id":"person_b","first_name":"B","last_name":"Roe"})",
       {"/applicants/1/id"},
       {}},
  };
  for (const SentBack& sent : cases) {
    Case subject = with_two();
    const auto change = read_change(R"({"applicants":[)" + std::string(sent.applicants) + "]}");
    Pointers refused;
    for (const Violation& one : violations_of(change, subject)) refused.push_back(one.pointer);
    EXPECT_EQ(refused, sent.refused) << sent.applicants;
    if (!refused.empty()) continue;
    apply(change, subject);
    Pointers people;
    for (const Applicant& person : subject.applicants) {
      people.push_back(person.id.value + " " + person.ssn.expose());
    }
    EXPECT_EQ(people, sent.people) << sent.applicants;
  }
}

TEST(ChangedFields, NamesTheSecretOnesToo) {
  const Case before = sound();
  Case after = before;
  after.applicants[0].ssn = Secret<std::string>("987654321");
  EXPECT_EQ(changed_fields(before, after), Pointers{"applicants"});
  after = before;
  after.applicants[0].income->period = IncomePeriod::month;
  after.agreement.reset();
  EXPECT_EQ(changed_fields(before, after), (Pointers{"applicants", "agreement"}));
}

TEST(GeneratedNumber, HasSixDigitsOrMore) {
  EXPECT_EQ(generated_number(42), "C-000042");
  EXPECT_EQ(generated_number(1'234'567), "C-1234567");
}

}  // namespace
}  // namespace lendport::cases

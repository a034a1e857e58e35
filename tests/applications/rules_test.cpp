// Who is the same person, and where two documents disagree.
#include "applications/rules.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace lendport {
namespace {

struct Spelling {
  const char* first;
  const char* last;
  const char* full;
};

TEST(SameName, ToleratesHowPeopleWriteNames) {
  for (const Spelling& s : {
           Spelling{"Jane", "Doe", "Jane Doe"},
           Spelling{"Jane", "Doe", "DOE, JANE"},
           Spelling{"Jane", "Doe", "Jane Q. Doe"},
           Spelling{"Jane Mary", "Doe", "Jane Doe"},
           Spelling{"Jane Mary", "Doe", "Doe Jane Mary"},
           Spelling{"José", "García", "Jose Garcia"},
           Spelling{"Jose\xCC\x81", "Garcia", "JOSÉ GARCÍA"},
           Spelling{"Anne-Marie", "Le Goff", "anne marie le goff"},
           Spelling{"Zoë", "O'Neil", "ZOE O NEIL"},
           Spelling{"Łukasz", "Straße", "Łukasz STRASSE"},
       }) {
    EXPECT_TRUE(same_name(s.first, s.last, s.full)) << s.first << "|" << s.last << "|" << s.full;
  }
}

TEST(SameName, TellsPeopleApart) {
  for (const Spelling& s : {
           Spelling{"Jane", "Doe", "John Doe"},
           Spelling{"Jane", "Doe", "Jane"},
           Spelling{"Jane", "Doe", "Jane Dow"},
           Spelling{"Jane", "Doe", ""},
           Spelling{"", "Doe", "Doe"},
           Spelling{"Jane", "Doe Smith", "Jane Smith"},
           Spelling{"Jane Mary", "Doe", "Jane Ruth Doe"},
           Spelling{"Jane", "Jane", "Jane"},
       }) {
    EXPECT_FALSE(same_name(s.first, s.last, s.full)) << s.first << "|" << s.last << "|" << s.full;
  }
}

TEST(SameAddress, ToleratesAbbreviationsAndOrder) {
  EXPECT_TRUE(
      same_address("12 Oak Street, Austin, TX 78701, US", "12 OAK ST. Austin TX 78701 USA"));
  EXPECT_TRUE(same_address("5 av. de la République", "5 Avenue de la Republique"));
  EXPECT_FALSE(same_address("12 Oak St, Austin", "14 Oak St, Austin"));
  EXPECT_FALSE(same_address("12 Oak St", ""));
}

TEST(SamePhone, ComparesDigits) {
  EXPECT_TRUE(same_phone("+1 (512) 555-0100", "5125550100"));
  EXPECT_TRUE(same_phone("0033612345678", "+33 6 12 34 56 78"));
  EXPECT_FALSE(same_phone("5125550100", "5125550101"));
}

TEST(IdentityOf, IsTheSameForOnePerson) {
  const auto identity = [](const char* ssn, const char* email, const char* first,
                           const char* last) {
    return identity_of(ssn, email, first, last).expose();
  };
  const std::string known = identity("123-45-6789", "ada@example.com", "Ada", "Quinn");
  EXPECT_EQ(identity("123 45 6789", "", "", ""), known);
  EXPECT_NE(identity("123-45-6780", "ada@example.com", "Ada", "Quinn"), known);
  const std::string named = identity("", "ada@example.com", "José", "García");
  EXPECT_NE(named, known);
  EXPECT_EQ(identity("", "ADA@Example.com", "JOSE LUIS", "Garcia"), named);
  EXPECT_EQ(identity("", "ada@example.com", "Garcia", "Jose"), named);
  EXPECT_NE(identity("", "ada@example.org", "Jose", "Garcia"), named);
  EXPECT_NE(identity("", "ada@example.com", "Ada", "Garcia"), named);
  for (const auto& [email, first, last] :
       {std::tuple{"", "Ada", "Quinn"}, std::tuple{"ada@example.com", " ", "Quinn"},
        std::tuple{"ada@example.com", "Ada", ""}}) {
    EXPECT_EQ(identity("", email, first, last), "");
  }
}

TEST(Differences, ShowBothSpellings) {
  const Confirmation stored{"Jane", "Doe", "jane@example.com", "+15125550100",
                            "12 Oak St, Austin, TX 78701, US"};
  EXPECT_TRUE(differences(stored, stored).empty());
  Confirmation seen = stored;
  seen.email = "jane@exemple.com";
  seen.phone = "+15125550199";
  const auto found = differences(seen, stored);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].pointer, "/email");
  EXPECT_NE(found[0].detail.find("jane@exemple.com"), std::string::npos);
  EXPECT_NE(found[0].detail.find("jane@example.com"), std::string::npos);
  EXPECT_EQ(found[1].pointer, "/phone");
}

TEST(Differences, HoldTheAgreementAgainstTheBorrower) {
  const Confirmation borrower{"Jane", "Doe", "jane@example.com", "+15125550100",
                              "12 Oak St, Austin, TX 78701, US"};
  EXPECT_TRUE(differences(borrower, AgreementText{"Doe Jane", "", ""}).empty());
  EXPECT_TRUE(differences(borrower, AgreementText{}).empty());
  const auto found = differences(
      borrower, AgreementText{"John Doe", "13 Oak St, Austin, TX 78701, US", "JANE@example.com"});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].pointer, "/case/agreement/name");
  EXPECT_EQ(found[1].pointer, "/case/agreement/address");
  const auto others = differences(borrower, AgreementText{"", "", "john@example.com"});
  ASSERT_EQ(others.size(), 1u);
  EXPECT_EQ(others[0].pointer, "/case/agreement/email");
}

TEST(LanguageOfLetters, IsAnApprovedOneThatTheHubWrites) {
  using mail::Language;
  struct Row {
    const char* consented;
    std::vector<std::string> approved;
    Language language;
  };
  for (const Row& row :
       {Row{"fr", {"en-US", "fr-CA"}, Language::fr}, Row{"fr", {"en-US"}, Language::en},
        Row{"en", {"fr"}, Language::fr}, Row{"es", {"es", "fr-CA", "en"}, Language::fr},
        Row{"es", {"es"}, Language::en}, Row{"fr", {}, Language::fr},
        Row{"es", {}, Language::en}}) {
    EXPECT_EQ(language_of_letters(row.consented, row.approved), row.language) << row.consented;
  }
}

TEST(UnapprovedLanguage, NamesTheFieldAndWhatIsApproved) {
  EXPECT_FALSE(unapproved_language("en", {"en-US"}, "en"));
  EXPECT_FALSE(unapproved_language("fr", {}, "en"));
  const auto wrong = unapproved_language("fr", {"en-US", "es"}, "en").value();
  EXPECT_EQ(wrong.pointer, "/consent/language");
  EXPECT_EQ(wrong.code, "not_approved");
  EXPECT_EQ(wrong.detail, "the lender approved its texts in en-US, es, not in fr");
  EXPECT_TRUE(unapproved_language("fr", {"es"}, "fr")->detail.starts_with("langues"));
}

}  // namespace
}  // namespace lendport

// A notice the hub writes holds what the law asks for; one that would not is not written.
#include "notices/letter.hpp"

#include <gtest/gtest.h>

namespace lendport::notices {
namespace {

const Time kNow = parse_time("2026-05-04T09:30:00Z").value();
constexpr const char* kAgency =
    "Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580";
const Creditor kCreditor{"Fake Bank", "1 Bank St, Dover, DE 19901", "", kAgency};
const Confirmation kBorrower{"Ada", "Quinn", "ada@example.com", "", "", false};

Application declined() {
  Application application;
  application.state = ApplicationState::declined;
  application.decision.emplace();
  application.decision->reasons = {{"R1", "income_insufficient", ""}};
  application.decision->report_used = false;
  application.notice.emplace();
  return application;
}

mail::Texts written(const Application& application, mail::Language language,
                    mail::Facts more = {{"org", "Roofs"}}) {
  Letter letter = letter_of(application, kBorrower, kCreditor, language, kNow);
  EXPECT_EQ(letter.why_not, "");
  letter.facts.merge(more);
  return mail::render(mail::built_in_texts(mail::Letter::adverse_action, language), letter.facts);
}

bool says(const std::string& text, std::string_view words) {
  std::string flat = text;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  return flat.find(words) != std::string::npos;
}

TEST(NoticeLetter, NamesCreditorReasonsAndTheAgencyInBothLanguages) {
  for (const auto language : {mail::Language::en, mail::Language::fr}) {
    const mail::Texts texts = written(declined(), language);
    for (const std::string& text : {texts.text, texts.html}) {
      EXPECT_TRUE(says(text, "Fake Bank"));
      EXPECT_TRUE(says(text, "1 Bank St, Dover, DE 19901"));
      EXPECT_TRUE(says(text, "Ada Quinn"));
      EXPECT_TRUE(says(
          text, language == mail::Language::en ? "Income insufficient" : "Revenus insuffisants"));
      EXPECT_TRUE(says(text,
                       "prohibits creditors from discriminating against credit applicants "
                       "on the basis of race, color, religion, national origin, sex"));
      EXPECT_TRUE(says(text, "Federal Trade Commission, Equal Credit Opportunity, Washington, DC"));
      EXPECT_FALSE(says(text, "Fair Credit Reporting Act"));
      EXPECT_EQ(text.find("{{"), std::string::npos);
    }
  }
}

TEST(NoticeLetter, TellsOfTheReportThatWasUsed) {
  Application application = declined();
  application.decision->report =
      CreditReport{"Example Reports", "2 File St", "1-800-555-0100", false};
  application.decision->creditor = "Bank of the Decision";
  const mail::Texts texts = written(application, mail::Language::en);
  EXPECT_TRUE(says(texts.text, "Fair Credit Reporting Act"));
  EXPECT_TRUE(says(texts.text, "no later than 60 days"));
  EXPECT_TRUE(says(texts.text, "Example Reports 2 File St 1-800-555-0100"));
  EXPECT_TRUE(says(texts.text, "Bank of the Decision"));
}

TEST(NoticeLetter, SaysThatAnOfferWasNotAccepted) {
  Application application = declined();
  application.notice->kind = NoticeKind::counter_offer;
  const mail::Texts texts = written(application, mail::Language::en);
  EXPECT_TRUE(says(texts.text, "You have not accepted that offer"));
  EXPECT_FALSE(says(texts.text, "unable to approve"));
}

TEST(NoticeLetter, IsNotWrittenWithoutWhatItMustHold) {
  const auto why = [](const Application& application, std::optional<Creditor> creditor) {
    return letter_of(application, kBorrower, creditor, mail::Language::en, kNow).why_not;
  };
  Application application = declined();
  EXPECT_TRUE(says(why(application, std::nullopt), "address"));
  EXPECT_TRUE(says(why(application, Creditor{"Bank", "", "", ""}), "address"));
  EXPECT_TRUE(says(why(application, Creditor{"Bank", "1 Bank St", "", ""}), "agency"));
  EXPECT_EQ(why(application, kCreditor), "");
  for (const std::optional<bool> said : {std::optional<bool>{}, std::optional(true)}) {
    application.decision->report_used = said;
    EXPECT_TRUE(says(why(application, kCreditor), "whether it used a consumer report"));
  }
  application.decision->report = CreditReport{"Example Reports", "", "1-800", false};
  EXPECT_TRUE(says(why(application, kCreditor), "consumer report"));
  application.decision->report->score_used = true;
  EXPECT_TRUE(says(why(application, kCreditor), "score"));
  application.decision->reasons.clear();
  EXPECT_TRUE(says(why(application, kCreditor), "reasons"));
  application.decision.reset();
  EXPECT_TRUE(says(why(application, kCreditor), "reasons"));
}

}  // namespace
}  // namespace lendport::notices

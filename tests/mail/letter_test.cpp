// The hub's letters: whole in both languages and all variants, and safe whatever the values are.
#include "mail/letter.hpp"

#include "mail/message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace lendport::mail {
namespace {

constexpr std::array kLanguages{Language::en, Language::fr};

TEST(Letters, OfTheHubAreSound) {
  for (const Letter letter : kLetters) {
    EXPECT_EQ(parse_letter(to_string(letter)), letter);
    for (const Language language : kLanguages) {
      for (const Violation& one : problems_of(letter, built_in_texts(letter, language))) {
        ADD_FAILURE() << to_string(letter) << " " << one.pointer << " " << one.detail;
      }
      const Texts mail = render(built_in_texts(letter, language), sample_facts(letter, language));
      for (const std::string& text : {mail.subject, mail.text, mail.html}) {
        EXPECT_EQ(text.find("{{"), std::string::npos);
        EXPECT_GT(text.size(), 10U);
      }
      EXPECT_TRUE(is_header_text(mail.subject));
      // Every sample value is shown somewhere.
      for (const auto& [name, value] : sample_facts(letter, language)) {
        if (value != "yes") {
          EXPECT_NE((mail.subject + mail.text).find(value), std::string::npos) << name;
        }
      }
    }
  }
  EXPECT_FALSE(parse_letter("farewell"));
  EXPECT_FALSE(parse_language("es"));
}

TEST(Letters, SayADecisionInItsOwnWords) {
  for (const Language language : kLanguages) {
    std::set<std::string> subjects;
    for (const char* variant : {"approved", "conditional", "prequalified"}) {
      Facts facts = sample_facts(Letter::decision, language);
      facts.erase("approved");
      facts[variant] = "yes";
      const Texts mail = render(built_in_texts(Letter::decision, language), facts);
      subjects.insert(mail.subject);
      std::string words = mail.text;
      std::replace(words.begin(), words.end(), '\n', ' ');
      const bool says_no_approval = words.find("not an approval") != std::string::npos ||
                                    words.find("pas un accord") != std::string::npos;
      EXPECT_EQ(mail.text.find("\n\n\n"), std::string::npos) << mail.text;
      EXPECT_EQ(says_no_approval, std::string_view(variant) == "prequalified") << mail.text;
    }
    EXPECT_EQ(subjects.size(), 3U);
  }
}

TEST(Letters, StaySafeWhateverTheValues) {
  Facts facts = sample_facts(Letter::decision, Language::en);
  facts["lender"] = "Bank\r\nBcc: x@y.example\xE2\x80\xAE";
  facts["applicant"] = "<script>alert(1)</script>" + std::string(1000, 'x');
  facts["org"] = std::string("Roofs\0\x01", 7) + "\nSecond line";
  const Texts mail = render(built_in_texts(Letter::decision, Language::en), facts);
  EXPECT_TRUE(is_header_text(mail.subject)) << mail.subject;
  EXPECT_EQ(mail.html.find("<script"), std::string::npos);
  EXPECT_NE(mail.html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_LT(mail.text.size(), 4000U);
  EXPECT_EQ(mail.text.find('\0'), std::string::npos);
  EXPECT_NE(mail.text.find("\nSecond line"), std::string::npos);
}

TEST(Letters, AreCheckedBeforeTheyAreKept) {
  const auto codes = [](const Texts& texts) {
    std::string all;
    for (const Violation& one : problems_of(Letter::loan_documents, texts)) {
      all += (all.empty() ? "" : " ") + one.pointer + ":" + one.code;
    }
    return all;
  };
  EXPECT_EQ(codes({"s", "t {{link}}", "<p>{{link}}</p>"}), "");
  EXPECT_EQ(codes({"", "", ""}), "/subject:required /text:required /html:required");
  EXPECT_EQ(codes({"s", "{{amount}}", "{{{link}}}"}), "/text:unknown_variable /html:unsupported");
  EXPECT_EQ(codes({"s\r\nBcc: x", "t", "h"}), "/subject:header_text");
  EXPECT_EQ(codes({std::string(481, 's'), std::string(kTextBytesMax + 1, 't'),
                   std::string(kHtmlBytesMax + 1, 'h')}),
            "/subject:too_long /text:too_long /html:too_long");
}

}  // namespace
}  // namespace lendport::mail

// What is sealed comes back as it was; what is shown hides the recipient.
#include "mail/json.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

TEST(MailJson, SealsTheWordsWhole) {
  MailWords words;
  words.to = {"Zoé", "zoe@example.com"};
  words.from_name = "Toits \"du\" Midi";
  words.texts = {"s", "t\nü", "<p>h</p>"};
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  words.attachments = {{"a b.pdf", "application/pdf", bytes}, {"empty", "text/plain", ""}};
  const MailWords read = read_words(write_words(words));
  EXPECT_EQ(read.to.name + read.to.address + read.from_name, "Zoézoe@example.comToits \"du\" Midi");
  EXPECT_EQ(read.texts, words.texts);
  ASSERT_EQ(read.attachments.size(), 2U);
  EXPECT_EQ(read.attachments[0].bytes, bytes);
  EXPECT_EQ(read.attachments[1].name, "empty");
}

TEST(MailJson, MasksAddresses) {
  EXPECT_EQ(masked_address("ada@example.com"), "a***@example.com");
  EXPECT_EQ(masked_address("a@example.com"), "a***@example.com");
  EXPECT_EQ(masked_address("@example.com"), "***");
  EXPECT_EQ(masked_address("ada"), "***");
  EXPECT_EQ(masked_address(""), "***");
}

TEST(MailJson, SaysWhyAMailWaits) {
  OpenedMail mail;
  mail.mail.answer = "451 later";
  const auto answer_of = [&](const std::string& why_off) {
    return json::parse(mail_answer(200, mail, why_off).body).at("answer").get<std::string>();
  };
  EXPECT_EQ(answer_of(""), "451 later");
  EXPECT_EQ(answer_of("mail is off"), "mail is off");
  mail.mail.state = MailState::refused;
  EXPECT_EQ(answer_of("mail is off"), "451 later");
}

TEST(MailJson, ReadsWhatAPreviewWants) {
  EXPECT_FALSE(read_preview("").texts);
  EXPECT_EQ(read_preview("{}").variant, "approved");
  EXPECT_EQ(read_preview(R"({"variant":"prequalified"})").variant, "prequalified");
  EXPECT_EQ(read_preview(R"({"subject":"s","text":"t","html":"h"})").texts,
            (mail::Texts{"s", "t", "h"}));
  for (const char* bad :
       {R"({"subject":"s"})", R"({"variant":"declined"})", R"({"to":"x"})", "[]", "{"}) {
    EXPECT_THROW(read_preview(bad), Error) << bad;
  }
  EXPECT_THROW(read_texts(R"({"subject":"s","text":"t"})"), Error);
}

// What the hub shows of its own letters can be published as it stands.
TEST(MailJson, ReadsLettersOfManyLines) {
  for (const mail::Letter letter : mail::kLetters) {
    const mail::Texts& texts = mail::built_in_texts(letter, mail::Language::fr);
    const json::Value written = {
        {"subject", texts.subject}, {"text", texts.text}, {"html", texts.html}};
    EXPECT_EQ(read_texts(json::dump(written)), texts) << mail::to_string(letter);
  }
  EXPECT_THROW(read_texts(R"({"subject":"a\nb","text":"t","html":"h"})"), Error);
}

}  // namespace
}  // namespace lendport

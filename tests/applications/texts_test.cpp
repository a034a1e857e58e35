// What the hub says of applications: every sentence in both languages, every state a word.
#include "applications/texts.hpp"

#include "applications/application.hpp"
#include "applications/attention.hpp"
#include "applications/json_documents.hpp"
#include "applications/routes.hpp"
#include "json/value.hpp"
#include "support/wordings.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace lendport {
namespace {

namespace texts = applications_texts;

TEST(ApplicationTexts, AreInBothLanguages) {
  test::expect_whole(attention::kSentences);
  test::expect_whole(texts::kReasons);
  test::expect_whole(texts::kRefusals);
  test::expect_whole(texts::kDifferences);
  test::expect_whole(texts::kFailures);
  test::expect_whole(texts::kWaits);
  test::expect_whole(texts::kNotices);
  test::expect_words(texts::kWords);
}

TEST(ApplicationTexts, FailuresHaveNoParameters) {
  for (const Wording& row : texts::kFailures)
    EXPECT_TRUE(parameters_of(row.en).empty()) << row.code;
}

TEST(ApplicationTexts, HaveAWordForEveryState) {
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const std::string_view state = to_string(static_cast<ApplicationState>(i));
    EXPECT_NE(texts::word("state", state).fr, state);
  }
  for (std::size_t i = 0; i < kDocumentsStateCount; ++i) {
    const std::string_view state = to_string(static_cast<DocumentsState>(i));
    EXPECT_NE(texts::word("documents", state).fr, state);
  }
}

TEST(Attention, HasACodeThatTheSchemaLists) {
  std::set<std::string> codes{"other"};
  for (const Wording& row : attention::kSentences) codes.emplace(row.code);
  std::set<std::string> listed;
  for (const http::Schema& schema : applications_schemas()) {
    if (schema.name != "Application") continue;
    const json::Value document = json::parse(schema.json);
    for (const auto& code : document.at("properties").at("attention_code").at("enum")) {
      if (code.is_string()) listed.insert(code.get<std::string>());
    }
  }
  EXPECT_EQ(codes, listed);
}

TEST(Attention, IsKnownByItsSentence) {
  EXPECT_EQ(attention::code_of(attention::kSilent), "silent");
  EXPECT_EQ(attention::code_of(""), "");
  EXPECT_EQ(attention::code_of("an older build said so"), "other");
  EXPECT_EQ(attention::code_of("the hub cannot read /a of the lender's answer and left it out: ask "
                               "the lender"),
            "left_out_one");
  EXPECT_EQ(attention::code_of("the hub cannot read /a and 2 more of the lender's answer and left "
                               "it out: ask the lender"),
            "left_out");
  EXPECT_EQ(
      attention::code_of("the lender says \"A \"B\"\", which does not follow from funded: ask "
                         "the lender"),
      "does_not_follow");
}

}  // namespace
}  // namespace lendport

// The hub's codes for reasons: those of the published list, each with words in both languages.
#include "applications/reasons.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace lendport::reasons {
namespace {

TEST(Reasons, AreThoseOfThePublishedListWithATextEach) {
  std::ifstream file(LENDPORT_SOURCE_DIR "/plugin-api/schema/application.status-1.result.json");
  const json::Value schema = json::Value::parse(file);
  const auto& codes =
      schema.at("$defs").at("reason").at("properties").at("unified_code").at("x-values");
  for (const auto& code : codes) {
    EXPECT_TRUE(is_known(code.get<std::string>())) << code;
    for (const auto language : {mail::Language::en, mail::Language::fr}) {
      const bool is_told = !text_of(code.get<std::string>(), language).empty();
      EXPECT_EQ(is_told, code != kOther) << code;
    }
  }
}

TEST(Reasons, KnowNoOtherWord) {
  for (const char* word : {"", "Bankruptcy", "bankrupcy", "income"}) {
    EXPECT_FALSE(is_known(word)) << word;
    EXPECT_TRUE(text_of(word, mail::Language::en).empty()) << word;
  }
}

}  // namespace
}  // namespace lendport::reasons

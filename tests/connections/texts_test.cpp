// What the hub says of connections: every sentence in both languages.
#include "connections/texts.hpp"

#include "support/wordings.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(ConnectionTexts, AreInBothLanguages) {
  test::expect_whole(connections_texts::kRefusals);
  test::expect_whole(connections_texts::kReasons);
  test::expect_words(connections_texts::kWords);
}

TEST(ConnectionTexts, ReasonsHaveNoParameters) {
  for (const Wording& row : connections_texts::kReasons)
    EXPECT_TRUE(parameters_of(row.en).empty()) << row.code;
}

}  // namespace
}  // namespace lendport

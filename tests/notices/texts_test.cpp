// What the hub says of notices: every sentence in both languages.
#include "notices/texts.hpp"

#include "support/wordings.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(NoticeTexts, AreInBothLanguages) {
  test::expect_whole(notices_texts::kRefusals);
}

}  // namespace
}  // namespace lendport

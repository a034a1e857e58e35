// What the hub says of files: every sentence in both languages.
#include "files/texts.hpp"

#include "support/wordings.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(FileTexts, AreInBothLanguages) {
  test::expect_whole(files_texts::kRefusals);
}

}  // namespace
}  // namespace lendport

// What the hub says of an order of lenders: every sentence in both languages.
#include "waterfall/texts.hpp"

#include "support/wordings.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(WaterfallTexts, AreInBothLanguages) {
  test::expect_whole(waterfall_texts::kRefusals);
}

}  // namespace
}  // namespace lendport

// Texts cut to a limit: nothing longer, and no half character.
#include "core/text.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

struct Case {
  std::string_view text;
  std::size_t bytes_max;
  std::string_view kept;
};

TEST(Cut, KeepsWholeCharactersUpToTheLimit) {
  const Case cases[] = {
      {"", 0, ""},
      {"abc", 3, "abc"},
      {"abc", 2, "ab"},
      {"abc", 0, ""},
      {"a\u00e9", 3, "a\u00e9"},
      {"a\u00e9", 2, "a"},
      {"\u20ac\u20ac", 5, "\u20ac"},
      {"\u20ac\u20ac", 4, "\u20ac"},
      {"\u20ac\u20ac", 3, "\u20ac"},
      {"\U0001f3e0!", 3, ""},
      {"\U0001f3e0!", 4, "\U0001f3e0"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(cut(one.text, one.bytes_max), one.kept) << one.text << " to " << one.bytes_max;
  }
}

TEST(Cut, EndsWhereTheLimitIsInBytesThatAreNoUtf8) {
  EXPECT_EQ(cut(std::string(40, '\x80'), 20).size(), 20U);
}

TEST(Nearest, IsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"limit", "cursor", "number", "status"};
  for (const auto& [word, meant] :
       std::initializer_list<std::pair<const char*, const char*>>{{"stat", "status"},
                                                                  {"Limit", "limit"},
                                                                  {"zz", ""},
                                                                  {"curser", "cursor"},
                                                                  {"something_else", ""},
                                                                  {"", ""}}) {
    EXPECT_EQ(nearest(word, known), meant) << word;
  }
  EXPECT_EQ(nearest("stat", {}), "");
}

}  // namespace
}  // namespace lendport

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

TEST(ProblemOfText, LetsEveryScriptPassAndRefusesWhatCannotBeRead) {
  struct Row {
    std::string_view text;
    std::string_view code;  // empty: it is fine
  };
  const Row rows[] = {
      {"Sunny Roofs", ""},
      {"O'Brien & Söhne — \"Éole\"", ""},
      {"שמש בע\"מ", ""},
      {"شركة الشمس\u200f", ""},
      {"株式会社 太陽", ""},
      {"नमस्ते क्\u200dष", ""},
      {"👩\u200d👩\u200d👧\u200d👦 & 🇫🇷 ✈\ufe0f", ""},
      {"a\u200bb", ""},
      {"\ufeffSunny", ""},
      {"\u2028Sunny", ""},
      {".", ""},
      {"0", ""},
      {"", "blank"},
      {" ", "blank"},
      {"\u00a0\u3000\u2003", "blank"},
      {"\u200b\u200d\u2060\ufeff", "blank"},
      {"\u00ad", "blank"},
      {"\u3164", "blank"},
      {"\u2800", "blank"},
      {"\ufe0f", "blank"},
      {"\U000e0041", "blank"},
      {"a\u202eb", "direction_mark"},
      {"\u202atest\u202c", "direction_mark"},
      {"a\u2066b\u2069", "direction_mark"},
      {std::string_view("a\0b", 3), "control_character"},
      {"a\nb", "control_character"},
      {"a\tb", "control_character"},
      {"a\x1b[31mb", "control_character"},
      {"a\x7f", "control_character"},
      {"a\u0085", "control_character"},
      {"a\u009b", "control_character"},
      {"\n", "control_character"},
      {"\xff\xc3", ""},
  };
  for (const Row& row : rows) {
    const auto problem = problem_of_text(row.text);
    EXPECT_EQ(problem ? problem->code : "", row.code) << row.text;
    EXPECT_TRUE(!problem || problem->detail.size() > 20);
  }
}

TEST(ProblemOfText, LetsLinesPassWhereThereMayBeMany) {
  EXPECT_FALSE(problem_of_text("a\r\n\tb", Lines::many));
  EXPECT_EQ(problem_of_text("\n \t", Lines::many)->code, "blank");
  EXPECT_EQ(problem_of_text("a\bc", Lines::many)->code, "control_character");
  EXPECT_EQ(problem_of_text("a\n\u202eb", Lines::many)->code, "direction_mark");
}

TEST(Nearest, IsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"limit", "cursor", "number", "status"};
  for (const auto& [word, meant] :
       std::initializer_list<std::pair<const char*, const char*>>{{"stat", "status"},
                                                                  {"Limit", "limit"},
                                                                  {"zz", ""},
                                                                  {"curser", "cursor"},
                                                                  {"something_else", ""},
                                                                  {"limitlimi", "limit"},
                                                                  {"limitlimit", ""},
                                                                  {"", ""}}) {
    EXPECT_EQ(nearest(word, known), meant) << word;
  }
  EXPECT_EQ(nearest("stat", {}), "");
}

}  // namespace
}  // namespace lendport

// JSON strings written by hand: whatever comes in, valid JSON comes out.
#include "core/quote.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lendport {
namespace {

TEST(Quoted, EscapesWhatJsonDoesNotAllow) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {R"(say "hi" \ bye)", R"("say \"hi\" \\ bye")"},
      {"a\nb\rc\td", R"("a\nb\rc\td")"},
      {std::string("\0\x1f\x7f", 3), R"("\u0000\u001f\u007f")"},
      {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
       "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(json_quoted(text), expected);
}

TEST(Quoted, ReplacesEachByteThatIsNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\xFF", bad},
      {"a\xC3", "a" + bad},
      {"\xC3(", bad + "("},
      {"\xC0\xAF", bad + bad},                      // overlong "/"
      {"\xE0\x80\xAF", bad + bad + bad},            // overlong "/"
      {"\xED\xA0\x80", bad + bad + bad},            // a surrogate
      {"\xF4\x90\x80\x80", bad + bad + bad + bad},  // beyond U+10FFFF
      {"\x80x", bad + "x"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(json_quoted(text), '"' + expected + '"');
}

}  // namespace
}  // namespace lendport

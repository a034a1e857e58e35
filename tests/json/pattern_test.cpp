// Patterns against texts, and the patterns that are refused.
#include "json/pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace lendport::json {
namespace {

struct PatternCase {
  const char* pattern;
  std::vector<const char*> found;
  std::vector<const char*> not_found;
};

TEST(Pattern, FindsWhatEcmaFinds) {
  const PatternCase cases[] = {
      {"", {"", "x"}, {}},
      {"b", {"b", "abc"}, {"", "ac"}},
      {"^b", {"b", "bc"}, {"ab"}},
      {"b$", {"b", "ab"}, {"ba"}},
      {"^$", {""}, {"a"}},
      {"^[0-9]{6}$", {"123456"}, {"12345", "1234567", "12345a"}},
      {"^a{2,3}$", {"aa", "aaa"}, {"a", "aaaa"}},
      {"^a{2,}$", {"aa", "aaaaaa"}, {"a", ""}},
      {"^a{0}b$", {"b"}, {"ab"}},
      {"^(ab|c)+$", {"ab", "cab", "abcab"}, {"", "a", "abb"}},
      {"^(?:ab)?c$", {"c", "abc"}, {"ac"}},
      {"^a|b$", {"ax", "xb"}, {"xa", "bx"}},
      {"^(a|)b$", {"b", "ab"}, {"aab"}},
      {"^[^a-c]+$", {"def", "\xC3\xA9"}, {"da", ""}},
      {"^[]$", {}, {"", "]"}},
      {"^[a\\]-]+$", {"a]-"}, {"b"}},
      {"^[\\d.-]+$", {"1.2-3"}, {"a"}},
      {"^\\w+\\s\\S\\D\\W$", {"ab c!?"}, {"abc"}},
      {"^.$", {"\xC3\xA9", "a"}, {"\n", "ab"}},
      {"^\\u00e9\\.$", {"\xC3\xA9."}, {"e."}},
      {"^(a*)*$", {"", "aaaa"}, {"b"}},
      {"^[a-z][a-z0-9]*(\\.[a-z][a-z0-9_-]*)+$", {"com.example.hello"}, {"com", "Com.x", "com."}},
      {"^-?[0-9]{1,15}(\\.[0-9]{1,4})?$", {"-1.5", "12"}, {"1.", ".5", "1.23456"}},
  };
  for (const PatternCase& one : cases) {
    const auto pattern = Pattern::compile(one.pattern);
    ASSERT_TRUE(pattern.has_value()) << one.pattern << pattern.error().detail();
    for (const char* text : one.found) EXPECT_TRUE(pattern->found_in(text)) << one.pattern << text;
    for (const char* text : one.not_found) {
      EXPECT_FALSE(pattern->found_in(text)) << one.pattern << " " << text;
    }
  }
}

TEST(Pattern, RefusesWhatItCannotCarryOut) {
  for (const std::string source :
       {"(",   ")",   "a)",     "[",       "[a",    "*",       "a**",
        "a{",  "a{2", "a{3,2}", "a{1025}", "(?=a)", "(?!a)",   "(?<n>a)",
        "\\1", "\\b", "\\",     "\\u12",   "[z-a]", "[a-\\d]", "((a{100}){100}){100}"}) {
    EXPECT_FALSE(Pattern::compile(source).has_value()) << source;
  }
  EXPECT_FALSE(Pattern::compile(std::string(1000, '(')).has_value());
}

TEST(Pattern, IsNeverSlow) {
  const auto pattern = Pattern::compile("^(a+)+(a|aa)*(.*)*$x").value();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(pattern.found_in(std::string(100'000, 'a') + "!"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace lendport::json

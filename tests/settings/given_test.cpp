// One setting's value becomes what its key is, or a sentence says why not.
#include "settings/given.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport::settings {
namespace {

Given given(Given::Content content) {
  return {"http.threads", std::move(content), "test.toml, line 3"};
}

template <class Read>
std::string problem(Read read) {
  try {
    read();
    return "";
  } catch (const Error& error) {
    return error.detail();
  }
}

TEST(Given, ReadsTextOfTheEnvironmentAsTheKeysKind) {
  EXPECT_EQ(given(std::string("12")).integer(1, 64), 12);
  EXPECT_EQ(given(std::int64_t{12}).integer(1, 64), 12);
  EXPECT_TRUE(given(std::string("true")).flag());
  EXPECT_EQ(given(std::string("a,b")).list(), (Given::Strings{"a", "b"}));
  EXPECT_EQ(given(std::string("x:443=127.0.0.1:1,y=z")).table(),
            (Given::Table{{"x:443", "127.0.0.1:1"}, {"y", "z"}}));
  EXPECT_EQ(given(std::int64_t{2}).seconds(1, 3), std::chrono::seconds{2});
  EXPECT_EQ(given(std::string("warn")).choice({"info", "warn"}), "warn");
}

TEST(Given, NamesKeySourceAndRule) {
  EXPECT_EQ(problem([] { given(std::int64_t{65}).integer(1, 64); }),
            "http.threads (test.toml, line 3) must be from 1 to 64");
  for (const char* text : {"", "x", "1x", "1.5", "99999999999999999999"}) {
    EXPECT_NE(problem([&] { given(std::string(text)).integer(1, 64); }), "") << text;
  }
  EXPECT_NE(problem([] { given(true).text(); }), "");
  EXPECT_NE(problem([] { given(std::string("yes")).flag(); }), "");
  EXPECT_NE(problem([] { given(std::int64_t{1}).list(); }), "");
  EXPECT_NE(problem([] { given(std::string("a")).table(); }), "");
  EXPECT_NE(problem([] { given(std::string("loud")).choice({"info"}); }), "");
}

}  // namespace
}  // namespace lendport::settings

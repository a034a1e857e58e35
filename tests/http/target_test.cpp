// Paths and queries: split and decoded once, and refused where two readers could differ.
#include "http/target.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

// Segments as "text|verb" joined by blanks, or "refused".
std::string split(std::string_view path) {
  std::string joined;
  try {
    for (const Segment& segment : split_path(path)) {
      joined += (joined.empty() ? "" : " ") + segment.text + "|" + segment.verb;
    }
  } catch (const Error& error) {
    return error.code() == ErrorCode::malformed_request ? "refused" : "wrong code";
  }
  return joined;
}

std::string query(std::string_view text) {
  std::string joined;
  try {
    for (const auto& [name, value] : split_query(text)) joined += name + "=" + value + ";";
  } catch (const Error& error) {
    return error.code() == ErrorCode::malformed_request ? "refused" : "wrong code";
  }
  return joined;
}

TEST(SplitPath, DecodesOnceAndKeepsTheVerbApart) {
  EXPECT_EQ(split("/v1/orgs/org_1"), "v1| orgs| org_1|");
  EXPECT_EQ(split("/a/app_1:confirm"), "a| app_1|confirm");
  EXPECT_EQ(split("/a/x%3Aconfirm"), "a| x:confirm|");
  EXPECT_EQ(split("/a%20b/c+d"), "a b| c+d|");
  EXPECT_EQ(split("/caf%C3%A9"), "caf\xC3\xA9|");
  EXPECT_EQ(split("/%EF%BF%BD"), "\xEF\xBF\xBD|");
  EXPECT_EQ(split("/%2541"), "%41|");
  EXPECT_EQ(split("/"), "|");
  EXPECT_EQ(split("/a/"), "a| |");
  EXPECT_EQ(split("//a"), "| a|");
}

TEST(SplitPath, RefusesWhatTwoReadersCouldReadDifferently) {
  for (const char* path :
       {"/%", "/%4", "/%zz", "/a%2fb", "/a%2Fb", "/a%5cb", "/%00", "/%0d%0aX", "/%7f", "/.", "/..",
        "/a/../b", "/a/./b", "/%2e%2e/b", "/.%2E/b", "/%2e", "/%ff", "/%c0%af", "/%ed%a0%80"}) {
    EXPECT_EQ(split(path), "refused") << path;
  }
  std::string deep;
  for (std::size_t i = 0; i <= kSegmentsMax; ++i) deep += "/a";
  EXPECT_EQ(split(deep), "refused");
}

TEST(SplitQuery, ReadsEachNameOnce) {
  EXPECT_EQ(query(""), "");
  EXPECT_EQ(query("a=1&b=x%20y+z&c"), "a=1;b=x y z;c=;");
  EXPECT_EQ(query("a=b=c&&d=?"), "a=b=c;d=?;");
  for (const char* text : {"a=1&a=2", "a=%", "a=%0", "a=%00", "%00=1", "a=%ff", "a=1&%61=2"}) {
    EXPECT_EQ(query(text), "refused") << text;
  }
  std::string many;
  for (std::size_t i = 0; i <= kQueryParametersMax; ++i) many += "p" + std::to_string(i) + "=&";
  EXPECT_EQ(query(many), "refused");
}

TEST(PercentEncoded, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(percent_encoded("a-b_c.~ /:\xC3\xA9"), "a-b_c.~%20%2F%3A%C3%A9");
  EXPECT_EQ(percent_encoded_path("/v1/a:b c"), "/v1/a:b%20c");
}

}  // namespace
}  // namespace lendport::http

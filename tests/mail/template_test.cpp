// Templates: what they may hold, and what comes of it.
#include "mail/template.hpp"

#include <gtest/gtest.h>

namespace lendport::mail {
namespace {

const std::vector<std::string_view> kKnown = {"name", "lender", "approved"};

std::string codes(std::string_view text) {
  std::string all;
  for (const Violation& one : template_problems(text, kKnown, "/text")) {
    EXPECT_EQ(one.pointer, "/text");
    all += (all.empty() ? "" : " ") + one.code;
  }
  return all;
}

TEST(Templates, MayHoldVariablesAndSections) {
  for (const char* good :
       {"", "plain", "{{name}}", "{{ name }}",
        "{{#approved}}a{{/approved}}{{^approved}}b{{/approved}}",
        "{{#name}}{{#lender}}x{{/lender}}{{/name}}", "a } b { c }}", "{{# name }}x{{/ name }}"}) {
    EXPECT_EQ(codes(good), "") << good;
  }
}

TEST(Templates, MayHoldNothingElse) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{{nam}}", "unknown_variable"},
      {"{{#nam}}x{{/nam}}", "unknown_variable unknown_variable"},
      {"{{{name}}}", "unsupported"},
      {"{{&name}}", "unsupported"},
      {"{{& name}}", "unsupported"},
      {"{{>name}}", "unsupported"},
      {"{{=<% %>=}}", "unsupported"},
      {"{{!name}}", "unsupported"},
      {"{{.}}", "unsupported"},
      {"{{name.lender}}", "unsupported"},
      {"{{#.}}x{{/.}}", "unsupported unsupported"},
      {"{{}}", "unsupported"},
      {"{{NAME}}", "unsupported"},
      {"{{na\nme}}", "unsupported"},
      {"{{name", "unclosed"},
      {"{{name}", "unclosed"},
      {"{{#name}}x", "unclosed"},
      {"{{^name}}x", "unclosed"},
      {"{{/name}}", "unopened"},
      {"{{#name}}{{#lender}}x{{/name}}{{/lender}}", "unopened unopened unclosed unclosed"},
      {"{{{{name}}}}", "unsupported"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string found = codes(text);
    if (expected.starts_with("unopened unopened")) {
      EXPECT_NE(found.find("unopened"), std::string::npos) << text;
    } else {
      EXPECT_EQ(found, expected) << text;
    }
  }
  std::string many;
  for (int i = 0; i <= kTagsMax; ++i) many += "{{name}}";
  EXPECT_EQ(codes(many), "too_many");
  std::string deep;
  for (int i = 0; i <= kSectionDepthMax; ++i) deep += "{{#name}}";
  EXPECT_NE(codes(deep).find("too_deep"), std::string::npos);
}

TEST(Templates, SayTheVariableThatWasMeant) {
  const auto found = template_problems("{{lendr}}", kKnown, "/text");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].detail.find("{{lendr}}"), std::string::npos);
  EXPECT_NE(found[0].detail.find("{{lender}}"), std::string::npos);
}

TEST(Templates, AreFilledOnce) {
  const Facts facts = {{"name", "A <b> & {{lender}} \"q\""}, {"lender", "Bank"}, {"approved", ""}};
  EXPECT_EQ(render("{{name}}", facts, Escape::none), "A <b> & {{lender}} \"q\"");
  EXPECT_EQ(render("{{name}}", facts, Escape::html), "A &lt;b&gt; &amp; {{lender}} &quot;q&quot;");
  EXPECT_EQ(render("{{#lender}}by {{lender}} for {{name}}{{/lender}}{{^lender}}none{{/lender}}",
                   facts, Escape::none),
            "by Bank for A <b> & {{lender}} \"q\"");
  EXPECT_EQ(
      render("{{#approved}}yes{{/approved}}{{^approved}}no{{/approved}}", facts, Escape::none),
      "no");
  EXPECT_EQ(render("é {{missing}}€", facts, Escape::none), "é €");
  EXPECT_EQ(render("a } b { c }}", facts, Escape::none), "a } b { c }}");
  EXPECT_EQ(render("{{#approved}}\nx\n{{/approved}}\ny\n", {{"approved", "yes"}}, Escape::none),
            "x\ny\n");
}

}  // namespace
}  // namespace lendport::mail

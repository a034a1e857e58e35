// What is a JSON document here: the public torture suite, and the rules beyond it.
#include "json/value.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::json {
namespace {

bool accepted(std::string_view text) {
  try {
    parse(text);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed_request);
    return false;
  }
}

TEST(Parse, RefusesWhatTwoReadersWouldReadDifferently) {
  EXPECT_FALSE(accepted(R"({"a":1,"a":2})"));
  EXPECT_FALSE(accepted(R"({"a":{"b":1,"b":1}})"));
  EXPECT_TRUE(accepted(R"([{"a":1},{"a":2}])"));
  EXPECT_FALSE(accepted("{\"a\":\"\\u0000\"}"));
  EXPECT_FALSE(accepted("{\"\\u0000\":1}"));
  EXPECT_FALSE(accepted("\xEF\xBB\xBF{}"));
  EXPECT_FALSE(accepted("[1e400]"));
  EXPECT_FALSE(accepted("[NaN]"));
  EXPECT_FALSE(accepted("[\"\xFF\"]"));
  EXPECT_FALSE(accepted(""));
  for (const std::string before : {"123", "{}", "[1,", "\"a"}) {
    EXPECT_FALSE(accepted(before + '\0')) << before;
    EXPECT_FALSE(accepted(before + '\0' + "garbage")) << before;
  }
}

TEST(Parse, SaysThatANumberIsTooLarge) {
  try {
    parse("[1e400]");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(error.detail().find("a number is too large"), std::string::npos) << error.detail();
  }
}

TEST(Parse, EndsAtTheNamedDepth) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(accepted(nested(kDepthMax)));
  EXPECT_FALSE(accepted(nested(kDepthMax + 1)));
  EXPECT_FALSE(accepted(std::string(100'000, '[')));
  EXPECT_FALSE(accepted(nested(100'000)));
}

TEST(Parse, SeesANameThatComesTwiceAmongFewAndMany) {
  for (const int count : {1, 15, 16, 17, 40, 999}) {
    std::string text = "{";
    for (int i = 0; i < count; ++i)
      text += "\"k" + std::to_string(i) + "\":[" + std::to_string(i) + "],";
    EXPECT_TRUE(accepted(text + "\"more\":{\"k0\":1}}")) << count;
    for (const int again : {0, count / 2, count - 1}) {
      EXPECT_FALSE(accepted(text + "\"k" + std::to_string(again) + "\":1}"))
          << count << " " << again;
    }
  }
}

TEST(Parse, EndsAtTheNamedNumberOfMembers) {
  const auto with = [](std::size_t members) {
    std::string text = "{\"0\":0";
    for (std::size_t i = 1; i < members; ++i) text += ",\"" + std::to_string(i) + "\":0";
    return text + "}";
  };
  EXPECT_TRUE(accepted(with(kMembersMax)));
  EXPECT_FALSE(accepted(with(kMembersMax + 1)));
  EXPECT_TRUE(accepted("[" + with(kMembersMax) + "," + with(kMembersMax) + "]"));
}

TEST(Dump, RoundTrips) {
  std::string many = "{";
  for (int i = 0; i < 100; ++i) {
    many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":{\"of\":[" + std::to_string(i) + "]}";
  }
  for (const std::string& text :
       {std::string(R"({"z":1,"a":["é","\n",true,null]})"), std::string("{}"), std::string("[]"),
        std::string("\"\""), std::string("-1"), std::string("18446744073709551615"),
        std::string("1.5"), std::string(R"([[],{},[{}],{"a":{"b":{"c":[1,[2,{"d":3}]]}}}])"),
        many + "}"}) {
    EXPECT_EQ(dump(parse(text)), text);
  }
}

TEST(Parse, SaysWhatIsWrongWithoutRepeatingTheText) {
  for (const char* text : {R"({"note":"SSN 123-45-6789)", R"({"a":SSN 123-45-6789})",
                           "{\"a\":\"123-45-6789\x01\"}", R"(["a" "123-45-6789"])"}) {
    try {
      parse(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.detail().find("123-45-6789"), std::string::npos) << error.detail();
      EXPECT_NE(error.detail().find("syntax error while parsing"), std::string::npos)
          << error.detail();
    }
  }
}

}  // namespace
}  // namespace lendport::json

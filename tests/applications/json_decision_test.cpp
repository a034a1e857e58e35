// A lender's decision as it is read: only what was said, and no more than there may be.
#include "applications/json_decision.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

TEST(ReadDecision, LeavesOutWhatWasNotSaid) {
  const json::Value document = json::parse("{}");
  json::Reader at(document);
  EXPECT_EQ(read_decision(at), Decision{});
  EXPECT_TRUE(at.sound());
}

TEST(ReadDecision, GivesAReasonWithoutACodeTheCodeOther) {
  const json::Value document = json::parse(R"({"reasons":[{"text":"Because"}]})");
  const Decision decision = read_decision(json::Reader(document));
  EXPECT_EQ(decision.reasons.at(0), (Reason{"", "other", "Because"}));
}

TEST(ReadDecision, NotesWhatCannotBeRead) {
  for (const char* text :
       {R"({"amount":{"amount":"1.005","currency":"USD"}})", R"({"apr":5.99})",
        R"({"term_months":0})", R"({"term_months":"240"})", R"({"expires_at":"soon"})",
        R"({"reasons":[{}]})", R"({"conditions":"none"})",
        R"({"stipulations":[{"text":"x","due":"2026-13-01"}]})"}) {
    const json::Value document = json::parse(text);
    json::Reader at(document);
    read_decision(at);
    EXPECT_FALSE(at.sound()) << text;
  }
}

TEST(WriteDecision, WritesEveryMember) {
  json::Value written;
  write_decision({}, written);
  EXPECT_EQ(written.size(), 9U);
  EXPECT_TRUE(written.at("amount").is_null());
  EXPECT_TRUE(written.at("reasons").is_array());
}

}  // namespace
}  // namespace lendport

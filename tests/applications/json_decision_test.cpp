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

// A connector's typo, or a person's, never becomes a code of the hub.
TEST(ReadDecision, GivesAReasonOfAnotherListTheCodeOtherAndKeepsItsWords) {
  struct Row {
    const char* reason;
    Reason read;
  };
  for (const Row& row :
       {Row{R"({"code":"R1","unified_code":"bankruptcy","text":"x"})", {"R1", "bankruptcy", "x"}},
        Row{R"({"code":"R1","unified_code":"bankrupcy","text":"x"})", {"R1", "other", "x"}},
        Row{R"({"unified_code":"bankrupcy","text":"x"})", {"bankrupcy", "other", "x"}},
        Row{R"({"unified_code":"other","text":"x"})", {"", "other", "x"}}}) {
    const json::Value document = {{"reasons", {json::parse(row.reason)}}};
    EXPECT_EQ(read_decision(json::Reader(document)).reasons.at(0), row.read) << row.reason;
    std::vector<std::string> left_out;
    const Decision said = read_lender_decision(json::Reader(document), left_out);
    EXPECT_EQ(said.reasons.at(0), row.read) << row.reason;
    EXPECT_TRUE(left_out.empty()) << row.reason;
  }
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

// The schema of a result lets all of these pass: none of them may lose the decision.
TEST(ReadLenderDecision, LeavesOutWhatItCannotReadAndSaysSo) {
  struct Row {
    const char* text;
    const char* left_out;
  };
  for (const Row& row :
       {Row{R"({"amount":{"amount":"1.005","currency":"USD"}})", "/amount/amount"},
        Row{R"({"amount":{"amount":"-1.00","currency":"USD"}})", "/amount/amount"},
        Row{R"({"amount":{"amount":"1.00","currency":"QQQ"}})", "/amount/currency"},
        Row{R"({"expires_at":"2026-02-31T00:00:00Z"})", "/expires_at"},
        Row{R"({"decided_at":"2026-02-31T00:00:00Z"})", "/decided_at"},
        Row{R"({"stipulations":[{"text":"x","due":"2026-13-01"}]})", "/stipulations/0/due"}}) {
    const json::Value document = json::parse(row.text);
    std::vector<std::string> left_out;
    json::Reader at(document);
    const Decision decision = read_lender_decision(at, left_out);
    EXPECT_TRUE(at.sound()) << row.text;
    EXPECT_EQ(left_out, std::vector<std::string>{row.left_out});
    EXPECT_FALSE(decision.amount || decision.expires_at || decision.decided_at);
  }
}

TEST(ReadLenderDecision, TakesWordsAsTheyAre) {
  const json::Value document = json::parse(
      R"({"creditor":"","conditions":[{"code":"","text":""}],
          "reasons":[{"code":"","unified_code":"","text":"a\u0001b\u0007c\nd"}]})");
  std::vector<std::string> left_out;
  const Decision decision = read_lender_decision(json::Reader(document), left_out);
  EXPECT_TRUE(left_out.empty());
  EXPECT_EQ(decision.creditor, "");
  EXPECT_EQ(decision.conditions.at(0), (Condition{"", ""}));
  EXPECT_EQ(decision.reasons.at(0), (Reason{"", "other", "a b c\nd"}));
}

// The limit counts characters, and what a lender said is read back from the store.
TEST(ReadLenderDecision, KeepsALongTextOfManyBytes) {
  std::string text;
  for (int i = 0; i < 1024; ++i) text += "é";
  const json::Value document = {{"reasons", {{{"text", text}}}}, {"creditor", "Crédit"}};
  std::vector<std::string> left_out;
  const Decision decision = read_lender_decision(json::Reader(document), left_out);
  EXPECT_TRUE(left_out.empty());
  EXPECT_EQ(decision.reasons.at(0).text, text);
  json::Value written;
  write_decision(decision, written);
  EXPECT_EQ(read_decision(json::Reader(written)).reasons.at(0).text, text);
}

TEST(WriteDecision, KeepsTheReportAndTheNotice) {
  Decision decision;
  decision.report = CreditReport{"Example Reports", "1 File St", "1-800-555-0100", true};
  decision.report_used = true;
  decision.notice_sent_at = parse_time("2026-05-04T09:30:00Z").value();
  json::Value written;
  write_decision(decision, written);
  EXPECT_EQ(read_decision(json::Reader(written)), decision);
}

TEST(WriteDecision, WritesEveryMember) {
  json::Value written;
  write_decision({}, written);
  EXPECT_EQ(written.size(), 12U);
  EXPECT_TRUE(written.at("amount").is_null());
  EXPECT_TRUE(written.at("reasons").is_array());
}

}  // namespace
}  // namespace lendport

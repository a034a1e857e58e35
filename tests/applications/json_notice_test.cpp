// A notice comes back from the store as it went in.
#include "applications/json_notice.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

const Time kDay = parse_time("2026-05-04T09:30:00Z").value();

TEST(JsonNotice, ComesBackAsItWentIn) {
  AdverseNotice bare;
  bare.rule = "12 CFR 1002.9(a)(1)(i)";
  bare.runs_from = kDay;
  bare.due_at = kDay + std::chrono::days{30};
  EXPECT_EQ(read_stored_notice(write_stored_notice(bare)), bare);

  AdverseNotice full = bare;
  full.kind = NoticeKind::counter_offer;
  full.state = NoticeState::sent;
  full.by_hub = true;
  full.mail = MailId{"mail_1"};
  full.is_reminded = true;
  full.why_not_written = "no address";
  full.sent_at = kDay;
  full.sent_by = "hub";
  full.proof = NoticeProof{"relay", "OK\nqueued", 250, UserId{"user_1"}, kDay};
  full.ended_because = "signed";
  EXPECT_EQ(read_stored_notice(write_stored_notice(full)), full);
}

TEST(JsonNotice, SaysWhatItIs) {
  AdverseNotice notice;
  notice.rule = "r";
  json::Value shown;
  write_notice(notice, shown);
  EXPECT_EQ(shown.at("kind"), "decline");
  EXPECT_EQ(shown.at("state"), "due");
  EXPECT_EQ(shown.at("sender"), "lender");
  EXPECT_TRUE(shown.at("proof").is_null());
  for (const auto state : {NoticeState::due, NoticeState::sending, NoticeState::overdue}) {
    notice.state = state;
    EXPECT_TRUE(notice.is_open());
  }
  for (const auto state : {NoticeState::sent, NoticeState::not_needed}) {
    notice.state = state;
    EXPECT_FALSE(notice.is_open());
  }
}

}  // namespace
}  // namespace lendport

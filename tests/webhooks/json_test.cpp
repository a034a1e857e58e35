// What leaves the hub names no person; what comes in is read whole or refused whole.
#include "webhooks/json.hpp"

#include "core/error.hpp"
#include "webhooks/settings.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::webhooks {
namespace {

events::Event event(const std::string& payload) {
  events::Event event;
  event.id = EventId{"evt_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"};
  event.org = OrgId{"org_1"};
  event.subject = {"application", "app_1"};
  event.type = "application.approved";
  event.payload = payload;
  event.actor = "user_1";
  event.at = from_unix_ms(1'780'000'000'000);
  event.sequence = 7;
  return event;
}

TEST(MessageOf, TellsIdsAndStatesAlone) {
  const std::string text = message_of(event(
      R"({"from":"in_review","state":"approved","case_id":"case_1","lender":"Mosaic",)"
      R"("name":"Ada Smith","failure":{"message":"Ada"},"lender_status":"Ada","attempt":2})"));
  EXPECT_EQ(text, R"({"type":"application.approved","timestamp":"2026-05-28T20:26:40.000Z",)"
                  R"("data":{"event_id":"evt_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f","sequence":7,)"
                  R"("org_id":"org_1","subject":{"kind":"application","id":"app_1"},)"
                  R"("from":"in_review","state":"approved","case_id":"case_1","attempt":2}})");
}

TEST(MessageOf, TellsTheCodeOfAnAttentionAndNotItsSentence) {
  const std::string text = message_of(
      event(R"({"attention":"the lender says \"Ada\"","attention_code":"does_not_follow"})"));
  EXPECT_NE(text.find(R"("attention_code":"does_not_follow")"), std::string::npos);
  EXPECT_EQ(text.find("Ada"), std::string::npos);
}

TEST(MessageOf, LeavesOutWhatIsNoWord) {
  const std::string bare = message_of(event("{}"));
  for (const std::string& payload :
       {std::string(R"({"state":{"name":"Ada"}})"), std::string(R"({"state":["Ada"]})"),
        R"({"state":")" + std::string(200, 'x') + "\"}", std::string("no json"), std::string("[1]"),
        std::string("")}) {
    EXPECT_EQ(message_of(event(payload)), bare) << payload;
  }
}

struct BodyCase {
  const char* body;
  const char* pointer;  // of the first violation; empty: it is read
};

std::string first_violation(const std::function<void()>& read) {
  try {
    read();
    return "";
  } catch (const Error& error) {
    return error.violations().empty() ? "?" : error.violations().front().pointer;
  }
}

TEST(ReadDraft, NamesWhatIsWrong) {
  const BodyCase cases[] = {
      {R"({"url":"https://hooks.example/in"})", ""},
      {R"({"url":"https://x.example","description":null,"event_types":null,"enabled":false})", ""},
      {R"({"url":"https://x.example","event_types":["case.created","application.approved"]})", ""},
      {R"({})", "/url"},
      {R"({"url":null})", "/url"},
      {R"({"url":"https://x.example","secret":"whsec_x"})", "/secret"},
      {R"({"url":"https://x.example","event_types":["application.aproved"]})", "/event_types"},
      {R"({"url":"https://x.example","event_types":["webhook.ping"]})", "/event_types"},
      {R"({"url":"https://x.example","event_types":"case.created"})", "/event_types"},
      {R"({"url":"https://x.example","enabled":"yes"})", "/enabled"},
  };
  for (const BodyCase& one : cases) {
    EXPECT_EQ(first_violation([&] { read_draft(one.body); }), one.pointer) << one.body;
  }
  try {
    read_draft(R"({"url":"https://x.example","event_types":["application.aproved"]})");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.violations()[0].detail.find("application.approved?"), std::string::npos);
  }
}

TEST(ReadPatch, ChangesWhatIsThere) {
  const EndpointChange nothing = read_patch("{}");
  EXPECT_FALSE(nothing.url || nothing.description || nothing.event_types || nothing.enabled);
  const EndpointChange all =
      read_patch(R"({"url":"https://x.example","description":null,"event_types":[],)"
                 R"("enabled":true})");
  EXPECT_EQ(all.url, "https://x.example");
  EXPECT_EQ(all.description, "");
  EXPECT_EQ(all.event_types, std::set<std::string>());
  EXPECT_EQ(all.enabled, true);
  EXPECT_EQ(first_violation([] { read_patch(R"({"url":null})"); }), "/url");
  EXPECT_EQ(first_violation([] { read_since(R"({"since":"yesterday"})"); }), "/since");
  EXPECT_EQ(read_since(R"({"since":"2026-05-28T20:26:40Z"})"), from_unix_ms(1'780'000'000'000));
}

TEST(RecordText, HoldsNeitherUrlNorDescription) {
  WebhookEndpoint endpoint;
  endpoint.id = EndpointId{"hook_1"};
  endpoint.url = "https://hooks.example/in?key=hunter2";
  endpoint.description = "Ada's";
  const std::string text = record_text(endpoint);
  EXPECT_NE(text.find("hooks.example:443"), std::string::npos);
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
  EXPECT_EQ(text.find("Ada"), std::string::npos);
}

TEST(DeliveryJobs, RoundTrip) {
  const DeliveryJob job = read_job(write_job({EndpointId{"hook_1"}, DeliveryId{"dlv_1"}}));
  EXPECT_EQ(job.endpoint.value, "hook_1");
  EXPECT_EQ(job.delivery.value, "dlv_1");
}

TEST(ShownAnswer, IsShortTextWhateverCame) {
  EXPECT_EQ(shown_answer(""), "");
  EXPECT_EQ(shown_answer("ok\n"), "ok\n");
  EXPECT_EQ(shown_answer("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(shown_answer(std::string_view("a\0b\x1b[2J", 7)), "a?b?[2J");
  EXPECT_EQ(shown_answer("\xFF\xFE"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  const std::string half = std::string(kAnswerBytesMax - 1, 'x') + "\xC3\xA9";
  EXPECT_LE(shown_answer(half).size(), kAnswerBytesMax);
  EXPECT_LE(shown_answer(std::string(5000, '\xFF')).size(), kAnswerBytesMax);
  EXPECT_EQ(json::parse(json::dump(json::Value(shown_answer(half)))), shown_answer(half));
}

}  // namespace
}  // namespace lendport::webhooks

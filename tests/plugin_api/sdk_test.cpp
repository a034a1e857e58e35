// The SDK against a scripted hub: outcomes, cancellation, tenancy, stale handles.
#include "testing/case.hpp"
#include "testing/loaded_plugin.hpp"
#include "testing/test_host.hpp"

#include <gtest/gtest.h>

namespace {

using lendport::testing::Ended;
using lendport::testing::Json;
using lendport::testing::LoadedPlugin;
using lendport::testing::read_answer;
using lendport::testing::SentRequest;
using lendport::testing::TestHost;
using lendport::testing::UpstreamAnswer;

const LoadedPlugin& awkward() {
  static const LoadedPlugin loaded(LENDPORT_BINARY_DIR "/test_plugins/awkward/connector.so");
  return loaded;
}

std::string instance_of(const std::string& org) {
  Json json = {{"org_id", org},
               {"connection_id", "con_1"},
               {"environment", "sandbox"},
               {"base_url", "https://api.example.com"},
               {"settings_revision", 1},
               {"settings", {{"dealer", "dealer of " + org}}}};
  return json.dump();
}

// A plugin that is initialised, with an instance of one organisation.
class Sdk : public testing::Test {
 protected:
  Sdk() {
    host_.set_manifest(awkward().manifest());
    host_.set_secret("key", "secret");
    EXPECT_EQ(plugin_.init(host_.api(), host_.self()), LENDPORT_OK);
    instance_ = create(instance_of("org_1"));
  }
  ~Sdk() override {
    plugin_.destroy(instance_);
    plugin_.deinit();
  }

  lendport_instance* create(const std::string& json) {
    lendport_instance* made = nullptr;
    EXPECT_EQ(plugin_.create({json.data(), json.size()}, &made), LENDPORT_OK);
    return made;
  }

  // The lender answers these, in order.
  void answers(std::vector<std::string> texts) {
    auto left = std::make_shared<std::deque<std::string>>(texts.begin(), texts.end());
    host_.set_lender([left](const SentRequest&) {
      std::string text = left->empty() ? "! connect connect 0" : left->front();
      if (!left->empty()) left->pop_front();
      return read_answer(text);
    });
  }

  Ended run(const std::string& operation, const std::string& request = "{}",
            const std::string& context = "{}", const std::string& payload = "") {
    auto ended = host_.run(plugin_, instance_, operation, request, context, payload);
    EXPECT_TRUE(ended.has_value()) << operation << " waits for what never comes";
    return ended.value_or(Ended{});
  }

  const lendport_plugin& plugin_ = awkward().table();
  TestHost host_;
  lendport_instance* instance_ = nullptr;
};

struct OutcomeCase {
  const char* operation;
  std::vector<std::string> answers;
  std::int32_t outcome;
  const char* code;  // of the error; "" for done
};

const std::string kOk = "HTTP/1.1 200 OK\n\n{}";

const OutcomeCase kOutcomes[] = {
    {"test.reads/1", {kOk}, LENDPORT_DONE, ""},
    {"test.reads/1", {"HTTP/1.1 401 No\n\n"}, LENDPORT_FAIL_AUTH, "lender.unauthorized"},
    {"test.reads/1", {"HTTP/1.1 422 No\n\n"}, LENDPORT_FAIL_INVALID, "lender.invalid"},
    {"test.reads/1", {"HTTP/1.1 404 No\n\n"}, LENDPORT_FAIL_UPSTREAM, "lender.refused"},
    {"test.reads/1", {"HTTP/1.1 301 Go\n\n"}, LENDPORT_FAIL_UPSTREAM, "lender.refused"},
    {"test.reads/1", {"HTTP/1.1 503 Oh\n\n"}, LENDPORT_FAIL_RETRYABLE, "lender.unavailable"},
    {"test.reads/1", {"HTTP/1.1 200 OK\n\n{"}, LENDPORT_FAIL_UPSTREAM, "lender.bad_json"},
    {"test.reads/1", {"HTTP/1.1 200 OK\n\n"}, LENDPORT_FAIL_UPSTREAM, "lender.bad_json"},
    {"test.reads/1",
     {"HTTP/1.1 200 OK\n\n{\"a\":1,\"a\":2}"},
     LENDPORT_FAIL_UPSTREAM,
     "lender.bad_json"},
    {"test.reads/1",
     {"HTTP/1.1 200 OK\n\n" + std::string(100000, '[')},
     LENDPORT_FAIL_UPSTREAM,
     "lender.bad_json"},
    {"test.reads/1", {"! timeout sent 9"}, LENDPORT_FAIL_RETRYABLE, "lender.no_answer"},
    {"test.reads/1", {"! dns dns 0"}, LENDPORT_FAIL_RETRYABLE, "lender.unreachable"},
    {"test.reads/1", {"! auth none 0"}, LENDPORT_FAIL_AUTH, "lender.no_credentials"},
    {"test.creates/1", {kOk}, LENDPORT_DONE, ""},
    {"test.creates/1", {"HTTP/1.1 429 Wait\n\n"}, LENDPORT_FAIL_RETRYABLE, "lender.rate_limited"},
    {"test.creates/1",
     {"HTTP/1.1 500 Oh\n\n"},
     LENDPORT_FAIL_UNKNOWN_OUTCOME,
     "lender.unavailable"},
    {"test.creates/1",
     {"HTTP/1.1 201 Yes\n\n<html>"},
     LENDPORT_FAIL_UNKNOWN_OUTCOME,
     "lender.bad_json"},
    {"test.creates/1", {"HTTP/1.1 409 Known\n\n"}, LENDPORT_FAIL_UNKNOWN_OUTCOME, "lender.refused"},
    {"test.creates/1", {"HTTP/1.1 303 Go\n\n"}, LENDPORT_FAIL_UNKNOWN_OUTCOME, "lender.refused"},
    {"test.creates/1", {"! timeout sent 9"}, LENDPORT_FAIL_UNKNOWN_OUTCOME, "lender.no_answer"},
    {"test.creates/1", {"! reset sending 1"}, LENDPORT_FAIL_UNKNOWN_OUTCOME, "lender.no_answer"},
    {"test.creates/1", {"! connect connect 0"}, LENDPORT_FAIL_RETRYABLE, "lender.unreachable"},
    {"test.creates/1", {"! internal sent 0"}, LENDPORT_FAIL_UNKNOWN_OUTCOME, "lender.no_answer"},
    {"test.creates/1", {"! busy none 0"}, LENDPORT_FAIL_RETRYABLE, "lender.unreachable"},
    // What was created stands, whatever the request after it comes to.
    {"test.creates_then_reads/1", {kOk, kOk}, LENDPORT_DONE, ""},
    {"test.creates_then_reads/1",
     {kOk, "! timeout sent 9"},
     LENDPORT_FAIL_UNKNOWN_OUTCOME,
     "lender.no_answer"},
    {"test.creates_then_reads/1",
     {kOk, "HTTP/1.1 404 No\n\n"},
     LENDPORT_FAIL_UNKNOWN_OUTCOME,
     "lender.refused"},
    {"test.throws_after_create/1", {kOk}, LENDPORT_FAIL_UNKNOWN_OUTCOME, "connector.bug"},
    {"test.throws_after_create/1",
     {"HTTP/1.1 400 No\n\n"},
     LENDPORT_FAIL_INTERNAL,
     "connector.bug"},
    {"test.throws/1", {}, LENDPORT_FAIL_INTERNAL, "connector.bug"},
    {"test.fails/1", {}, LENDPORT_FAIL_INVALID, "lender.field_invalid"},
    {"test.leaves_egress/1", {kOk}, LENDPORT_FAIL_INTERNAL, "connector.bad_request"},
    {"test.uses_unknown_profile/1", {kOk}, LENDPORT_FAIL_INTERNAL, "connector.undeclared"},
};

TEST_F(Sdk, EndsWithWhatTheAnswersMean) {
  for (const OutcomeCase& wanted : kOutcomes) {
    std::string first = wanted.answers.empty() ? "" : wanted.answers.back().substr(0, 40);
    SCOPED_TRACE(std::string(wanted.operation) + " " + first);
    answers(wanted.answers);
    Ended ended = run(wanted.operation);
    EXPECT_EQ(ended.outcome, wanted.outcome);
    EXPECT_EQ(Json::parse(ended.json).value("code", ""), wanted.code);
  }
  EXPECT_EQ(host_.misuses, 0);
}

TEST_F(Sdk, TemporariesInAStatementWithCoAwaitStayWhole) {
  host_.set_lender([](const SentRequest& sent) {
    UpstreamAnswer answer;
    answer.body = sent.request["url"].get<std::string>().substr(23);
    return answer;
  });
  Ended ended = run("test.natural/1");
  ASSERT_EQ(ended.outcome, LENDPORT_DONE) << ended.json;
  Json said = Json::parse(ended.json);
  ASSERT_EQ(said.size(), 20U);
  EXPECT_EQ(said[19], "1USDshort/a/b");
  ASSERT_EQ(host_.sent.size(), 40U);
  EXPECT_EQ(host_.sent[39].body, R"({"i":19})");
  EXPECT_EQ(host_.sent[39].request["headers"][0], Json::array({"x", "19"}));
  EXPECT_EQ(host_.sent[39].effect, LENDPORT_EFFECT_CREATE);
}

TEST_F(Sdk, NothingThrownPassesTheEdgeOrQuotesTheApplicant) {
  for (const char* what : {"int", "other"}) {
    Ended ended = run("test.throws/1", Json{{"what", what}}.dump());
    EXPECT_EQ(ended.outcome, LENDPORT_FAIL_INTERNAL);
    EXPECT_EQ(ended.json.find("Ada"), std::string::npos);
  }
  for (const std::string& line : host_.logged) EXPECT_EQ(line.find("Ada"), std::string::npos);
  EXPECT_EQ(run("test.throws/1", R"({"what":"cancelled"})").outcome, LENDPORT_CANCELLED);
}

TEST_F(Sdk, AFailureCarriesItsFields) {
  Json error = Json::parse(run("test.fails/1").json);
  EXPECT_EQ(error["field_errors"][0]["pointer"], "/applicants/0/income");
  EXPECT_EQ(error["retry_after_ms"], 1500);
  EXPECT_EQ(error["upstream"]["status"], 422);
}

TEST_F(Sdk, RefusesAnOperationItDoesNotKnow) {
  EXPECT_EQ(host_.start(plugin_, instance_, "test.unheard/1", "{}"), LENDPORT_E_UNSUPPORTED);
}

TEST_F(Sdk, ReadsContextSettingsAndPayload) {
  Ended ended = run("test.looks/1", "{}", R"({"idempotency_key":"k-1","locale":"fr"})", "raw\xff");
  Json said = Json::parse(ended.json);
  EXPECT_EQ(said["key"], "k-1");
  EXPECT_EQ(said["locale"], "fr");
  EXPECT_EQ(said["dealer"], "dealer of org_1");
  EXPECT_EQ(said["random"], 3);
  ASSERT_FALSE(host_.logged.empty());
  EXPECT_EQ(host_.logged.back(), R"(test.looked {"n":1})");
}

TEST_F(Sdk, TimersAndNestedTasksResume) {
  EXPECT_EQ(run("test.waits/1").json, R"({"waited":1500,"left":28500})");
  EXPECT_EQ(run("test.nested/1").json, R"({"depth":200})");
}

TEST_F(Sdk, SignsWithASecretItDoesNotSee) {
  std::string good = lendport::testing::to_hex(lendport::testing::hmac("sha256", "secret", "body"));
  Ended right = run("test.signs/1", Json{{"signature", good}}.dump(), "{}", "body");
  Ended wrong = run("test.signs/1", Json{{"signature", good}}.dump(), "{}", "Body");
  EXPECT_EQ(right.json, R"({"size":32,"good":true})");
  EXPECT_EQ(wrong.json, R"({"size":32,"good":false})");
}

// Starts an operation, cancels it while it waits, and returns how it ended.
TEST_F(Sdk, CancelledOperationsEndAtOnce) {
  struct {
    const char* operation;
    std::int32_t outcome;
  } const cases[] = {
      {"test.reads/1", LENDPORT_CANCELLED},  {"test.waits/1", LENDPORT_CANCELLED},
      {"test.nested/1", LENDPORT_CANCELLED}, {"test.swallows/1", LENDPORT_CANCELLED},
      {"test.goes_on/1", LENDPORT_DONE},     {"test.creates/1", LENDPORT_FAIL_UNKNOWN_OUTCOME},
  };
  for (const auto& wanted : cases) {
    SCOPED_TRACE(wanted.operation);
    answers({kOk});
    ASSERT_EQ(host_.start(plugin_, instance_, wanted.operation, "{}"), LENDPORT_OK);
    lendport_op op = host_.last_op();
    plugin_.cancel(instance_, op, LENDPORT_CANCEL_DEADLINE);
    ASSERT_TRUE(host_.ended(op).has_value());
    EXPECT_EQ(host_.ended(op)->outcome, wanted.outcome);
    EXPECT_FALSE(host_.deliver_next(plugin_, instance_)) << "an open call was not abandoned";
  }
}

TEST_F(Sdk, CancellingAfterTheCreateWasAnsweredIsUnknown) {
  answers({kOk, kOk});
  ASSERT_EQ(host_.start(plugin_, instance_, "test.creates_then_reads/1", "{}"), LENDPORT_OK);
  ASSERT_TRUE(host_.deliver_next(plugin_, instance_));
  plugin_.cancel(instance_, host_.last_op(), LENDPORT_CANCEL_SHUTDOWN);
  EXPECT_EQ(host_.ended(host_.last_op())->outcome, LENDPORT_FAIL_UNKNOWN_OUTCOME);
}

TEST_F(Sdk, StaleHandlesAndOddEventsAreAnsweredNotFollowed) {
  lendport_event event{};
  event.struct_size = sizeof event;
  event.kind = LENDPORT_EV_HTTP;
  event.token = 1;
  EXPECT_EQ(plugin_.event(instance_, 999, &event), LENDPORT_E_STALE);
  plugin_.cancel(instance_, 999, LENDPORT_CANCEL_CALLER);

  ASSERT_EQ(host_.start(plugin_, instance_, "test.reads/1", "{}"), LENDPORT_OK);
  event.token = 77;
  EXPECT_EQ(plugin_.event(instance_, host_.last_op(), &event), LENDPORT_E_STALE);
  event.kind = 9999;
  EXPECT_EQ(plugin_.event(instance_, host_.last_op(), &event), LENDPORT_E_UNSUPPORTED);
  event.struct_size = 8;
  EXPECT_EQ(plugin_.event(instance_, host_.last_op(), &event), LENDPORT_E_ARG);
  EXPECT_EQ(plugin_.event(instance_, host_.last_op(), nullptr), LENDPORT_E_ARG);
  plugin_.cancel(instance_, host_.last_op(), LENDPORT_CANCEL_CALLER);
  EXPECT_TRUE(host_.ended(host_.last_op()).has_value());
}

TEST_F(Sdk, InstancesDoNotShareAnything) {
  lendport_instance* other = create(instance_of("org_2"));
  answers({kOk, kOk});
  for (lendport_instance* instance : {instance_, other}) {
    ASSERT_EQ(host_.start(plugin_, instance, "test.looks/1", "{}"), LENDPORT_OK);
    Json said = Json::parse(host_.ended(host_.last_op())->json);
    EXPECT_EQ(said["dealer"], "dealer of " + said["org"].get<std::string>());
  }
  plugin_.destroy(other);
}

TEST_F(Sdk, ManyOperationsAreInFlightAtOnce) {
  answers(std::vector<std::string>(64, kOk));
  std::vector<lendport_op> ops;
  for (int i = 0; i < 64; ++i) {
    ASSERT_EQ(host_.start(plugin_, instance_, "test.reads/1", "{}"), LENDPORT_OK);
    ops.push_back(host_.last_op());
  }
  while (host_.deliver_next(plugin_, instance_)) {
  }
  for (lendport_op op : ops) EXPECT_EQ(host_.ended(op)->outcome, LENDPORT_DONE);
}

TEST_F(Sdk, AResultOverTheLimitIsATypedError) {
  host_.result_bytes_max = 1000;
  EXPECT_EQ(run("test.is_large/1", R"({"bytes":100})").outcome, LENDPORT_DONE);
  Ended ended = run("test.is_large/1", R"({"bytes":2000})");
  EXPECT_EQ(ended.outcome, LENDPORT_FAIL_INTERNAL);
  EXPECT_EQ(Json::parse(ended.json)["code"], "connector.result_too_large");
}

TEST_F(Sdk, TextGoesThroughUnparsed) {
  EXPECT_EQ(run("test.echoes/1", "not JSON {").json, "not JSON {");
}

TEST_F(Sdk, RefusesInstancesItCannotRead) {
  for (const std::string json : {"", "{", "[]", "{}", R"({"org_id":1})"}) {
    lendport_instance* made = nullptr;
    EXPECT_NE(plugin_.create({json.data(), json.size()}, &made), LENDPORT_OK) << json;
  }
  EXPECT_EQ(plugin_.create({"{}", 2}, nullptr), LENDPORT_E_ARG);
}

// The documents that are taken are those of before the builder was ours: nlohmann's own, less
// those with a key twice and those nested too deep.
TEST(SdkJson, ReadsWhatIsJsonAndNothingElse) {
  using lendport::sdk::parse_json;
  for (const char* text :
       {"{}", "[]", "\"\"", "null", "-1", "18446744073709551615", "1.5e3", " [1 , 2] ",
        R"({"z":1,"a":{"b":[{"c":[]},{},[[1]],"é\n"]},"m":null,"k":true})"}) {
    const auto parsed = parse_json(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, Json::parse(text)) << text;
    EXPECT_EQ(parsed->dump(), Json::parse(text).dump()) << text;
  }
  for (const char* text :
       {"", " ", "{", "[1,", "[1]x", "{\"a\"}", "NaN", "1e400", "[\"\xFF\"]", "'a'",
        R"({"a":1,"a":2})", R"([{"b":{"a":1,"c":2,"a":1}}])", "\xEF\xBB"}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
}

TEST(SdkJson, EndsAtItsDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(lendport::sdk::parse_json(nested(lendport::sdk::kJsonDepthMax)));
  EXPECT_FALSE(lendport::sdk::parse_json(nested(lendport::sdk::kJsonDepthMax + 1)));
  EXPECT_FALSE(lendport::sdk::parse_json(nested(1'000'000)));
}

// Each of these took minutes while every element was looked at again for each one that came.
TEST(SdkJson, ReadsAMegabyteOfALenderWhoMeansHarm) {
  constexpr std::size_t kBytes = 1 << 20;
  std::string empties = "[{}";
  while (empties.size() < kBytes) empties += ",{}";
  std::string members = "{\"0\":0";
  for (int i = 1; members.size() < kBytes; ++i) members += ",\"" + std::to_string(i) + "\":0";
  const auto list = lendport::sdk::parse_json(empties + "]");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), empties.size() / 3);
  const auto object = lendport::sdk::parse_json(members + "}");
  ASSERT_TRUE(object);
  EXPECT_GT(object->size(), 80'000U);
}

TEST(SdkLife, InitAfterDeinitStartsAnew) {
  const lendport_plugin& plugin = awkward().table();
  TestHost host;
  std::string json = instance_of("org_1");
  lendport_instance* made = nullptr;
  EXPECT_EQ(plugin.create({json.data(), json.size()}, &made), LENDPORT_E_STATE);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(plugin.init(host.api(), host.self()), LENDPORT_OK);
    ASSERT_EQ(plugin.create({json.data(), json.size()}, &made), LENDPORT_OK);
    plugin.destroy(made);
    plugin.deinit();
  }
}

TEST(SdkLife, AnOlderOrForeignHostIsRefused) {
  const lendport_plugin& plugin = awkward().table();
  TestHost host;
  lendport_host_api api = *host.api();
  api.abi_major = 2;
  EXPECT_EQ(plugin.init(&api, host.self()), LENDPORT_E_UNSUPPORTED);
  api = *host.api();
  api.struct_size -= 8;
  EXPECT_EQ(plugin.init(&api, host.self()), LENDPORT_E_UNSUPPORTED);
  EXPECT_EQ(plugin.init(nullptr, host.self()), LENDPORT_E_ARG);
}

}  // namespace

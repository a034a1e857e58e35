// Calls of real plugin files, through to a lender: what comes out of good and bad connectors.
#include "connectors/loaded_connectors.hpp"

#include "connectors/world.hpp"

#include <gtest/gtest.h>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;
using support::Answer;
using support::ok;

std::string kind(const Outcome& outcome) {
  return std::string(to_string(outcome.kind)) + " " + outcome.code;
}

struct PlayCase {
  const char* page;
  const char* outcome;  // kind and code
};

TEST(Call, TurnsWhatAConnectorSaysIntoATypedOutcome) {
  World world;
  world.start_puppet();
  const PlayCase cases[] = {
      {"ok", "done "},
      {"twice", "done "},
      {"timer:1", "upstream_error puppet.said"},
      {"wake", "upstream_error puppet.said"},
      {"outcome:1", "invalid puppet.said"},
      {"outcome:2", "auth_failed puppet.said"},
      {"outcome:3", "retryable puppet.said"},
      {"outcome:4", "upstream_error puppet.said"},
      {"outcome:5", "unknown_outcome puppet.said"},
      {"outcome:6", "unsupported puppet.said"},
      {"outcome:7", "internal puppet.said"},
      {"outcome:8", "cancelled puppet.said"},
      {"outcome:99", "internal puppet.said"},
      {"result:{", "internal connector.junk"},
      {"result:", "internal connector.junk"},
      {"result:{'products':[],'products':[]}", "internal connector.junk"},
      {"result:{}", "internal connector.bad_result"},
      {"result:{'products':{}}", "internal connector.bad_result"},
      {"error:4", "internal connector.junk"},
      {"error:5", "unknown_outcome connector.junk"},
      {"oversized", "internal connector.oversized"},
      {"refuse:-6", "unsupported connector.unsupported"},
      {"refuse:-8", "internal connector.refused"},
      {"no such mode", "unsupported connector.unsupported"},
      {"spin:80", "done "},
      {"large", "done "},
  };
  for (const PlayCase& one : cases) EXPECT_EQ(kind(world.play(one.page)), one.outcome) << one.page;
  EXPECT_EQ(world.connectors->health(ConnectionId{"conn_1"}).in_flight, 0);
}

TEST(Call, LogsWithoutSecretsAndPersonalData) {
  World world;
  world.start_puppet();
  testing::internal::CaptureStderr();
  world.play("log:key k3y is it");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("puppet.note"), std::string::npos) << log;
  EXPECT_EQ(log.find("k3y"), std::string::npos) << log;
  EXPECT_EQ(log.find("a@b.example"), std::string::npos) << log;
}

TEST(Call, HoldsTheConnectorToItsLimits) {
  World world;
  world.start_puppet();
  EXPECT_EQ(world.play("limits").message, "-1 0 -1 0 -3 0 -4 -3");
}

TEST(Call, RefusesWhatTheManifestDoesNotOffer) {
  World world;
  world.start_puppet();
  const auto code_of = [&](Call call) {
    try {
      world.call(std::move(call));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  Call missing = world.puppet("ok");
  missing.operation = "rep.ensure/1";
  EXPECT_EQ(code_of(missing), ErrorCode::capability_missing);
  Call unknown = world.puppet("ok");
  unknown.plugin = "com.example.nobody";
  EXPECT_EQ(code_of(unknown), ErrorCode::lender_unavailable);
}

TEST(Call, RefusesARequestThatIsNotByItsSchema) {
  World world;
  world.start_puppet();
  Call malformed = world.puppet("ok");
  malformed.request = R"({"page":7})";
  const Outcome outcome = world.call(malformed);
  EXPECT_EQ(kind(outcome), "invalid request.invalid");
  ASSERT_EQ(outcome.field_errors.size(), 1U);
  EXPECT_EQ(outcome.field_errors[0].pointer, "/page");
}

TEST(Call, EndsAnOperationThatNeverCompletes) {
  World world;
  world.start_puppet();
  Call polite = world.puppet("cancel");
  polite.deadline = std::chrono::steady_clock::now() + 50ms;
  EXPECT_EQ(kind(world.call(polite)), "cancelled puppet.said");

  setenv("PUPPET_STAYS", "1", 1);
  Call never = world.puppet("never");
  never.deadline = std::chrono::steady_clock::now() + 50ms;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(kind(world.call(never)), "internal connector.late");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);

  // A create whose bytes left is not known, whatever the connector does not say.
  Call mute = world.puppet("mute");
  mute.deadline = std::chrono::steady_clock::now() + 300ms;
  EXPECT_EQ(kind(world.call(mute)), "unknown_outcome lender.outcome_unknown");
  unsetenv("PUPPET_STAYS");
}

TEST(Call, ReplacesTheThreadOfACallbackThatHangs) {
  World world;
  world.settings.pool.threads = 1;
  world.start_puppet();
  const std::string gate = world.dir / "gate";
  auto hanging = world.begin(world.puppet("hang:" + gate));
  const auto ended = [&] { return hanging.wait_for(1ms) == std::future_status::ready; };
  while (world.connectors->hung_threads() == 0 && !ended()) {
  }
  EXPECT_EQ(world.connectors->hung_threads(), 1);
  EXPECT_TRUE(world.connectors->health(ConnectionId{"conn_1"}).hung);
  EXPECT_EQ(kind(world.play("ok")), "retryable connector.hung");
  Call other = world.puppet("ok");
  other.connection = ConnectionId{"conn_2"};
  EXPECT_EQ(kind(world.call(other)), "done ");
  write_file(gate, "");
  EXPECT_EQ(kind(hanging.get()), "done ");
  EXPECT_EQ(kind(world.call(other)), "done ");
}

TEST(Call, RefusesTheSettingsTheConnectorRefuses) {
  World world;
  world.start_puppet();
  Call call = world.puppet("ok");
  call.settings = R"({"client_id":"me","refuse":true})";
  EXPECT_EQ(kind(world.call(call)), "invalid connector.settings_refused");
  call.settings = R"({"client_id":"me","refuse":false})";
  call.settings_revision = 2;
  EXPECT_EQ(kind(world.call(call)), "done ");
}

TEST(Http, CarriesTheLendersAnswerAndKeepsItInTheJournal) {
  World world({ok("{'name':'x'}")});
  world.start_puppet();
  EXPECT_EQ(world.play("get").message, "kind=1 net=0 http=200 phase=6 sent=1 body={'name':'x'}");
  ASSERT_EQ(world.lender.requests().size(), 1U);
  EXPECT_TRUE(
      world.lender.requests()[0].starts_with("GET /x?y=1 HTTP/1.1\r\nHost: puppet.example"));
}

TEST(Http, WritesTheJournalBeforeTheBytesOfACreateLeave) {
  World world({ok("{}")});
  world.start_puppet();
  EXPECT_EQ(world.play("create").message, "kind=1 net=0 http=200 phase=6 sent=1 body={}");
  const auto entries = world.journal();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].operation, "catalog.list/1");
  EXPECT_EQ(entries[0].effect, Effect::create);
  EXPECT_EQ(entries[0].method, "POST");
  EXPECT_EQ(entries[0].url, "https://puppet.example/x");
  EXPECT_TRUE(entries[0].ended);
  EXPECT_EQ(entries[0].phase, net::Phase::response);
  EXPECT_EQ(entries[0].http_status, 200);
  const db::Look look = [&](db::Snapshot& at) {
    EXPECT_TRUE(may_have_left(at, "key_1"));
    EXPECT_FALSE(may_have_left(at, "key_2"));
    EXPECT_TRUE(may_have_left(at, "key_1", entries[0].attempt - 1));
    EXPECT_FALSE(may_have_left(at, "key_1", entries[0].attempt));
    const auto bodies = bodies_of(at, entries[0].id);
    ASSERT_TRUE(bodies && bodies->request && bodies->response);
    EXPECT_TRUE(bodies->request->bytes.starts_with(entries[0].id.value +
                                                   "/request_sealed:{\"method\":\"POST\""));
    EXPECT_TRUE(bodies->request->bytes.ends_with("{\"a\":1}"));
    EXPECT_TRUE(bodies->response->bytes.starts_with(entries[0].id.value +
                                                    "/response_sealed:HTTP 200\ncontent-type: "));
    EXPECT_TRUE(bodies->response->bytes.ends_with("\n\n{}"));
  };
  world.database->read_now(look);
}

TEST(Http, SendsNothingThatCreatesBehindAFenceThatThrows) {
  World world({ok("{}")});
  world.start_puppet();
  Call fenced = world.puppet("create");
  fenced.fence = [](db::Transaction&) { throw Error(ErrorCode::lease_lost, "not yours"); };
  EXPECT_NE(world.call(fenced).message, "kind=1 net=0 http=200 phase=6 sent=1 body={}");
  EXPECT_TRUE(world.lender.requests().empty());
  EXPECT_TRUE(world.journal().empty());
  fenced.fence = [](db::Transaction&) {};
  EXPECT_EQ(world.call(fenced).message, "kind=1 net=0 http=200 phase=6 sent=1 body={}");
}

// The caller was told that nothing left and may send anew: what is still on its way must stay.
TEST(Http, SendsNothingForAnOperationThatIsOver) {
  World world({ok("{}")});
  world.start_puppet();
  std::promise<void> over;
  auto until_over = over.get_future().share();
  Call call = world.puppet("leave");
  call.fence = [until_over](db::Transaction&) { until_over.wait_for(10s); };
  EXPECT_EQ(kind(world.call(call)), "upstream_error puppet.said");
  over.set_value();
  EXPECT_EQ(world.play("create").message, "kind=1 net=0 http=200 phase=6 sent=1 body={}");
  EXPECT_EQ(world.lender.requests().size(), 1U);
  const auto entries = world.journal();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].phase, net::Phase::none);
}

TEST(Http, CountsAPostOfASubmissionAsAnEffectWhateverTheConnectorSays) {
  World world({{"", true, false}, {"", true, false}});
  world.start_puppet();
  Call call = world.puppet("get:{'method':'POST','url':'https://puppet.example/x'}");
  EXPECT_EQ(kind(world.call(call)), "upstream_error puppet.said");
  call.fence = [](db::Transaction&) {};
  EXPECT_EQ(kind(world.call(call)), "unknown_outcome lender.outcome_unknown");
}

TEST(Http, TakesAnOverloadOfItsOwnForNoWordOfTheLender) {
  World world({ok("{}")});
  world.start_puppet();
  for (const ErrorCode code : {ErrorCode::overloaded, ErrorCode::database_unavailable}) {
    Call kept = world.puppet("create");
    kept.fence = [code](db::Transaction&) { throw Error(code, "the store has no time"); };
    EXPECT_EQ(kind(world.call(kept)), "retryable hub.busy");
  }
  EXPECT_TRUE(world.lender.requests().empty());
  EXPECT_TRUE(world.journal().empty());
  EXPECT_EQ(world.play("create").message, "kind=1 net=0 http=200 phase=6 sent=1 body={}");
}

// The lender did it, and the store was full or gone when it said so.
TEST(Http, KnowsNothingOfAnAnswerThatCouldNotBeKept) {
  World world({ok("{}")});
  world.start_puppet();
  Call call = world.puppet("lie");
  call.fence = [](db::Transaction& tx) {
    tx.define(
        "CREATE TRIGGER full BEFORE UPDATE ON lender_calls "
        "BEGIN SELECT RAISE(ABORT, 'full'); END");
  };
  EXPECT_EQ(kind(world.call(call)), "unknown_outcome lender.outcome_unknown");
  EXPECT_EQ(world.lender.requests().size(), 1U);
  ASSERT_EQ(world.journal().size(), 1U);
  EXPECT_FALSE(world.journal()[0].ended);
}

TEST(Http, SaysWhenNothingLeft) {
  World world;
  world.settings.sandboxes["puppet.example:443"].port = 1;
  world.start_puppet();
  EXPECT_EQ(world.play("create").message, "kind=1 net=3 http=0 phase=2 sent=0 body=");
  EXPECT_EQ(kind(world.play("lie")), "retryable puppet.said");
  const db::Look look = [&](db::Snapshot& at) { EXPECT_FALSE(may_have_left(at, "key_1")); };
  world.database->read_now(look);
  EXPECT_EQ(world.journal().size(), 2U);
}

TEST(Http, BelievesItsOwnJournalMoreThanTheConnector) {
  World world({{"", true, false}, {"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"}});
  world.start_puppet();
  EXPECT_EQ(kind(world.play("lie")), "unknown_outcome lender.outcome_unknown");
  EXPECT_EQ(kind(world.play("lie")), "retryable puppet.said");
  EXPECT_EQ(world.lender.requests().size(), 2U);
}

TEST(Http, RefusesWhatTheManifestDoesNotAllow) {
  World world;
  world.start_puppet();
  EXPECT_EQ(world.play("get:https://other.example/").message,
            "kind=1 net=1 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("create:https://127.0.0.1/").message,
            "kind=1 net=1 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("get:{").message, "kind=1 net=10 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("get:{'method':'TRACE','url':'https://puppet.example/'}").message,
            "kind=1 net=10 http=0 phase=0 sent=0 body=");
  EXPECT_TRUE(world.journal().empty());
  // The operator's mapping is for sandboxes: production would go to the real name.
  Call live = world.puppet("get:https://puppet.example/");
  live.environment = Environment::production;
  live.deadline = std::chrono::steady_clock::now() + 1s;
  EXPECT_EQ(world.call(live).message.find("http=200"), std::string::npos);
  EXPECT_TRUE(world.lender.requests().empty());
}

TEST(Http, KeepsWebhooksFromAsking) {
  World world;
  world.start_puppet();
  Call call = world.puppet("");
  call.operation = "webhook.verify/1";
  call.request = R"({"headers":[],"received_at":"2026-03-01T00:00:00Z"})";
  EXPECT_EQ(kind(world.call(call)), "internal connector.refused");
  EXPECT_TRUE(world.lender.requests().empty());
}

bool sent(const World& world, std::size_t index, const std::string& line) {
  const auto requests = world.lender.requests();
  return index < requests.size() &&
         requests[index].find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST(Auth, PutsSecretsInOnTheWire) {
  World world;
  world.start_puppet();
  world.play("get:basic");
  world.play("get:key");
  world.play("get:secret");
  EXPECT_TRUE(sent(world, 0, "authorization: Basic bWU6czNjcmV0Lys="));
  EXPECT_TRUE(sent(world, 1, "x-key: Key k3y"));
  EXPECT_TRUE(sent(world, 2, "x-s: S k3y"));
  world.play("create:hmac");
  EXPECT_NE(world.lender.requests()[3].find("\r\nx-signature: v1="), std::string::npos);
  EXPECT_NE(world.lender.requests()[3].find("\r\nx-timestamp: "), std::string::npos);
  EXPECT_EQ(world.play("get:nobody").message, "kind=1 net=8 http=0 phase=0 sent=0 body=");
  Call poor = world.puppet("get:key");
  poor.secrets.erase("api_key");
  EXPECT_EQ(world.call(poor).message, "kind=1 net=8 http=0 phase=0 sent=0 body=");
}

TEST(Auth, FetchesATokenOnceForAllAndAgainWhenItIsRefused) {
  World world({ok(R"({"access_token":"t1","token_type":"Bearer","expires_in":3600})")});
  world.start_puppet();
  std::vector<std::future<Outcome>> all;
  for (int i = 0; i < 5; ++i) all.push_back(world.begin(world.puppet("get:oauth")));
  for (auto& one : all) EXPECT_EQ(one.get().upstream_status, 200);
  const auto requests = world.lender.requests();
  ASSERT_EQ(requests.size(), 6U);
  EXPECT_TRUE(requests[0].starts_with("POST /token "));
  EXPECT_TRUE(requests[0].ends_with("grant_type=client_credentials&scope=a+b"));
  EXPECT_TRUE(sent(world, 0, "authorization: Basic bWU6czNjcmV0JTJGJTJC"));
  for (std::size_t i = 1; i < 6; ++i) EXPECT_TRUE(sent(world, i, "authorization: Bearer t1"));
}

TEST(Auth, SendsOnceMoreWhenTheTokenIsRefused) {
  const Answer refusal{"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"};
  World world({ok(R"({"access_token":"t1","token_type":"bearer"})"), refusal,
               ok(R"({"access_token":"t2"})"), ok("{}"), refusal, ok(R"({"access_token":"t3"})"),
               refusal});
  world.start_puppet();
  EXPECT_EQ(world.play("create:oauth").upstream_status, 200);
  EXPECT_TRUE(sent(world, 3, "authorization: Bearer t2"));
  EXPECT_EQ(world.journal().size(), 2U);
  EXPECT_EQ(world.play("get:oauth").upstream_status, 401);
  EXPECT_EQ(world.lender.requests().size(), 7U);
}

TEST(Auth, TellsRefusalFromSilenceOfTheTokenEndpoint) {
  World world({{"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"},
               {"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"},
               ok("no token")});
  world.start_puppet();
  EXPECT_EQ(world.play("create:oauth").message, "kind=1 net=8 http=401 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("create:oauth").message, "kind=1 net=3 http=503 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("create:oauth").message, "kind=1 net=3 http=200 phase=0 sent=0 body=");
  EXPECT_TRUE(world.journal().empty());
}

TEST(Codes, AreMadeWithSecretsThatAreNamed) {
  World world;
  world.start_puppet();
  EXPECT_EQ(world.play("crypto:digest").message,
            "kind=3 net=0 http=0 phase=0 sent=0 "
            "body=3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7");
  const std::string code = world.play("crypto:api_key").message.substr(40);
  EXPECT_EQ(code.size(), 64U);
  const std::string same = world.play("crypto:client_secret").message.substr(40);
  EXPECT_EQ(world.play("crypto:verify=" + same).message,
            "kind=3 net=0 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("crypto:verify=" + code).message,
            "kind=3 net=12 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("crypto:verify=zz").message, "kind=3 net=12 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("crypto:nobody").message, "kind=3 net=8 http=0 phase=0 sent=0 body=");
  EXPECT_EQ(world.play("crypto:bad").message, "kind=3 net=10 http=0 phase=0 sent=0 body=");
}

TEST(Guard, LetsNoMoreThanTheManifestsLimitInAtOnce) {
  World world;
  world.start_puppet();
  std::vector<std::future<Outcome>> all;
  for (std::size_t i = 0; i < 8 + kWaitingMax + 4; ++i) {
    all.push_back(world.begin(world.puppet("timer:2600")));
  }
  int busy = 0;
  for (auto& one : all) busy += one.get().code == "hub.busy" ? 1 : 0;
  EXPECT_EQ(busy, static_cast<int>(kWaitingMax) + 4) << "none came free while they waited";
  for (int i = 0; i < 12; ++i) all.push_back(world.begin(world.puppet("timer:300")));
  for (std::size_t i = all.size() - 12; i < all.size(); ++i) {
    EXPECT_NE(all[i].get().code, "hub.busy") << "four wait a moment";
  }
}

// The slow one holds every place that it may have, and more stand in line.
TEST(Guard, KeepsASlowLenderFromAnotherOne) {
  World world({ok(R"({"loans":[]})")});
  world.settings.doorway.calls_per_plugin = 4;
  world.install("hello", hello_file());
  world.start_puppet();
  std::vector<std::future<Outcome>> slow;
  for (int i = 0; i < 40; ++i) {
    Call call = world.puppet("timer:2600");
    call.connection = ConnectionId{"conn_" + std::to_string(10 + i % 10)};
    slow.push_back(world.begin(std::move(call)));
  }
  while (world.connectors->admit("com.example.puppet", ConnectionId{"conn_30"}).place) {
  }
  Call quick = world.puppet("");
  quick.plugin = "com.example.hello";
  quick.settings = R"({"dealer_id":"123456"})";
  quick.request = "{}";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(kind(world.call(quick)), "done ");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  EXPECT_EQ(slow.front().wait_for(0s), std::future_status::timeout) << "the slow one is slow";
  for (auto& one : slow) one.wait();
}

TEST(WithoutSecrets, MasksWhatALenderRepeats) {
  Secrets secrets;
  secrets.emplace("key", Secret<std::string>("k3y-of-ours"));
  secrets.emplace("short", Secret<std::string>("no"));
  EXPECT_EQ(without_secrets("k3y-of-ours and k3y-of-ours: no", secrets), "*** and ***: no");
  EXPECT_EQ(without_secrets("", secrets), "");
}

TEST(Guard, StopsAskingALenderThatIsDown) {
  World world;
  world.settings.doorway.circuit.failures = 3;
  world.settings.doorway.circuit.open_for = 300ms;
  world.settings.sandboxes["puppet.example:443"].port = 1;
  world.start_puppet();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.play("get").code, "puppet.said");
  EXPECT_EQ(world.connectors->health(ConnectionId{"conn_1"}).circuit, Circuit::open);
  const Outcome refused = world.play("get");
  EXPECT_EQ(kind(refused), "retryable lender.unavailable");
  EXPECT_GT(refused.retry_after.value(), 0ms);
  Call other = world.puppet("ok");
  other.connection = ConnectionId{"conn_2"};
  EXPECT_EQ(kind(world.call(other)), "done ");
}

TEST(Instances, AreMadePerConnectionEnvironmentAndRevision) {
  World world;
  world.start_puppet();
  Call call = world.puppet("get:oauth");
  EXPECT_EQ(kind(world.call(call)), "upstream_error puppet.said");
  // No token survives a change of settings: the answer "{}" is no token, so each one asks anew.
  call.settings_revision = 1;
  EXPECT_EQ(kind(world.call(call)), "upstream_error puppet.said");
  call.draft = true;
  EXPECT_EQ(kind(world.call(call)), "upstream_error puppet.said");
  EXPECT_EQ(world.lender.requests().size(), 3U);
}

TEST(Hello, ListsItsLoansAsASandboxOfItsLenderSays) {
  World world(
      {ok(R"({"loans":[{"id":"L1","title":"Sun","apr":"5.99","months":240,"fee":"12"}]})")});
  world.install("hello", hello_file());
  world.start();
  Call call = world.puppet("");
  call.plugin = "com.example.hello";
  call.settings = R"({"dealer_id":"123456"})";
  call.request = "{}";
  const Outcome outcome = world.call(call);
  EXPECT_EQ(kind(outcome), "done ") << outcome.message;
  EXPECT_NE(outcome.result_text.find("\"L1\""), std::string::npos);
  EXPECT_TRUE(sent(world, 0, "authorization: Bearer k3y"));
}

}  // namespace
}  // namespace lendport::connectors

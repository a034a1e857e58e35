// The gate on a real socket: who may pass, how often, and the same request a second time.
#include "http/gate.hpp"

#include "core/error.hpp"
#include "http/conditional.hpp"
#include "http/raw_client.hpp"
#include "http/test_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lendport::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kOrg = "org_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f";
const std::string kOtherOrg = "org_0190b6f1-6f0e-7cc3-98c4-dc0c0c073990";
const std::string kMissingOrg = "org_0190b6f1-6f0e-7cc3-98c4-dc0c0c073991";

Principal caller(const std::string& org, const std::string& digits,
                 std::initializer_list<Permission> permissions) {
  Principal principal;
  principal.key.value = "key_0190b6f1-6f0e-7cc3-98c4-dc0c0c073" + digits;
  principal.user.value = "user_0190b6f1-6f0e-7cc3-98c4-dc0c0c073" + digits;
  principal.org.value = org;
  for (const Permission permission : permissions) {
    principal.permissions.set(static_cast<std::size_t>(permission));
  }
  return principal;
}

TestServer::Callers callers() {
  return {{"rep", caller(kOrg, "001", {Permission::cases_read, Permission::cases_write})},
          {"viewer", caller(kOrg, "002", {Permission::cases_read})},
          {"other", caller(kOtherOrg, "003", {Permission::cases_read, Permission::cases_write})}};
}

Task<Response> show(const Request& request) {
  Response response;
  response.body = "{\"key\":\"" + request.principal.key.value + "\",\"asks_as\":\"" +
                  request.principal.request_id + "\",\"idempotency_key\":\"" +
                  request.idempotency_key + "\",\"language\":\"" + request.language +
                  "\",\"traceparent\":\"" + request.traceparent + "\"}";
  response.etag = "\"v7\"";
  co_return response;
}

Task<Response> show_slowly(const Request& request) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 300ms);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return co_await show(request);
}

Routes routes() {
  Route list;
  list.method = Method::get;
  list.path = "/v1/orgs/{org}/cases";
  list.permission = Permission::cases_read;
  list.handler = show;
  list.query_parameters = {"limit", "status"};
  Route create = list;
  create.query_parameters = {};
  create.method = Method::post;
  create.permission = Permission::cases_write;
  create.idempotency = Idempotency::required;
  create.request_schema = "Case";
  Route slow = create;
  slow.path = "/v1/orgs/{org}/cases:slow";
  slow.handler = show_slowly;
  Route change = list;
  change.method = Method::put;
  change.permission = Permission::cases_write;
  change.path = "/v1/orgs/{org}/cases/{case}";
  change.idempotency = Idempotency::optional;
  change.request_schema = "Case";
  Route mine = create;
  mine.method = Method::get;
  mine.permission = Permission::cases_read;
  mine.path = "/v1/keys";
  mine.idempotency = Idempotency::none;
  mine.request_schema = "";
  mine.handler = show;
  Route health = mine;
  health.path = "/healthz";
  health.permission.reset();
  health.is_public = true;
  Route matched = change;
  matched.path = "/v1/orgs/{org}/cases/{case}:close";
  matched.method = Method::post;
  matched.if_match = true;
  return {list, create, slow, change, mine, health, matched};
}

// What a client may vary; the rest is a request that passes.
struct Sent {
  std::string method = "GET";
  std::string path = "/v1/orgs/" + kOrg + "/cases";
  std::string token = "rep";
  std::string fields = {};
  std::string body = {};
};

class GateTest : public testing::Test {
 protected:
  Answer answer_to(const Sent& sent) {
    RawClient client(server().port());
    client.send(bytes_of(sent));
    return client.answer();
  }
  int status_of(const Sent& sent) { return answer_to(sent).status; }
  std::string bytes_of(const Sent& sent) {
    std::string text = sent.method + " " + sent.path + " HTTP/1.1\r\nHost: " + server().host();
    if (!sent.token.empty()) text += "\r\nAuthorization: Bearer " + sent.token;
    if (!sent.body.empty()) text += "\r\nContent-Length: " + std::to_string(sent.body.size());
    return text + "\r\n" + sent.fields + "\r\n" + sent.body;
  }
  TestServer& server() {
    if (!server_) server_.emplace(routes(), callers(), settings);
    return *server_;
  }

  static Sent post(const std::string& fields, const std::string& body = "{}") {
    return {
        .method = "POST", .fields = "Content-Type: application/json\r\n" + fields, .body = body};
  }

  Settings settings = TestServer::any_free_port();

 private:
  std::optional<TestServer> server_;
};

TEST_F(GateTest, LetsAKnownCallerPass) {
  const Answer answer = answer_to({.fields = "Accept-Language: fr\r\nX-Request-Id: mine\r\n"
                                             "traceparent: 00-0af7651916cd43dd8448eb211c80319c-"
                                             "b7ad6b7169203331-01\r\n"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("\"key\":\"key_0190b6f1-6f0e-7cc3-98c4-dc0c0c073001\""));
  EXPECT_THAT(answer.body, HasSubstr("\"language\":\"fr\",\"traceparent\":\"00-0af7"));
  EXPECT_EQ(answer.header("X-Request-Id"), "mine");
  EXPECT_THAT(answer.body, HasSubstr("\"asks_as\":\"mine\""));
  EXPECT_EQ(answer.header("Content-Language"), "fr");
  EXPECT_EQ(answer.header("ETag"), "\"v7\"");
  EXPECT_EQ(answer.header("RateLimit-Policy"), "\"key\";q=2000;w=2");
  EXPECT_EQ(answer.header("RateLimit"), "\"key\";r=1999;t=1");
}

TEST_F(GateTest, AsksWhoItIs) {
  for (const std::string& fields :
       {std::string(), std::string("Authorization: Bearer\r\n"),
        std::string("Authorization: rep\r\n"), std::string("Authorization: Basic rep\r\n"),
        std::string("Authorization: Bearer nobody\r\n"),
        std::string("Authorization: Bearer rep rep\r\n"),
        std::string("Authorization: Bearer  rep\r\n"),
        "Authorization: Bearer " + std::string(600, 'x') + "\r\n"}) {
    const Answer answer = answer_to({.token = "", .fields = fields});
    EXPECT_EQ(answer.status, 401) << fields;
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer realm=\"lendport\"") << fields;
  }
  EXPECT_EQ(status_of({.token = "", .fields = "Authorization: bearer rep\r\n"}), 200);
}

TEST_F(GateTest, AsksTheStoreWhenTheSnapshotIsOld) {
  server().snapshot_is_old = true;
  EXPECT_EQ(status_of({}), 200);
  EXPECT_EQ(status_of({.token = "nobody"}), 401);
}

TEST_F(GateTest, AsksForThePermission) {
  Sent sent = post("Idempotency-Key: k\r\n");
  EXPECT_EQ(status_of(sent), 200);
  sent.token = "viewer";
  const Answer answer = answer_to(sent);
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("cases_write"));
}

// Everything of an answer but what may differ: the time and the id of the request.
std::string comparable(const Answer& answer) {
  std::string text = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers) {
    if (name != "Date" && name != "X-Request-Id") text += name + ": " + value + "\n";
  }
  std::string body = answer.body;
  const std::string id = answer.header("X-Request-Id");
  const std::size_t at = body.find(id);
  if (at != std::string::npos) body.replace(at, id.size(), "ID");
  return text + body;
}

TEST_F(GateTest, AnswersForAForeignOrgAsForAMissingOne) {
  for (const std::string& method : {std::string("GET"), std::string("POST")}) {
    Sent sent = post("Idempotency-Key: k\r\n");
    sent.method = method;
    sent.path = "/v1/orgs/" + kOtherOrg + "/cases";
    const Answer foreign = answer_to(sent);
    sent.path = "/v1/orgs/" + kMissingOrg + "/cases";
    const Answer missing = answer_to(sent);
    sent.path = "/v1/orgs/nonsense/cases";
    const Answer impossible = answer_to(sent);
    EXPECT_EQ(foreign.status, 404);
    EXPECT_EQ(comparable(foreign), comparable(missing));
    EXPECT_EQ(comparable(foreign), comparable(impossible));
  }
}

TEST_F(GateTest, TellsMissingPathsAndMethods) {
  EXPECT_EQ(status_of({.path = "/v1/nothing"}), 404);
  const Answer answer = answer_to({.method = "DELETE"});
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(status_of({.method = "TRACE"}), 405);
  EXPECT_EQ(status_of({.method = "get"}), 405);
  EXPECT_EQ(status_of({.method = "OPTIONS", .path = "/nothing"}), 404);
}

TEST_F(GateTest, HoldsTheQuotaOfEachKey) {
  settings.requests_per_second = 1;
  settings.requests_burst = 2;
  EXPECT_EQ(status_of({}), 200);
  EXPECT_EQ(status_of({}), 200);
  const Answer refused = answer_to({});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.header("RateLimit"), "\"key\";r=0;t=2");
  EXPECT_EQ(refused.header("RateLimit-Policy"), "\"key\";q=2;w=2");
  EXPECT_EQ(status_of({.token = "viewer"}), 200);
}

TEST_F(GateTest, ReadsJsonOnly) {
  const std::string key = "Idempotency-Key: k\r\n";
  for (const char* type : {"application/json", "APPLICATION/JSON",
                           "application/json; charset=utf-8", "application/json ;charset=utf-8",
                           "application/json; profile=x; Charset=\"UTF-8\"", "application/json;"}) {
    const Sent sent{
        .method = "POST", .fields = key + "Content-Type: " + type + "\r\n", .body = "{}"};
    EXPECT_EQ(status_of(sent), 200) << type;
  }
  for (const char* type :
       {"text/plain", "application/jsonx", "application/xml", "",
        "application/json; charset=latin1", "application/json;charset=\"utf-16\"",
        "application/json; charset", "application/json; charset=utf-8; charset=iso-8859-1"}) {
    const Sent sent{
        .method = "POST", .fields = key + "Content-Type: " + type + "\r\n", .body = "{}"};
    EXPECT_EQ(status_of(sent), 415) << type;
  }
  EXPECT_EQ(status_of({.method = "POST", .fields = key, .body = "{}"}), 415);
}

TEST_F(GateTest, WantsAnIdempotencyKeyWhereALenderIsReached) {
  EXPECT_EQ(status_of(post("")), 400);
  EXPECT_THAT(answer_to(post("")).body, HasSubstr("idempotency_key_missing"));
  EXPECT_EQ(status_of(post("Idempotency-Key: a b\r\n")), 400);
  EXPECT_THAT(answer_to(post("Idempotency-Key: \r\n")).body, HasSubstr("1 to 255 visible"));
  EXPECT_EQ(status_of(post("Idempotency-Key: " + std::string(256, 'k') + "\r\n")), 400);
  const Answer answer = answer_to(post("Idempotency-Key: k1\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("\"idempotency_key\":\"k1\""));
  EXPECT_EQ(status_of(post("Idempotency-Key: k1\r\n", "{")), 400);
  Sent change = post("");
  change.method = "PUT";
  change.path += "/case_1";
  EXPECT_EQ(status_of(change), 200) << "optional";
}

TEST_F(GateTest, WantsIfMatchWhereTheRowSaysSo) {
  Sent sent = post("");
  sent.path += "/case_1:close";
  const Answer refused = answer_to(sent);
  EXPECT_EQ(refused.status, 428);
  EXPECT_THAT(refused.body, HasSubstr("precondition_required"));
  sent.fields += "If-Match: \"v7\"\r\n";
  EXPECT_EQ(status_of(sent), 200);
  sent.token = "viewer";
  EXPECT_EQ(status_of(sent), 403);
}

TEST_F(GateTest, GivesTheFirstAnswerAgain) {
  Request first;
  first.principal = callers().at("rep");
  first.path = "/v1/orgs/" + kOrg + "/cases";
  first.body = R"({"a":1,"b":2})";
  server().stored_answers[kOrg + " POST /v1/orgs/{org}/cases k"] = {
      fingerprint_of(first), {.status = 201, .location = "/x", .etag = "", .body = "{\"id\":1}"}};
  const Answer again = answer_to(post("Idempotency-Key: k\r\n", R"({ "b": 2, "a": 1 })"));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, "{\"id\":1}");
  EXPECT_EQ(again.header("Location"), "/x");
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(status_of(post("Idempotency-Key: k\r\n", R"({"a":2})")), 422);
  EXPECT_EQ(answer_to(post("Idempotency-Key: k2\r\n")).header("Idempotent-Replayed"), "");
}

TEST_F(GateTest, RefusesAKeyWhoseFirstRequestStillRuns) {
  Sent sent = post("Idempotency-Key: k\r\n");
  sent.path = "/v1/orgs/" + kOrg + "/cases:slow";
  RawClient first(server().port());
  first.send(bytes_of(sent));
  const auto begun = std::chrono::steady_clock::now();
  int status = 0;
  // The first request may not have arrived yet: then this one is the first, and takes its time.
  while (status != 409 && std::chrono::steady_clock::now() - begun < 10s) status = status_of(sent);
  EXPECT_EQ(status, 409);
  EXPECT_EQ(first.answer().status, 200);
}

TEST_F(GateTest, AnswersNotModifiedToWhoHasItAlready) {
  const Answer same = answer_to({.fields = "If-None-Match: \"v6\", \"v7\"\r\n"});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.header("ETag"), "\"v7\"");
  EXPECT_EQ(status_of({.fields = "If-None-Match: \"v6\"\r\n"}), 200);
  EXPECT_EQ(status_of({.path = "/v1/keys", .fields = "If-None-Match: *\r\n"}), 304);
  Sent write = post("Idempotency-Key: k\r\nIf-None-Match: \"v7\"\r\n");
  EXPECT_EQ(status_of(write), 200) << "a write is not a question";
}

TEST_F(GateTest, RefusesTargetsAndQueriesOfDoubtfulMeaning) {
  for (const char* path : {"/v1/../v1/keys", "/v1/%2e%2e/keys", "/v1%2fkeys", "/v1/keys%00",
                           "/v1/keys?a=1&a=2", "/v1/keys?a=%zz", "/v1/keys?a=%ff"}) {
    EXPECT_EQ(status_of({.path = path}), 400) << path;
  }
  EXPECT_EQ(status_of({.path = "/v1/%6beys"}), 200);
}

TEST_F(GateTest, RefusesAParameterThatNobodyReads) {
  struct Asked {
    std::string path;
    std::string says;  // empty: it passes
  };
  const std::string cases = "/v1/orgs/" + kOrg + "/cases";
  const Asked all[] = {
      {cases + "?limit=1&status=active", ""},
      {cases + "?stat=active", "did you mean status?"},
      {cases + "?limit=1&Limit=2", "did you mean limit?"},
      {cases + "?owner=me", "it reads limit, status"},
      {cases + "?=1", "it reads limit, status"},
      {"/v1/keys?limit=1", "where none is read: remove it"},
      {"/healthz?from=balancer", ""},
  };
  for (const Asked& asked : all) {
    const Answer answer = answer_to({.path = asked.path});
    EXPECT_EQ(answer.status, asked.says.empty() ? 200 : 422) << asked.path;
    EXPECT_THAT(answer.body, HasSubstr(asked.says)) << asked.path;
  }
  EXPECT_THAT(answer_to({.path = cases + "?stat=1"}).body, HasSubstr("\"pointer\":\"/stat\""));
  EXPECT_EQ(status_of({.path = "/v1/orgs/" + kOtherOrg + "/cases?stat=1"}), 404);
  Sent write = post("Idempotency-Key: k\r\n");
  write.path += "?dry_run=true";
  EXPECT_EQ(status_of(write), 422);
}

}  // namespace
}  // namespace lendport::http

// The outbound client against a server that behaves, misbehaves, or is not there.
#include "net/http_client.hpp"

#include "net/scripted_server.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace lendport::net {
namespace {

using namespace std::chrono_literals;
using support::Answer;
using support::ok;
using support::ScriptedServer;

constexpr const char* kName = "sandbox.lender.example:80";
constexpr const char* kUrl = "http://sandbox.lender.example";

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() { make({}); }
  ~HttpClientTest() override {
    pool_.stop();
    pool_.join();
  }

  void make(Settings settings) {
    client_ = std::make_unique<HttpClient>(pool_.get_executor(), std::move(settings));
  }

  // A request that the rules send to `server` under the lender's name.
  OutboundRequest to(const ScriptedServer& server, std::string method = "GET") {
    auto rules = std::make_shared<EgressRules>();
    rules->allowed.insert(kName);
    rules->detours[kName] = {server.port(), false};
    OutboundRequest request;
    request.method = std::move(method);
    request.url = std::string(kUrl) + "/path?q=1";
    request.rules = std::move(rules);
    return request;
  }

  std::future<Exchange> begin(OutboundRequest request, std::chrono::milliseconds patience = 5s) {
    return boost::asio::co_spawn(
        boost::asio::make_strand(pool_),
        client_->send(std::move(request), std::chrono::steady_clock::now() + patience),
        boost::asio::use_future);
  }
  Exchange send(OutboundRequest request, std::chrono::milliseconds patience = 5s) {
    return begin(std::move(request), patience).get();
  }

  boost::asio::thread_pool pool_{2};
  std::unique_ptr<HttpClient> client_;
};

TEST_F(HttpClientTest, SendsWhatItWasGivenAndReturnsTheAnswerAsReceived) {
  ScriptedServer server({ok(R"({"a":1})", "X-Twice: 1\r\nx-twice: 2\r\n")});
  auto request = to(server, "POST");
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  request.body = R"({"amount":"1.00"})";
  int sent = 0;
  request.on_sent = [&] { ++sent; };
  const Exchange exchange = send(std::move(request));

  EXPECT_TRUE(exchange.whole()) << exchange.detail;
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(exchange.body, R"({"a":1})");
  EXPECT_EQ(exchange.phase, Phase::response);
  EXPECT_EQ(sent, 1);
  ASSERT_EQ(server.requests().size(), 1U);
  const std::string seen = server.requests()[0];
  EXPECT_EQ(exchange.bytes_sent, seen.size());
  EXPECT_TRUE(seen.starts_with("POST /path?q=1 HTTP/1.1\r\nHost: sandbox.lender.example\r\n"))
      << seen;
  EXPECT_NE(seen.find("X-Empty:"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"amount\":\"1.00\"}"));
  EXPECT_EQ(seen.find("Expect"), std::string::npos);
  EXPECT_EQ(seen.find("Accept-Encoding"), std::string::npos);
  const Headers wanted = {{"content-type", "application/json"},
                          {"x-twice", "1"},
                          {"x-twice", "2"},
                          {"content-length", "7"}};
  EXPECT_EQ(exchange.headers, wanted);
}

TEST_F(HttpClientTest, KnowsEveryMethod) {
  ScriptedServer server;
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    EXPECT_TRUE(send(to(server, method)).whole()) << method;
    EXPECT_TRUE(server.requests().back().starts_with(std::string(method) + " /path")) << method;
  }
  ScriptedServer bodyless({{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"}});
  EXPECT_TRUE(send(to(bodyless, "HEAD")).whole());
}

TEST_F(HttpClientTest, TakesARedirectForAnAnswer) {
  ScriptedServer server(
      {{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}});
  const Exchange exchange = send(to(server));
  EXPECT_TRUE(exchange.whole());
  EXPECT_EQ(exchange.status, 302);
}

TEST_F(HttpClientTest, PoolsConnectionsButNeverForWhatMustNotHappenTwice) {
  ScriptedServer server;
  for (int i = 0; i < 3; ++i) send(to(server));
  EXPECT_EQ(server.connections(), 1);
  auto create = to(server, "POST");
  create.once = true;
  EXPECT_TRUE(send(std::move(create)).whole());
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpClientTest, NeverSendsAgainByItself) {
  // The connection is pooled, then closed by the server as the next request arrives.
  ScriptedServer server({ok("{}"), {"", true, false}, ok("{}")});
  EXPECT_TRUE(send(to(server)).whole());
  auto create = to(server, "POST");
  create.once = true;
  create.body = "{}";
  const Exchange exchange = send(std::move(create));
  EXPECT_EQ(exchange.fault, Fault::reset);
  EXPECT_TRUE(exchange.may_have_left());
  EXPECT_EQ(server.requests().size(), 2U);
}

struct FaultCase {
  const char* name;
  Answer answer;
  Fault fault;
  Phase phase;
  int status;
};

TEST_F(HttpClientTest, SaysHowFarARequestCame) {
  const FaultCase cases[] = {
      {"closed after the request", {"", true, false}, Fault::reset, Phase::sent, 0},
      {"half a body",
       {"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{\"a\"", true, false},
       Fault::reset,
       Phase::response,
       201},
      {"half a head", {"HTTP/1.1 20", true, false}, Fault::reset, Phase::sent, 0},
      {"no HTTP", {"SSH-2.0-OpenSSH\r\n\r\n", true, false}, Fault::protocol, Phase::sent, 0},
      {"silence", {"", true, true, true}, Fault::timeout, Phase::sent, 0},
      {"too large", ok(std::string(2000, 'x')), Fault::too_large, Phase::response, 200},
      {"endless head",
       {"HTTP/1.1 200 OK\r\nx: " + std::string(70000, 'x') + "\r\n\r\n", true, false},
       Fault::too_large,
       Phase::response,
       200},
  };
  for (const FaultCase& one : cases) {
    ScriptedServer server({one.answer});
    auto request = to(server, "POST");
    request.body = "{}";
    request.once = true;
    request.response_bytes_max = 1000;
    const Exchange exchange = send(std::move(request), one.answer.silent ? 300ms : 5s);
    EXPECT_EQ(to_string(exchange.fault), to_string(one.fault)) << one.name << exchange.detail;
    EXPECT_EQ(to_string(exchange.phase), to_string(one.phase)) << one.name;
    EXPECT_EQ(exchange.status, one.status) << one.name;
    EXPECT_GT(exchange.bytes_sent, 0U) << one.name;
    EXPECT_TRUE(exchange.may_have_left()) << one.name;
  }
}

TEST_F(HttpClientTest, KnowsWhenNothingLeft) {
  std::uint16_t closed_port = 0;
  {
    ScriptedServer gone;
    closed_port = gone.port();
  }
  ScriptedServer server;
  auto refused = to(server);
  auto rules = std::make_shared<EgressRules>(*refused.rules);
  rules->detours[kName].port = closed_port;
  refused.rules = rules;
  const Exchange exchange = send(std::move(refused));
  EXPECT_EQ(exchange.fault, Fault::connect);
  EXPECT_EQ(exchange.phase, Phase::connect);
  EXPECT_EQ(exchange.bytes_sent, 0U);
  EXPECT_FALSE(exchange.may_have_left());

  EXPECT_EQ(send(to(server), -1s).fault, Fault::timeout);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpClientTest, RefusesTheNameBeforeItIsLookedUp) {
  ScriptedServer server;
  auto request = to(server);
  request.url = "http://other.example/";
  const Exchange exchange = send(std::move(request));
  EXPECT_EQ(exchange.fault, Fault::denied);
  EXPECT_EQ(exchange.phase, Phase::none);
}

TEST_F(HttpClientTest, RefusesAPrivateAddressAfterResolution) {
  ScriptedServer server;
  for (const std::string host : {"localhost", "127.0.0.1", "2130706433"}) {
    auto request = to(server);
    request.url = "https://" + host + ":" + std::to_string(server.port()) + "/";
    auto rules = std::make_shared<EgressRules>();
    rules->allowed.insert("localhost:" + std::to_string(server.port()));
    rules->allowed.insert("127.0.0.1:" + std::to_string(server.port()));
    request.rules = rules;
    const Exchange exchange = send(std::move(request));
    EXPECT_EQ(to_string(exchange.fault), "denied") << host << ": " << exchange.detail;
    EXPECT_FALSE(exchange.may_have_left());
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, RefusesRequestsThatCannotBeWritten) {
  ScriptedServer server;
  const std::pair<std::string, std::string> headers[] = {
      {"X-A", "1\r\nX-B: 2"},
      {"X A", "1"},
      {"", "1"},
      {"Host", "evil"},
      {"Content-Length", "3"},
      {"transfer-encoding", "chunked"},
  };
  for (const auto& header : headers) {
    auto request = to(server);
    request.headers = {header};
    EXPECT_EQ(send(std::move(request)).fault, Fault::invalid) << header.first;
  }
  EXPECT_EQ(send(to(server, "TRACE")).fault, Fault::invalid);
  auto get = to(server);
  get.body = "x";
  EXPECT_EQ(send(std::move(get)).fault, Fault::invalid);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, IgnoresTheProxyOfTheEnvironment) {
  ScriptedServer server;
  setenv("http_proxy", "http://127.0.0.1:9", 1);
  setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
  EXPECT_TRUE(send(to(server)).whole());
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
}

TEST_F(HttpClientTest, CarriesManyAtOnceAndRefusesMoreThanItsLimit) {
  Settings settings;
  settings.requests_max = 20;
  make(settings);
  ScriptedServer server({}, {"", true, true, true});
  std::vector<std::future<Exchange>> all;
  for (int i = 0; i < 25; ++i) all.push_back(begin(to(server), 500ms));
  int busy = 0;
  int late = 0;
  for (auto& one : all) {
    const Fault fault = one.get().fault;
    busy += fault == Fault::busy ? 1 : 0;
    late += fault == Fault::timeout ? 1 : 0;
  }
  EXPECT_EQ(busy, 5);
  EXPECT_EQ(late, 20);
}

TEST_F(HttpClientTest, VerifiesTheCertificateAndItsName) {
  support::TempDir dir;
  const auto made = support::run_to_end(
      {"openssl",
       {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", dir / "key.pem", "-out", dir / "cert.pem", "-days", "2", "-subj", "/CN=x",
        "-addext", "subjectAltName=DNS:sandbox.lender.example"}},
      30s);
  ASSERT_EQ(made.exit_code, 0) << made.output;
  ScriptedServer server(dir / "cert.pem", dir / "key.pem");
  const auto over_tls = [&](const std::string& host) {
    OutboundRequest request;
    request.method = "GET";
    request.url = "https://" + host + "/";
    auto rules = std::make_shared<EgressRules>();
    rules->allowed.insert(host + ":443");
    rules->detours[host + ":443"] = {server.port(), true};
    request.rules = rules;
    return request;
  };
  const Exchange stranger = send(over_tls("sandbox.lender.example"));
  EXPECT_EQ(to_string(stranger.fault), "tls");
  EXPECT_EQ(to_string(stranger.phase), "tls");
  EXPECT_EQ(stranger.bytes_sent, 0U);

  Settings settings;
  settings.ca_file = dir / "cert.pem";
  make(settings);
  EXPECT_TRUE(send(over_tls("sandbox.lender.example")).whole());
  EXPECT_EQ(to_string(send(over_tls("other.lender.example")).fault), "tls");
}

}  // namespace
}  // namespace lendport::net

// The front door on a real socket: connections, framing, deadlines, limits, stopping.
#include "http/server.hpp"

#include "core/error.hpp"
#include "http/raw_client.hpp"
#include "http/test_server.hpp"
#include "json/value.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <sstream>
#include <string>
#include <thread>

namespace lendport::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<Response> echo(const Request& request) {
  Response response;
  response.body = std::string(to_string(request.method)) + " " + request.path + " " + request.body;
  co_return response;
}

Task<Response> throw_surprise(const Request&) {
  throw std::runtime_error("secret detail");
  co_return Response();
}

// Answers after the time in ?ms=.
Task<Response> wait(const Request& request) {
  const auto ms = std::chrono::milliseconds(std::stoi(request.query.at("ms")));
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, ms);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return Response();
}

Task<Response> large(const Request&) {
  Response response;
  response.shared_body = std::make_shared<const std::string>(std::string(8U << 20U, 'x'));
  co_return response;
}

Route public_route(Method method, std::string path, Handler handler) {
  Route route;
  route.method = method;
  route.path = std::move(path);
  route.is_public = true;
  route.handler = std::move(handler);
  route.body_bytes_max = 1000;
  return route;
}

Routes routes() {
  Routes all;
  for (const Method method : {Method::get, Method::post, Method::put}) {
    all.push_back(public_route(method, "/echo", echo));
  }
  all.push_back(public_route(Method::get, "/surprise", throw_surprise));
  all.push_back(public_route(Method::get, "/wait", wait));
  all.push_back(public_route(Method::get, "/large", large));
  return all;
}

std::string get(const std::string& host, const std::string& target,
                const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
}

std::string post(const std::string& host, const std::string& fields, const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n" + body;
}

class ServerTest : public testing::Test {
 protected:
  Settings settings = TestServer::any_free_port();
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  TestServer server(routes());
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(get(server.host(), "/echo"));
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /echo ");
    EXPECT_EQ(answer.header("Connection"), "");
    EXPECT_EQ(answer.header("X-Request-Id").size(), 32U);
    EXPECT_EQ(answer.header("Content-Language"), "en");
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(answer.header("Date"), testing::EndsWith(" GMT"));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  TestServer server(routes());
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += get(server.host(), i % 2 == 0 ? "/wait?ms=1" : "/echo",
               "X-Request-Id: r" + std::to_string(i) + "\r\n");
    all += post(server.host(), "Content-Length: 2\r\n", "hi");
    all += post(server.host(), "Transfer-Encoding: chunked\r\n", "2\r\nho\r\n0\r\n\r\n") + "\r\n";
  }
  client.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.answer().header("X-Request-Id"), "r" + std::to_string(i));
    EXPECT_EQ(client.answer().body, "POST /echo hi");
    EXPECT_EQ(client.answer().body, "POST /echo ho");
  }
}

TEST_F(ServerTest, AnswersWhenTheOtherEndHasFinishedSending) {
  TestServer server(routes());
  RawClient client(server.port());
  client.send(get(server.host(), "/wait?ms=50") + get(server.host(), "/echo"));
  client.end_sending();
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_TRUE(client.closes(5s));
}

TEST_F(ServerTest, ReadsRequestsThatComeByteByByte) {
  TestServer server(routes());
  RawClient client(server.port());
  const std::string bytes = "\r\n" + post(server.host(), "Transfer-Encoding: chunked\r\n",
                                          "3;x=y\r\nabc\r\n0\r\nT: u\r\n\r\n");
  for (const char byte : bytes) client.send({&byte, 1});
  EXPECT_EQ(client.answer().body, "POST /echo abc");
}

TEST_F(ServerTest, ClosesWhenAskedAndForOldClients) {
  TestServer server(routes());
  for (const std::string& request : {get(server.host(), "/echo", "Connection: close\r\n"),
                                     "GET /echo HTTP/1.0\r\nHost: " + server.host() + "\r\n\r\n"}) {
    RawClient client(server.port());
    client.send(request + get(server.host(), "/echo"));
    EXPECT_EQ(client.answer().header("Connection"), "close");
    EXPECT_EQ(client.answer(true, 5s).status, 0) << "nothing behind the last answer";
  }
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  TestServer server(routes());
  RawClient client(server.port());
  client.send("HEAD /echo HTTP/1.1\r\nHost: " + server.host() + "\r\n\r\n" +
              get(server.host(), "/echo"));
  const Answer head = client.answer(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "10");
  EXPECT_EQ(client.answer().body, "GET /echo ");
}

TEST_F(ServerTest, SaysContinueWhenTheClientWaitsForIt) {
  TestServer server(routes());
  RawClient client(server.port());
  client.send(post(server.host(), "Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(client.answer().status, 100);
  client.send("hi");
  EXPECT_EQ(client.answer().body, "POST /echo hi");
}

TEST_F(ServerTest, RefusesBrokenFramingAndCloses) {
  TestServer server(routes());
  const std::string behind = get(server.host(), "/echo");
  for (const std::string& request :
       {std::string("GET /echo HTTP/1.1\r\n\r\n"), get("evil.example", "/echo"),
        post(server.host(), "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post(server.host(), "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
        post(server.host(), "Transfer-Encoding: chunked\r\n", "5\nhello\n0\n\n"),
        post(server.host(), "Transfer-Encoding: chunked\r\n", "5 \r\nhello\r\n0\r\n\r\n"),
        post(server.host(), "Transfer-Encoding: chunked\r\n",
             "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"),
        post(server.host(), "Connection: close;x\r\n", ""),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11),
        "GET /echo HTTP/1.1\nHost: " + server.host() + "\n\n",
        get(server.host(), "/a/../echo", "Content-Length: 3\r\n") + "abc"}) {
    RawClient client(server.port());
    client.send(request + behind);
    const std::string answers = client.read_all();
    EXPECT_THAT(answers, StartsWith("HTTP/1.1 4")) << request;
    EXPECT_THAT(answers, HasSubstr("Connection: close\r\n")) << request;
    EXPECT_THAT(answers, HasSubstr("\"type\":\"/problems/malformed-request\"")) << request;
    EXPECT_THAT(answers, Not(HasSubstr("HTTP/1.1 200"))) << request;
  }
}

TEST_F(ServerTest, SeesNoRequestInsideABody) {
  TestServer server(routes());
  RawClient client(server.port());
  const std::string inner = get(server.host(), "/large");
  std::ostringstream size;
  size << std::hex << inner.size();
  client.send(
      post(server.host(), "Content-Length: " + std::to_string(inner.size()) + "\r\n", inner) +
      post(server.host(), "Transfer-Encoding: chunked\r\n",
           size.str() + "\r\n" + inner + "\r\n0\r\nHost: evil.example\r\n\r\n") +
      get(server.host(), "/echo"));
  EXPECT_EQ(client.answer().body, "POST /echo " + inner);
  EXPECT_EQ(client.answer().body, "POST /echo " + inner);
  EXPECT_EQ(client.answer().body, "GET /echo ");
}

TEST_F(ServerTest, RefusesWhatIsTooLarge) {
  TestServer server(routes());
  const std::string long_line(20'000, 'a');
  const std::vector<std::pair<std::string, int>> cases = {
      {get(server.host(), "/echo", "A: " + long_line + "\r\n"), 431},
      {get(server.host(), "/" + long_line), 431},
      {post(server.host(), "Content-Length: 1001\r\n", ""), 413},
      {post(server.host(), "Content-Length: 18446744073709551615\r\n", ""), 413},
      {post(server.host(), "Transfer-Encoding: chunked\r\n", "3e9\r\n"), 413},
      {post(server.host(), "Transfer-Encoding: chunked\r\n",
            "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n"),
       413}};
  for (const auto& [request, status] : cases) {
    RawClient client(server.port());
    client.send(request);
    EXPECT_EQ(client.answer().status, status) << request.substr(0, 80);
    EXPECT_TRUE(client.closes(5s));
  }
  RawClient client(server.port());
  client.send(post(server.host(), "Content-Length: 1000\r\n", std::string(1000, 'x')));
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTest, HidesWhatWentWrongInside) {
  TestServer server(routes());
  RawClient client(server.port());
  client.send(get(server.host(), "/surprise"));
  const Answer answer = client.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, Not(HasSubstr("secret detail")));
  EXPECT_THAT(answer.body, HasSubstr(answer.header("X-Request-Id")));
  client.send(get(server.host(), "/echo"));
  EXPECT_EQ(client.answer().status, 200) << "the connection goes on";
}

TEST_F(ServerTest, ClosesIdleConnectionsInSilence) {
  settings.idle_time = 300ms;
  TestServer server(routes(), {}, settings);
  RawClient silent(server.port());
  EXPECT_EQ(silent.read_all(5s), "");
  EXPECT_TRUE(silent.closes(1s));
}

TEST_F(ServerTest, HoldsAbsoluteDeadlinesForHeaderAndBody) {
  settings.header_time = 500ms;
  settings.body_time = 500ms;
  TestServer server(routes(), {}, settings);
  for (const std::string& beginning :
       {std::string("GET /echo HTTP/1.1\r\nA: "),
        post(server.host(), "Content-Length: 900\r\n", ""),
        post(server.host(), "Transfer-Encoding: chunked\r\n", "384\r\n")}) {
    RawClient client(server.port());
    client.send(beginning);
    const auto begun = std::chrono::steady_clock::now();
    std::string answer;
    // A byte each 50 ms would keep a deadline that is counted from the last read alive for ever.
    while (answer.empty() && std::chrono::steady_clock::now() - begun < 5s) {
      client.send("a");
      answer = client.read_all(50ms);
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 ")) << beginning;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 500ms + 1s) << beginning;
  }
}

TEST_F(ServerTest, LetsGoOfClientsThatDoNotRead) {
  settings.write_time = 300ms;
  TestServer server(routes(), {}, settings);
  RawClient client(server.port());
  client.send(get(server.host(), "/large"));
  const auto begun = std::chrono::steady_clock::now();
  while (server.open_connections() > 0 && std::chrono::steady_clock::now() - begun < 10s) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.open_connections(), 0U);
}

TEST_F(ServerTest, SendsLargeAnswersWhole) {
  TestServer server(routes());
  RawClient client(server.port());
  client.send(get(server.host(), "/large") + get(server.host(), "/echo"));
  EXPECT_EQ(client.answer().body.size(), 8U << 20U);
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTest, LimitsConnectionsOfOneAddress) {
  settings.connections_per_address_max = 2;
  TestServer server(routes(), {}, settings);
  RawClient first(server.port());
  {
    RawClient second(server.port());
    for (RawClient* client : {&first, &second}) {
      client->send(get(server.host(), "/echo"));
      EXPECT_EQ(client->answer().status, 200);
    }
    RawClient third(server.port());
    EXPECT_EQ(third.answer().status, 503);
    EXPECT_TRUE(third.closes(5s));
  }
  const auto begun = std::chrono::steady_clock::now();
  while (server.open_connections() > 1 && std::chrono::steady_clock::now() - begun < 10s) {
    std::this_thread::yield();
  }
  RawClient again(server.port());
  again.send(get(server.host(), "/echo"));
  EXPECT_EQ(again.answer().status, 200);
}

TEST_F(ServerTest, LimitsTheMemoryOfAllBodies) {
  settings.bodies_bytes_max = 1500;
  TestServer server(routes(), {}, settings);
  RawClient holder(server.port());
  holder.send(post(server.host(), "Content-Length: 1000\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(holder.answer().status, 100);
  holder.send(std::string(999, 'x'));
  const auto begun = std::chrono::steady_clock::now();
  int refused = 0;
  while (refused != 503 && std::chrono::steady_clock::now() - begun < 10s) {
    RawClient client(server.port());
    client.send(post(server.host(), "Content-Length: 600\r\n", std::string(600, 'x')));
    refused = client.answer().status;
  }
  EXPECT_EQ(refused, 503);
  holder.send("x");
  EXPECT_EQ(holder.answer().status, 200);
}

TEST_F(ServerTest, TakesNoBodyToSpeakOfWhereNoneIsRead) {
  Route asks = public_route(Method::get, "/asks", echo);
  asks.body_bytes_max.reset();
  Route commands = public_route(Method::post, "/commands", echo);
  commands.body_bytes_max.reset();
  TestServer server({asks, commands}, {}, settings);
  const auto sent = [&](const std::string& line, const std::string& framing,
                        const std::string& body) {
    RawClient client(server.port());
    client.send(line + " HTTP/1.1\r\nHost: " + server.host() + "\r\n" + framing + "\r\n\r\n" +
                body);
    return client.answer().status;
  };
  const std::string most(kUnreadBodyBytesMax, 'x');
  const std::string most_length = "Content-Length: " + std::to_string(most.size());
  const std::string more_length = "Content-Length: " + std::to_string(most.size() + 1);
  for (const std::string line : {"GET /asks", "POST /commands"}) {
    EXPECT_EQ(sent(line, most_length, most), 200) << line;
    EXPECT_EQ(sent(line, more_length, most + "x"), 413) << line;
    EXPECT_EQ(sent(line, "Transfer-Encoding: chunked", "401\r\n" + most + "x\r\n0\r\n\r\n"), 413)
        << line;
  }
}

TEST_F(ServerTest, ServesManyThreadsAlike) {
  settings.threads = 3;
  TestServer server(routes(), {}, settings);
  std::vector<std::thread> clients;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      RawClient client(server.port());
      for (int n = 0; n < 100; ++n) {
        client.send(post(server.host(), "Content-Length: 2\r\n", "hi"));
        if (client.answer().body == "POST /echo hi") ++good;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(good, 800);
}

TEST_F(ServerTest, LetsRequestsUnderWayEndWhenItStops) {
  TestServer server(routes(), {}, settings);
  RawClient busy(server.port());
  RawClient idle(server.port());
  idle.send(get(server.host(), "/echo"));
  EXPECT_EQ(idle.answer().status, 200);
  busy.send(get(server.host(), "/echo") + get(server.host(), "/wait?ms=400"));
  EXPECT_EQ(busy.answer().status, 200);
  auto stopped = std::async(std::launch::async, [&] { return server.server().stop(); });
  EXPECT_TRUE(idle.closes(5s));
  const Answer last = busy.answer();
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.header("Connection"), "close");
  busy.end_sending();
  EXPECT_TRUE(busy.closes(5s));
  EXPECT_TRUE(stopped.get());
}

TEST_F(ServerTest, CutsWhatDoesNotEndInTime) {
  settings.drain_time = 200ms;
  TestServer server(routes(), {}, settings);
  RawClient slow(server.port());
  slow.send("POST /echo HTTP/1.1\r\n");
  RawClient after(server.port());
  after.send(get(server.host(), "/echo"));
  EXPECT_EQ(after.answer().status, 200);
  EXPECT_TRUE(server.server().stop());
  EXPECT_TRUE(slow.closes(5s));
}

TEST_F(ServerTest, RefusesToStartWhereItWouldBeUnsafe) {
  const auto starts = [](const Settings& with) {
    try {
      TestServer server(routes(), {}, with);
    } catch (const Error& error) {
      return error.detail();
    }
    return std::string("started");
  };
  EXPECT_EQ(starts(settings), "started");
  settings.address = "0.0.0.0";
  EXPECT_THAT(starts(settings), HasSubstr("outside loopback"));
  settings.behind_proxy = true;
  EXPECT_EQ(starts(settings), "started");
  settings = TestServer::any_free_port();
  settings.address = "localhost";
  EXPECT_THAT(starts(settings), HasSubstr("not an IP address"));
  settings = TestServer::any_free_port();
  settings.tls = TlsFiles{"/nowhere.pem", "/nowhere.key"};
  EXPECT_THAT(starts(settings), HasSubstr("/nowhere.pem"));
  settings = TestServer::any_free_port();
  TestServer holder(routes());
  settings.port = holder.port();
  EXPECT_THAT(starts(settings), HasSubstr("cannot listen on 127.0.0.1"));
}

TEST_F(ServerTest, TakesThePeerFromTheProxy) {
  settings.behind_proxy = true;
  Routes all;
  all.push_back(public_route(Method::get, "/peer", [](const Request& request) -> Task<Response> {
    Response response;
    response.body = request.peer;
    co_return response;
  }));
  TestServer server(std::move(all), {}, settings);
  RawClient client(server.port());
  client.send(get(server.host(), "/peer", "X-Forwarded-For: 6.6.6.6, 10.1.2.3\r\n"));
  const Answer answer = client.answer();
  EXPECT_EQ(answer.body, "10.1.2.3");
  EXPECT_EQ(answer.header("Strict-Transport-Security"), "max-age=31536000");
  client.send(get(server.host(), "/peer", "X-Forwarded-For: nonsense\r\n"));
  EXPECT_EQ(client.answer().body, "127.0.0.1");
}

TEST_F(ServerTest, LogsAndCountsEachAnswerByItsRoute) {
  const support::TempDir folder;
  const std::string file = (folder.path() / "access.log").string();
  TestServer server(routes(), {}, settings, file);
  {
    RawClient client(server.port());
    client.send(get(server.host(), "/echo?token=hidden") + get(server.host(), "/none") +
                "GET / HTTP/1.1\r\n\r\n");
    client.read_all();
  }
  server.access_log().flush();
  std::ostringstream lines;
  lines << std::ifstream(file).rdbuf();
  EXPECT_THAT(lines.str(),
              HasSubstr("\"method\":\"GET\",\"route\":\"/echo\",\"status\":200,\"bytes\":10,"));
  EXPECT_THAT(lines.str(), HasSubstr("\"method\":\"GET\",\"route\":\"\",\"status\":404,"));
  EXPECT_THAT(lines.str(), HasSubstr("\"method\":\"\",\"route\":\"\",\"status\":400,"));
  EXPECT_THAT(lines.str(), Not(HasSubstr("hidden")));
  EXPECT_THAT(
      server.metrics().text(),
      HasSubstr("lendport_http_answers_total{method=\"GET\",route=\"/echo\",status=\"2xx\"} 1"));
}

}  // namespace
}  // namespace lendport::http

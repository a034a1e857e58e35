// The fake lender over real sockets: every fault it offers, its book, its tokens, its webhooks.
#include "fake-lender/lender.hpp"
#include "fake-lender/message.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace {

using lendport::fake::Book;
using lendport::fake::FakeLender;
using lendport::fake::Json;
using lendport::fake::json_reply;
using lendport::fake::Reply;
using lendport::fake::Request;

constexpr int kPatienceSeconds = 10;

// What came back over one connection until the lender closed it or an answer was whole.
struct Wire {
  std::string bytes;
  bool reset = false;

  int status() const { return bytes.size() > 12 ? std::atoi(bytes.c_str() + 9) : 0; }
  std::string body() const {
    std::size_t end = bytes.find("\r\n\r\n");
    return end == std::string::npos ? "" : bytes.substr(end + 4);
  }
};

int connected_to(std::uint16_t port) {
  int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval patience{kPatienceSeconds, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return connection;
}

Wire exchange_bytes(std::uint16_t port, const std::string& bytes) {
  int connection = connected_to(port);
  EXPECT_TRUE(lendport::fake::send_all(connection, bytes));
  Wire wire;
  std::array<char, 4096> chunk{};
  for (;;) {
    ssize_t got = recv(connection, chunk.data(), chunk.size(), 0);
    if (got < 0) wire.reset = errno == ECONNRESET;
    if (got <= 0) break;
    wire.bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
  close(connection);
  return wire;
}

std::string request_of(const std::string& method, const std::string& target,
                       const std::string& body = "", const std::string& headers = "") {
  return method + " " + target + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + headers +
         "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class Lender : public testing::Test {
 protected:
  Wire send(const std::string& method, const std::string& target, const std::string& body = "",
            const std::string& headers = "") {
    return exchange_bytes(lender_.port(), request_of(method, target, body, headers));
  }
  void script(const Json& json) { ASSERT_EQ(send("POST", "/_script", json.dump()).status(), 200); }
  // One step for GET /loans.
  void script_step(const Json& step) {
    script({{"match", {{"method", "GET"}, {"path", "/loans"}}}, {"steps", Json::array({step})}});
  }

  std::atomic<int> handled_ = 0;
  FakeLender lender_{{}, [this](const Request&) {
                       ++handled_;
                       return json_reply(200, R"({"loans":[1,2,3]})");
                     }};
};

TEST_F(Lender, AnswersFromItsRoutesWithoutAScript) {
  Wire wire = send("GET", "/loans?page=2");
  EXPECT_EQ(wire.status(), 200);
  EXPECT_EQ(wire.body(), R"({"loans":[1,2,3]})");
  EXPECT_EQ(lender_.book().entries().at(0)["query"], "page=2");
}

TEST_F(Lender, AnswersWhatTheStepSays) {
  script_step({{"status", 503},
               {"headers", Json::array({Json::array({"retry-after", "7"})})},
               {"body", "busy"}});
  Wire wire = send("GET", "/loans");
  EXPECT_EQ(wire.status(), 503);
  EXPECT_EQ(wire.body(), "busy");
  EXPECT_NE(wire.bytes.find("retry-after: 7\r\n"), std::string::npos);
  EXPECT_EQ(handled_, 0);
  EXPECT_EQ(send("GET", "/loans").status(), 200) << "a step is used once";
}

TEST_F(Lender, UsesStepsInOrderAndAsOftenAsTheySay) {
  script({{"rules",
           {{{"match", {{"method", "*"}, {"path", "/v1/*"}}},
             {"steps", {{{"status", 500}, {"repeat", 2}}, {{"status", 429}, {"repeat", -1}}}}}}}});
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) statuses.push_back(send("GET", "/v1/a").status());
  EXPECT_EQ(statuses, (std::vector<int>{500, 500, 429, 429, 429}));
  EXPECT_EQ(send("GET", "/v2").status(), 200);
}

TEST_F(Lender, CutsAfterTheRequestWasHandled) {
  script_step({{"cut_after_send", true}});
  Wire wire = send("GET", "/loans");
  EXPECT_EQ(wire.bytes, "");
  EXPECT_EQ(handled_, 1);
  EXPECT_EQ(lender_.book().entries().size(), 1U);
}

TEST_F(Lender, CutsWithoutHandlingWhenAReplyIsScripted) {
  script_step({{"cut_after_send", true}, {"status", 200}});
  send("GET", "/loans");
  EXPECT_EQ(handled_, 0);
}

TEST_F(Lender, HandlesAndSaysSomethingElse) {
  script_step({{"handle", true}, {"status", 502}});
  EXPECT_EQ(send("GET", "/loans").status(), 502);
  EXPECT_EQ(handled_, 1);
}

TEST_F(Lender, ResetsTheConnection) {
  script_step({{"reset", true}});
  Wire wire = send("GET", "/loans");
  EXPECT_TRUE(wire.reset);
  EXPECT_EQ(wire.bytes, "");
}

TEST_F(Lender, SendsHalfABody) {
  script_step({{"half_body", true}});
  Wire wire = send("GET", "/loans");
  EXPECT_NE(wire.bytes.find("content-length: 17\r\n"), std::string::npos);
  EXPECT_EQ(wire.body(), R"({"loans")");
}

TEST_F(Lender, SendsRawBytes) {
  script_step({{"raw", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n{\"a\""}});
  EXPECT_EQ(send("GET", "/loans").body(), "{\"a\"");
  script_step({{"raw_base64", "AP8="}});
  EXPECT_EQ(send("GET", "/loans").bytes, std::string("\0\xff", 2));
}

TEST_F(Lender, IsLate) {
  script_step({{"latency_ms", 200}});
  auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(send("GET", "/loans").status(), 200);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(200));
}

TEST_F(Lender, RefusesAScriptItDoesNotUnderstand) {
  for (const char* body :
       {"[]", "{", R"({"match":{"method":"GET"},"steps":[]})",
        R"({"match":{"method":"GET","path":"/"},"steps":[{"latencyms":1}]})",
        R"({"match":{"method":"GET","path":"/"},"steps":[{"status":1000}]})",
        R"({"match":{"method":"GET","path":"/"},"steps":[{"latency_ms":-1}]})",
        R"({"match":{"method":"GET","path":"/"},"steps":[{"repeat":0}]})",
        R"({"match":{"method":"GET","path":"/"},"steps":[{"raw_base64":"?"}]})"}) {
    EXPECT_EQ(send("POST", "/_script", body).status(), 400) << body;
  }
  EXPECT_EQ(send("POST", "/_unheard").status(), 404);
}

TEST_F(Lender, WritesEveryRequestDownInOrder) {
  send("GET", "/a");
  send("POST", "/b", "text", "idempotency-key: k1\r\nx-y: z\r\n");
  Json book = Json::parse(send("GET", "/_book").body())["entries"];
  ASSERT_EQ(book.size(), 2U);
  EXPECT_EQ(book[0]["path"], "/a");
  EXPECT_EQ(book[1]["body"], "text");
  EXPECT_EQ(book[1]["idempotency_key"], "k1");
  EXPECT_EQ(book[1]["n"], 2);
}

TEST_F(Lender, ResetForgetsScriptAndBook) {
  script_step({{"status", 500}, {"repeat", -1}});
  send("GET", "/loans");
  EXPECT_EQ(send("POST", "/_reset", R"({"keep_book":true})").status(), 200);
  EXPECT_EQ(send("GET", "/loans").status(), 200);
  EXPECT_EQ(lender_.book().entries().size(), 2U);
  send("POST", "/_reset");
  EXPECT_TRUE(lender_.book().entries().empty());
}

TEST_F(Lender, ReadsChunkedBodiesAndSeveralRequestsOnOneConnection) {
  std::string two =
      "POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
      request_of("GET", "/b");
  exchange_bytes(lender_.port(), two);
  ASSERT_EQ(lender_.book().entries().size(), 2U);
  EXPECT_EQ(lender_.book().entries()[0]["body"], "abc");
}

// Each packet of this kind of socket is one read.
TEST(RequestReader, ReadsAChunkedBodyThatComesInPieces) {
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\n{}\r\n0\r\n\r\n";
  const std::string empty =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (const std::string& whole : {text, empty}) {
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
      int ends[2];
      ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
      send(ends[0], whole.data(), cut, 0);
      for (std::size_t i = cut; i < whole.size(); ++i) send(ends[0], whole.data() + i, 1, 0);
      const auto request = lendport::fake::RequestReader(ends[1]).next();
      close(ends[0]);
      close(ends[1]);
      ASSERT_TRUE(request) << cut;
      EXPECT_EQ(request->body, whole.size() == text.size() ? "{}" : "") << cut;
    }
  }
}

TEST_F(Lender, DropsWhatIsNotHttp) {
  EXPECT_EQ(exchange_bytes(lender_.port(), "hello\r\n\r\n").bytes, "");
}

TEST_F(Lender, GivesTakesAndEndsTokens) {
  script({{"oauth", {{"client_id", "id"}, {"client_secret", "s"}, {"protect", {"/v1/*"}}}}});
  EXPECT_EQ(send("GET", "/v1/a").status(), 401);
  std::string form = "grant_type=client_credentials&client_id=id&client_secret=";
  EXPECT_EQ(send("POST", "/oauth/token", form + "wrong").status(), 401);
  EXPECT_EQ(send("POST", "/oauth/token", "client_id=id&client_secret=s").status(), 400);

  auto token = [&] {
    Json issued = Json::parse(send("POST", "/oauth/token", form + "s").body());
    return "authorization: Bearer " + issued["access_token"].get<std::string>() + "\r\n";
  };
  std::string first = token();
  EXPECT_EQ(send("GET", "/v1/a", "", first).status(), 200);
  script({{"oauth", {{"revoke", true}}}});
  EXPECT_EQ(send("GET", "/v1/a", "", first).status(), 401);
  script({{"oauth", {{"expires_in_s", 0}}}});
  EXPECT_EQ(send("GET", "/v1/a", "", token()).status(), 401);
  // Basic of id:s.
  EXPECT_EQ(send("POST", "/oauth/token", "grant_type=client_credentials",
                 "authorization: Basic aWQ6cw==\r\n")
                .status(),
            200);
}

TEST_F(Lender, SendsSignedWebhooksAndRepeatsThem) {
  Json asked = {{"url", "http://127.0.0.1:" + std::to_string(lender_.port()) + "/hook"},
                {"headers", Json::array({Json::array({"x-event", "e1"})})},
                {"body", "what do ya want for nothing?"},
                {"secret", "Jefe"},
                {"prefix", "sha256="},
                {"repeat", 2}};
  Json sent = Json::parse(send("POST", "/_webhook", asked.dump()).body());
  EXPECT_EQ(sent["statuses"], Json::array({200, 200}));
  std::vector<Json> book = lender_.book().entries();
  ASSERT_EQ(book.size(), 2U);
  // RFC 4231, test case 2.
  EXPECT_NE(book[0].dump().find("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964"
                                "ec3843"),
            std::string::npos);
  EXPECT_EQ(book[0]["body"], book[1]["body"]);
}

TEST_F(Lender, SendsWebhooksToLoopbackOnly) {
  EXPECT_EQ(send("POST", "/_webhook", R"({"url":"http://example.com/"})").status(), 400);
}

TEST(FakeLenderProgram, StopsWhileARequestIsLate) {
  auto lender = std::make_unique<FakeLender>(lendport::fake::Settings{});
  lender->script().add(
      Json::parse(R"({"match":{"method":"GET","path":"/"},"steps":[{"latency_ms":60000}]})"));
  std::uint16_t port = lender->port();
  std::thread client([port] { exchange_bytes(port, request_of("GET", "/")); });
  while (lender->book().entries().empty()) std::this_thread::yield();
  auto before = std::chrono::steady_clock::now();
  lender.reset();
  client.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(30));
}

TEST(FakeLenderProgram, ARouteThatThrowsIsAFiveHundred) {
  FakeLender lender({}, [](const Request&) -> Reply { throw std::runtime_error("oops"); });
  EXPECT_EQ(exchange_bytes(lender.port(), request_of("GET", "/")).status(), 500);
}

class BookFile : public testing::Test {
 protected:
  BookFile() { std::filesystem::remove(file_); }
  ~BookFile() override { std::filesystem::remove(file_); }
  std::filesystem::path file_ = std::filesystem::temp_directory_path() /
                                ("lendport-book-" + std::to_string(getpid()) + ".jsonl");
};

TEST_F(BookFile, SurvivesAndDropsALineCutByAKill) {
  {
    Book book(file_);
    ASSERT_TRUE(book.append({{"n", 1}}));
    ASSERT_TRUE(book.append({{"n", 2}}));
  }
  std::ofstream(file_, std::ios::app) << R"({"n":3)";
  {
    Book book(file_);
    EXPECT_EQ(book.entries().size(), 2U);
    ASSERT_TRUE(book.append({{"n", 4}}));
  }
  Book book(file_);
  ASSERT_EQ(book.entries().size(), 3U);
  EXPECT_EQ(book.entries()[2]["n"], 4);
  EXPECT_EQ(book.find_last([](const Json& entry) { return entry["n"] < 3; }).value()["n"], 2);
  book.clear();
  EXPECT_EQ(std::filesystem::file_size(file_), 0U);
}

}  // namespace

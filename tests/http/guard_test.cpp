// The guard against every line of what it promises to refuse. What it and the reader make of the
// same bytes is request_reader_test's.
#include "http/guard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::http {
namespace {

const Origin kOrigin{{"http"}, {"hub.example:8080", "127.0.0.1:8080"}};

constexpr std::size_t kFieldsMax = 100;

struct Guarded {
  unsigned refused = 0;  // 0: let through
  BodyEnd body_end;
};

Guarded guarded(const std::string& block) {
  Guarded result;
  const auto refusal = guard(block, kOrigin, kFieldsMax, result.body_end);
  if (refusal) result.refused = refusal->status;
  return result;
}

std::string request(const std::string& fields, const std::string& line = "POST /a HTTP/1.1") {
  return line + "\r\nHost: hub.example:8080\r\n" + fields + "\r\n";
}

TEST(Guard, SeesHowTheBodyEnds) {
  const auto end = [](const std::string& fields) { return guarded(request(fields)).body_end; };
  EXPECT_EQ(end("Accept: */*\r\n"), BodyEnd());
  EXPECT_EQ(end("content-length: 0\r\n"), BodyEnd());
  EXPECT_EQ(end("content-length:12\r\nA: b\r\n"), (BodyEnd{Framing::length, 12}));
  EXPECT_EQ(end("Transfer-Encoding: Chunked\r\n"), (BodyEnd{Framing::chunked, 0}));
  EXPECT_EQ(end("X: Transfer-Encoding: chunked\r\nX-Content-Length: 5\r\n"), BodyEnd());
}

TEST(Guard, LetsPlainRequestsThrough) {
  for (const char* line : {"GET /a?b=c?d HTTP/1.1", "HEAD /a HTTP/1.1", "GET /a HTTP/1.0",
                           "PROPFIND /a HTTP/1.1", "GET http://HUB.example:8080/a?b HTTP/1.1",
                           "GET http://hub.example:8080?b HTTP/1.1", "POST /%20|\"\\ HTTP/1.0"}) {
    EXPECT_EQ(guarded(request("Empty:\r\nExpect: 100-Continue\r\nOdd: d\xFC: x\r\n", line)).refused,
              0U)
        << line;
  }
}

TEST(Guard, WantsExactlyOneHostOfOurs) {
  EXPECT_EQ(guarded("GET / HTTP/1.1\r\n\r\n").refused, 400U);
  EXPECT_EQ(guarded("GET / HTTP/1.0\r\n\r\n").refused, 400U);
  EXPECT_EQ(guarded(request("Host: hub.example:8080\r\n")).refused, 400U);
  EXPECT_EQ(guarded(request("hOST: evil.example\r\n")).refused, 400U);
  for (const char* host : {"", "evil.example", "hub.example", "hub.example:80", "hub.example:8080x",
                           "hub.example:8080.", "a@hub.example:8080", "hub.example:8080/x",
                           "hub.example:08080", "hub.example:8080, hub.example:8080", "[::1]:8080",
                           "hub.example :8080", "http://hub.example:8080"}) {
    const std::string block = std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n";
    EXPECT_EQ(guarded(block).refused, 421U) << host;
  }
  EXPECT_EQ(guarded("GET / HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\r\n").refused, 0U);
}

TEST(Guard, TakesOnePlainTransferEncodingOnly) {
  for (const char* fields : {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                             "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                             "Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n",
                             "Transfer-Encoding:\r\n",
                             "Transfer-Encoding: identity\r\n",
                             "Transfer-Encoding: gzip\r\n",
                             "Transfer-Encoding: gzip, chunked\r\n",
                             "Transfer-Encoding: chunked, gzip\r\n",
                             "Transfer-Encoding: chunked, chunked\r\n",
                             "Transfer-Encoding: chunked,\r\n",
                             "Transfer-Encoding: ,chunked\r\n",
                             "Transfer-Encoding: chunked;q=1\r\n",
                             "Transfer-Encoding: \"chunked\"\r\n",
                             "Transfer-Encoding: 'chunked'\r\n",
                             "Transfer-Encoding: xchunked\r\n",
                             "Transfer-Encoding: chunkedx\r\n",
                             "Transfer-Encoding: chunked\xA0\r\n",
                             "Transfer-Encoding: \xEF\xBB\xBF"
                             "chunked\r\n",
                             "Transfer-Encoding : chunked\r\n",
                             "Transfer-Encoding\t: chunked\r\n",
                             "Transfer_Encoding: chunked\r\n",
                             " Transfer-Encoding: chunked\r\n",
                             "X: y\r\n Transfer-Encoding: chunked\r\n",
                             "Transfer-Encoding:\x0B"
                             "chunked\r\n",
                             "Transfer-Encoding: chunked\x0C\r\n",
                             "Transfer-Encoding:\r\n chunked\r\n"}) {
    EXPECT_EQ(guarded(request(fields)).refused, 400U) << fields;
  }
  EXPECT_EQ(guarded(request("Transfer-Encoding: chunked\r\n", "POST /a HTTP/1.0")).refused, 400U);
}

TEST(Guard, TakesOnePlainContentLengthOnly) {
  for (const char* value :
       {"", "-1", "+5", "5,5", "5, 5", "5 5", "0x5", "5.0", "5e0", "five", "18446744073709551616",
        "99999999999999999999", "5;", "\"5\"", "5\xA0", "\xD9\xA5"}) {
    EXPECT_EQ(guarded(request(std::string("Content-Length: ") + value + "\r\n")).refused, 400U)
        << value;
  }
  EXPECT_EQ(guarded(request("Content-Length: 5\r\nContent-Length: 5\r\n")).refused, 400U);
  EXPECT_EQ(guarded(request("Content-Length: 5\r\ncontent-length: 6\r\n")).refused, 400U);
  EXPECT_EQ(guarded(request("Content_Length: 5\r\n")).refused, 400U);
  EXPECT_EQ(guarded(request("Content-Length: 005\r\n")).refused, 411U);
  EXPECT_EQ(guarded(request("Content-Length: 00\r\n")).refused, 411U);
  EXPECT_EQ(guarded(request("Content-Length: 0\r\n")).refused, 0U);
  EXPECT_EQ(guarded(request("Content-Length: \t5 \t\r\n")).refused, 0U);
}

TEST(Guard, RefusesFieldsThatDecideSomethingTwice) {
  for (const char* name : {"Authorization", "Content-Type", "Idempotency-Key"}) {
    const std::string line = std::string(name) + ": a\r\n";
    EXPECT_EQ(guarded(request(line)).refused, 0U) << name;
    EXPECT_EQ(guarded(request(line + line)).refused, 400U) << name;
  }
  EXPECT_EQ(guarded(request("Authorization: a\r\nAUTHORIZATION: b\r\n")).refused, 400U);
  EXPECT_EQ(guarded(request("Link: a\r\nLink: b\r\n")).refused, 0U);
  EXPECT_EQ(guarded(request("X_Forwarded_For: a\r\n")).refused, 400U);
}

TEST(Guard, TakesPathsAndOurOwnOriginOnly) {
  for (const char* target :
       {"*", "hub.example:8080", "http://evil.example/", "https://hub.example:8080/",
        "http://127.0.0.1:8080/", "http://a@hub.example:8080/", "http://hub.example:8080@evil/",
        "http://hub.example/", "http:///a", "http://", "//", "ftp://hub.example:8080/", "a/b", "?a",
        "http:/hub.example:8080/"}) {
    const std::string line = std::string("GET ") + target + " HTTP/1.1";
    EXPECT_EQ(guarded(request("", line)).refused, std::string(target) == "//" ? 0U : 400U)
        << target;
  }
  EXPECT_EQ(guarded(request("", "CONNECT hub.example:8080 HTTP/1.1")).refused, 400U);
  EXPECT_EQ(guarded(request("", "OPTIONS * HTTP/1.1")).refused, 400U);
}

TEST(Guard, RefusesExpectationsItCannotMeet) {
  EXPECT_EQ(guarded(request("Expect: 200-ok\r\n")).refused, 417U);
  EXPECT_EQ(guarded(request("Expect: 100-continue, x\r\n")).refused, 417U);
}

TEST(Guard, RefusesBrokenRequestLines) {
  for (const char* line : {"GET",
                           "GET ",
                           "GET  / HTTP/1.1",
                           "GET /  HTTP/1.1",
                           "GET / HTTP/1.1 ",
                           "G@T / HTTP/1.1",
                           "GET /a b HTTP/1.1",
                           "GET /\t HTTP/1.1",
                           "GET /\x01 HTTP/1.1",
                           "GET /\x7F HTTP/1.1",
                           "GET /\xC3\xA9 HTTP/1.1",
                           "GET /# HTTP/1.1",
                           "GET /a#b HTTP/1.1",

                           "GET / HTTP/1",
                           "GET / HTTP/1.10",
                           "GET / HTTP/11.1",
                           "GET / HTTP/1,1",
                           "GET\t/ HTTP/1.1",
                           "GET / HTTP 1.1",
                           "GET / /1.1"}) {
    EXPECT_EQ(guarded(request("", line)).refused, 400U) << line;
  }
  for (const char* line : {"GET /", "GET / HTTP/2.0", "GET / HTTP/1.2", "GET / HTTP/0.9",
                           "GET / ICE/1.0", "GET / http/1.1", "GET / RTSP/1.0"}) {
    EXPECT_EQ(guarded(request("", line)).refused, 505U) << line;
  }
}

TEST(Guard, RefusesBrokenFields) {
  const std::vector<std::string> fields = {" Folded: x",
                                           "\tFolded: x",
                                           "Host : x",
                                           "Host\t: x",
                                           ": x",
                                           "Host",
                                           "H st: x",
                                           "H@st: x",
                                           "H\x01st: x",
                                           "Ho\xC3\xA9: x",
                                           "A: \x01",
                                           "A: \x7F",
                                           "A: \x0B"
                                           "b",
                                           "A: \x0C",
                                           std::string("A: a\0b", 6),
                                           std::string("A\0: b", 5),
                                           "A: \x1B[0m",
                                           "(A): x",
                                           "A,B: x",
                                           "\"A\": x"};
  for (const std::string& field : fields) {
    EXPECT_EQ(guarded(request(field + "\r\n")).refused, 400U) << field;
  }
  EXPECT_EQ(guarded("GET / HTTP/1.1\r\n Host: hub.example:8080\r\n\r\n").refused, 400U);
}

TEST(Guard, TakesSoManyFieldsAndNoMore) {
  std::string fields;
  for (std::size_t i = 1; i < kFieldsMax; ++i) fields += "A: b\r\n";
  EXPECT_EQ(guarded(request(fields)).refused, 0U);
  EXPECT_EQ(guarded(request(fields + "A: b\r\n")).refused, 431U);
}

}  // namespace
}  // namespace lendport::http

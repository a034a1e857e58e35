// The guard against every line of what it promises to refuse, and held against another parser:
// whatever it lets through, Boost.Beast reads as the same request.
#include "http/guard.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::http {
namespace {

const Origin kOrigin{{"http"}, {"hub.example:8080", "127.0.0.1:8080"}};

struct Guarded {
  unsigned refused = 0;  // 0: let through
  Envelope envelope;
};

// Views of the result point into `block`.
Guarded guarded(const std::string& block) {
  Guarded result;
  Head head;
  auto refusal = read_head(block, 100, head);
  if (!refusal) refusal = guard(head, kOrigin, result.envelope);
  if (refusal) result.refused = refusal->status;
  return result;
}

std::string request(const std::string& fields, const std::string& line = "POST /a HTTP/1.1") {
  return line + "\r\nHost: hub.example:8080\r\n" + fields + "\r\n";
}

TEST(Guard, LetsPlainRequestsThrough) {
  const std::string get = request("Accept: */*\r\n", "GET /a?b=c?d HTTP/1.1");
  const Guarded plain = guarded(get);
  ASSERT_EQ(plain.refused, 0U);
  EXPECT_EQ(plain.envelope.method, Method::get);
  EXPECT_EQ(plain.envelope.path, "/a");
  EXPECT_EQ(plain.envelope.query, "b=c?d");
  EXPECT_EQ(plain.envelope.framing, Framing::none);
  EXPECT_TRUE(plain.envelope.keep_alive);

  const std::string post = request(
      "content-length: 12\r\nAUTHORIZATION: Bearer x\r\nIf-None-Match: \"a\"\r\n"
      "If-None-Match: \"b\"\r\nExpect: 100-Continue\r\nConnection: keep-alive, Close\r\n");
  const Guarded full = guarded(post);
  ASSERT_EQ(full.refused, 0U);
  EXPECT_EQ(full.envelope.framing, Framing::length);
  EXPECT_EQ(full.envelope.length, 12U);
  EXPECT_EQ(full.envelope.authorization, "Bearer x");
  EXPECT_EQ(full.envelope.if_none_match, "\"a\", \"b\"");
  EXPECT_TRUE(full.envelope.expects_continue);
  EXPECT_FALSE(full.envelope.keep_alive);

  const std::string chunked = request("Transfer-Encoding: Chunked\r\n");
  EXPECT_EQ(guarded(chunked).envelope.framing, Framing::chunked);
  const std::string head = request("", "HEAD /a HTTP/1.1");
  EXPECT_TRUE(guarded(head).envelope.head_only);
  const std::string old = request("", "GET /a HTTP/1.0");
  EXPECT_FALSE(guarded(old).envelope.keep_alive);
  const std::string unknown = request("", "PROPFIND /a HTTP/1.1");
  EXPECT_EQ(guarded(unknown).envelope.method, std::nullopt);
  const std::string absolute = request("", "GET http://HUB.example:8080/a?b HTTP/1.1");
  EXPECT_EQ(guarded(absolute).envelope.path, "/a");
  const std::string bare = request("", "GET http://hub.example:8080?b HTTP/1.1");
  EXPECT_EQ(guarded(bare).envelope.path, "/");
  EXPECT_EQ(guarded(bare).envelope.query, "b");
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

// What Beast makes of the same bytes, in the guard's terms; nothing when it refuses them.
struct BeastView {
  std::string method;
  std::string target;
  bool chunked = false;
  std::uint64_t length = 0;
};
std::optional<BeastView> read_by_beast(const std::string& block) {
  namespace beast = boost::beast;
  beast::http::request_parser<beast::http::empty_body> parser;
  beast::error_code failure;
  parser.put(boost::asio::const_buffer(block.data(), block.size()), failure);
  if (failure && failure != beast::http::error::unexpected_body) return std::nullopt;
  BeastView view;
  view.method = std::string(parser.get().method_string());
  view.target = std::string(parser.get().target());
  view.chunked = parser.chunked();
  view.length = parser.content_length().value_or(0);
  return view;
}

TEST(Guard, SeesTheSameRequestAsBeast) {
  const std::vector<std::string> lines = {"GET /a?b HTTP/1.1", "POST / HTTP/1.1", "PUT /x HTTP/1.0",
                                          "DELETE /%41:b HTTP/1.1", "PROPFIND /a HTTP/1.1"};
  const std::vector<std::string> fields = {"",
                                           "Content-Length: 0\r\n",
                                           "Content-Length: 7\r\n",
                                           "Content-Length:7\r\n",
                                           "content-length:\t7 \r\n",
                                           "Transfer-Encoding: chunked\r\n",
                                           "transfer-encoding:CHUNKED \r\n",
                                           "X: Transfer-Encoding: chunked\r\n",
                                           "X-Content-Length: 5\r\n",
                                           "Content-Lengthx: 5\r\n",
                                           "A: b\r\nContent-Length: 3\r\nC:\r\n",
                                           "Connection: close, Transfer-Encoding\r\n",
                                           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                           "Transfer-Encoding: x, chunked\r\n",
                                           "Content-Length: 5\r\nContent-Length: 6\r\n",
                                           "Content-Length: 1 \r\n"};
  int compared = 0;
  for (const std::string& line : lines) {
    for (const std::string& more : fields) {
      const std::string block = request(more, line);
      const Guarded ours = guarded(block);
      if (ours.refused != 0) continue;
      const auto theirs = read_by_beast(block);
      ASSERT_TRUE(theirs) << block;
      EXPECT_EQ(line, theirs->method + " " + theirs->target + line.substr(line.rfind(' ')))
          << block;
      EXPECT_EQ(ours.envelope.framing == Framing::chunked, theirs->chunked) << block;
      EXPECT_EQ(ours.envelope.length, theirs->chunked ? 0 : theirs->length) << block;
      ++compared;
    }
  }
  EXPECT_GT(compared, 50);
}

// "Transfer-Encoding: chunked" with each byte put in, put in place of another, or taken out.
std::vector<std::string> mutations() {
  const std::string line = "Transfer-Encoding: chunked";
  std::vector<std::string> all;
  for (std::size_t at = 0; at <= line.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string inserted = line;
      inserted.insert(at, 1, static_cast<char>(byte));
      all.push_back(inserted);
      if (at == line.size()) continue;
      std::string replaced = line;
      replaced[at] = static_cast<char>(byte);
      all.push_back(replaced);
    }
    if (at < line.size()) all.push_back(line.substr(0, at) + line.substr(at + 1));
  }
  return all;
}

TEST(Guard, LetsNoMutationOfTransferEncodingBeTwoRequests) {
  std::size_t accepted = 0;
  for (const std::string& line : mutations()) {
    for (const bool length_first : {false, true}) {
      const std::string length = "Content-Length: 5\r\n";
      const std::string fields = length_first ? length + line + "\r\n" : line + "\r\n" + length;
      const std::string block = request(fields);
      // What the scan would not hand over in one piece is not the guard's to judge.
      HeadScan scan;
      if (scan.look(block) != HeadScan::State::complete || scan.end() != block.size()) continue;
      const Guarded ours = guarded(block);
      if (ours.refused != 0) continue;
      ++accepted;
      EXPECT_EQ(ours.envelope.framing, Framing::length) << line;
      const auto theirs = read_by_beast(block);
      EXPECT_FALSE(theirs && theirs->chunked) << line;
      EXPECT_FALSE(
          same_ignoring_case(line.substr(0, line.find_first_of(": \t")), "Transfer-Encoding"))
          << line;
    }
  }
  EXPECT_GT(accepted, 1000U) << "other fields' names pass";
}

}  // namespace
}  // namespace lendport::http

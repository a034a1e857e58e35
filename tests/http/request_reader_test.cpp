// Guard and reader together, as a session uses them: what they make of bytes, however these are
// cut, and that no byte in the wrong place makes two requests of one.
#include "http/request_reader.hpp"

#include "http/guard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::http {
namespace {

using namespace std::string_literals;

constexpr std::size_t kHeaderBytesMax = 2000;
constexpr std::size_t kFieldsMax = 20;
constexpr std::size_t kBodyMax = 1000;
const Origin kOrigin{{"http"}, {"hub"}};

// One connection: takes bytes as they come, writes down what it read.
class Reading {
 public:
  void feed(std::string_view bytes) {
    if (ended_) return;
    input_ += bytes;
    while (!ended_ && (in_body_ ? read_body() : read_head())) {
    }
  }

  // "POST /a [body] | GET /b [] | 400 | rest", the last two when there are any.
  std::string story() const {
    const std::string rest = input_.empty() || ended_ ? "" : "left " + std::to_string(left());
    return said_ + rest;
  }
  const Envelope& envelope() const { return envelope_; }

 private:
  std::size_t left() const { return input_.size(); }

  void end(unsigned status) {
    said_ += std::to_string(status) + " | ";
    ended_ = true;
  }

  bool read_head() {
    if (input_.empty()) return false;
    HeadScan scan;
    const HeadScan::State found = scan.look(input_);
    if (found == HeadScan::State::broken) end(400);
    if (found != HeadScan::State::complete) return false;
    head_ = input_.substr(0, scan.end());
    input_.erase(0, scan.end());
    BodyEnd seen;
    auto refusal = guard(head_, kOrigin, kFieldsMax, seen);
    if (!refusal) refusal = reader_.read_head(head_, seen, envelope_);
    if (refusal) end(refusal->status);
    if (refusal) return false;
    body_.clear();
    in_body_ = seen.framing != Framing::none;
    if (in_body_) {
      reader_.begin_body(body_, kBodyMax);
    } else {
      finish();
    }
    return true;
  }

  bool read_body() {
    input_.erase(0, reader_.read_body(input_));
    switch (reader_.state()) {
      case RequestReader::State::complete: finish(); return true;
      case RequestReader::State::broken: end(400); return false;
      case RequestReader::State::too_large: end(413); return false;
      case RequestReader::State::reading: return false;
    }
    return false;
  }

  void finish() {
    const std::string_view method = envelope_.method ? to_string(*envelope_.method) : "?";
    said_ += std::string(method) + " " + std::string(envelope_.path) + " [" + body_ + "] | ";
    in_body_ = false;
  }

  RequestReader reader_{kHeaderBytesMax};
  std::string input_;
  std::string head_;
  Envelope envelope_;
  std::string body_;
  std::string said_;
  bool in_body_ = false;
  bool ended_ = false;
};

std::string read(std::string_view bytes, std::size_t piece) {
  Reading reading;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reading.feed(bytes.substr(0, piece));
  }
  return reading.story();
}

// The same for every way of cutting.
std::string read(const std::string& bytes) {
  std::string whole = read(bytes, bytes.size());
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
    const std::string cut = read(bytes, piece);
    if (cut != whole) return "differs: " + whole + " / " + cut;
  }
  return whole;
}

std::string request(const std::string& fields, const std::string& line = "POST /a HTTP/1.1") {
  return line + "\r\nHost: hub\r\n" + fields + "\r\n";
}

std::string chunked(const std::string& body) {
  return request("Transfer-Encoding: chunked\r\n") + body;
}

TEST(RequestReader, FillsTheEnvelope) {
  const std::string block = request(
      "content-length: 12\r\nAUTHORIZATION: Bearer x \r\nIf-None-Match: \"a\"\r\nIf-Match: *\r\n"
      "If-None-Match: \"b\"\r\nExpect: 100-Continue\r\nConnection: keep-alive, Close\r\n"
      "idempotency-key: k\r\nx-request-ID: r\r\nTraceParent: t\r\nX-Forwarded-For: 1\r\n"
      "X-Forwarded-For: 2\r\nContent-Type: a/b;c=d\r\nAccept-Language: fr\r\n",
      "POST /a?b=c?d HTTP/1.1");
  RequestReader reader(kHeaderBytesMax);
  Envelope got;
  ASSERT_FALSE(reader.read_head(block, {Framing::length, 12}, got));
  EXPECT_EQ(got.method, Method::post);
  EXPECT_EQ(got.path, "/a");
  EXPECT_EQ(got.query, "b=c?d");
  EXPECT_EQ(got.body_end, (BodyEnd{Framing::length, 12}));
  EXPECT_EQ(got.authorization, "Bearer x");
  EXPECT_EQ(got.if_match, "*");
  EXPECT_EQ(got.if_none_match, "\"a\", \"b\"");
  EXPECT_EQ(got.idempotency_key, "k");
  EXPECT_EQ(got.request_id, "r");
  EXPECT_EQ(got.traceparent, "t");
  EXPECT_EQ(got.forwarded_for, "2");
  EXPECT_EQ(got.content_type, "a/b;c=d");
  EXPECT_EQ(got.accept_language, "fr");
  EXPECT_TRUE(got.expects_continue);
  EXPECT_FALSE(got.keep_alive);
  EXPECT_FALSE(got.head_only);

  const std::string next = request("", "HEAD /b HTTP/1.1");
  ASSERT_FALSE(reader.read_head(next, {}, got)) << "nothing of the first stays";
  EXPECT_EQ(got.method, Method::get);
  EXPECT_TRUE(got.head_only);
  EXPECT_TRUE(got.keep_alive);
  EXPECT_FALSE(got.expects_continue);
  EXPECT_EQ(got.authorization, "");
  EXPECT_EQ(got.if_none_match, "");
  EXPECT_EQ(got.query, "");
}

TEST(RequestReader, TakesTargetsAndMethodsApart) {
  EXPECT_EQ(read(request("", "GET http://HUB/a?b HTTP/1.1")), "GET /a [] | ");
  EXPECT_EQ(read(request("", "GET http://hub?b HTTP/1.1")), "GET / [] | ");
  EXPECT_EQ(read(request("", "PROPFIND /%20|\"\\ HTTP/1.1")), "? /%20|\"\\ [] | ");
  EXPECT_EQ(read(request("", "delete / HTTP/1.1")), "? / [] | ");
  EXPECT_EQ(read(request("", "DELETE / HTTP/1.1") + request("", "PATCH / HTTP/1.1")),
            "DELETE / [] | PATCH / [] | ");
}

TEST(RequestReader, EndsTheConnectionOfOldClients) {
  RequestReader reader(kHeaderBytesMax);
  Envelope got;
  const std::string block = request("Connection: keep-alive\r\n", "GET / HTTP/1.0");
  ASSERT_FALSE(reader.read_head(block, {}, got));
  EXPECT_FALSE(got.keep_alive);
}

TEST(RequestReader, ReadsPipelinesHoweverTheyAreCut) {
  const std::string inner = request("", "GET /inner HTTP/1.1");
  const std::string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n";
  EXPECT_EQ(read(request(length) + inner + request("", "GET /b HTTP/1.1") +
                 chunked("2\r\nhi\r\n3;x=y\r\n ho\r\n0\r\nT: u\r\n\r\n") +
                 request("Content-Length: 0\r\n") + chunked("0\r\n\r\n") + "GET /"),
            "POST /a [" + inner + "] | GET /b [] | POST /a [hi ho] | POST /a [] | POST /a [] | " +
                "left 5");
}

TEST(RequestReader, PutsChunksTogether) {
  EXPECT_EQ(read(chunked("A\r\n0123456789\r\n000\r\n\r\n")), "POST /a [0123456789] | ");
  EXPECT_EQ(read(chunked("a\r\n\r\n0\r\n\r\n678\r\n0\r\n\r\n")), "POST /a [\r\n0\r\n\r\n678] | ");
  EXPECT_EQ(read(chunked("a\r\n\r\n0\r\n\r\n67\r\n\r\n0\r\n\r\n")), "400 | ");
}

TEST(RequestReader, DropsTrailers) {
  const std::string trailers =
      "0;x\r\nVary: *\r\nAuthorization: Bearer x\r\nIf-Match: *\r\nX-Request-Id: r\r\n\r\n";
  Reading reading;
  reading.feed(chunked("2;a;b=c;d=\"e;\\\"f\"\r\nhi\r\n" + trailers));
  EXPECT_EQ(reading.story(), "POST /a [hi] | ");
  EXPECT_EQ(reading.envelope().authorization, "");
  EXPECT_EQ(reading.envelope().if_match, "");
  EXPECT_EQ(reading.envelope().request_id, "");
  for (const char* framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
    EXPECT_EQ(read(chunked("0\r\n" + std::string(framing) + "\r\n\r\n")), "400 | ") << framing;
  }
}

TEST(RequestReader, RefusesChunksThatAreNotPlain) {
  for (const char* body :
       {"5\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
        "5; a\r\nhello\r\n0\r\n\r\n", "5;a=\"b\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n",
        "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello\r\r\n", "3\r\nfoo\r\n\r\n",
        "0\n\r\n", "0\r\n\n", "0\r\n X: y\r\n\r\n", "0\r\nX : y\r\n\r\n", "\r\n5\r\nhello\r\n",
        "00000000000000005\r\nhello\r\n", "10000000000000000\r\n"}) {
    EXPECT_EQ(read(chunked(body)), "400 | ") << body;
  }
}

TEST(RequestReader, HoldsTheLimitsOfBodies) {
  const std::string full(kBodyMax, 'x');
  EXPECT_EQ(read(chunked("3e8\r\n" + full + "\r\n0\r\n\r\n"), 99), "POST /a [" + full + "] | ");
  EXPECT_EQ(read(chunked("3e9\r\n"), 5), "413 | ");
  EXPECT_EQ(read(chunked("ffffffffffffffff\r\n"), 18), "413 | ");
  EXPECT_EQ(read(chunked("1\r\na\r\n3e8\r\n"), 11), "413 | ");
  EXPECT_EQ(read(request("Content-Length: 1000\r\n") + full, 99), "POST /a [" + full + "] | ");
  EXPECT_EQ(read(request("Content-Length: 1001\r\n") + full + "x", 99), "413 | ");
}

TEST(RequestReader, DoesNotCarryMoreFramingThanBody) {
  std::string crumbs;
  const std::string extension = ";" + std::string(900, 'a');
  for (int i = 0; i < 100; ++i) crumbs += "1" + extension + "\r\nx\r\n";
  EXPECT_EQ(read(chunked(crumbs), 4096), "413 | ");
}

TEST(RequestReader, RefusesWhatTheGuardSawOtherwise) {
  const std::vector<BodyEnd> ends = {{}, {Framing::length, 5}, {Framing::chunked, 0}};
  const std::vector<std::string> fields = {"", "Content-Length: 5\r\n",
                                           "Transfer-Encoding: chunked\r\n"};
  RequestReader reader(kHeaderBytesMax);
  Envelope envelope;
  for (std::size_t seen = 0; seen < ends.size(); ++seen) {
    for (std::size_t sent = 0; sent < fields.size(); ++sent) {
      const auto refusal = reader.read_head(request(fields[sent]), ends[seen], envelope);
      EXPECT_EQ(refusal ? refusal->status : 0, seen == sent ? 0U : 400U) << seen << sent;
    }
  }
  const std::string five = request("Content-Length: 5\r\n");
  EXPECT_TRUE(reader.read_head(five, {Framing::length, 6}, envelope));
  EXPECT_TRUE(reader.read_head(five + "x", {Framing::length, 5}, envelope)) << "more than a head";
  EXPECT_TRUE(reader.read_head(five.substr(0, five.size() - 2), {Framing::length, 5}, envelope));
  EXPECT_TRUE(reader.read_head(request("A: " + std::string(kHeaderBytesMax, 'x')), {}, envelope));
}

// `text` with each byte in turn put in, put in place of another, or taken out.
std::vector<std::string> mutations(const std::string& text, std::size_t at,
                                   const std::string& bytes) {
  std::vector<std::string> all = {text.substr(0, at) + text.substr(at + 1)};
  for (const char byte : bytes) {
    all.push_back(text.substr(0, at) + byte + text.substr(at));
    all.push_back(text.substr(0, at) + byte + text.substr(at + 1));
  }
  return all;
}

std::string every_byte() {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  return all;
}

TEST(RequestReader, LetsNoMutationOfTransferEncodingStandBesideALength) {
  const std::string line = "Transfer-Encoding: chunked";
  const std::string length = "Content-Length: 5\r\n";
  const std::string body = "0\r\n\r\n";
  const std::string taken = "POST /a [" + body + "] | ";
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const std::string& mutation : mutations(line, at, every_byte())) {
      for (const bool first : {false, true}) {
        const std::string field = mutation + "\r\n";
        const std::string bytes = request(first ? length + field : field + length) + body;
        const std::string story = read(bytes, bytes.size());
        // Another field's name, or refused; never chunks.
        EXPECT_TRUE(story == taken || story.starts_with("4")) << mutation << " " << story;
        if (story == taken) ++accepted;
      }
    }
  }
  EXPECT_GT(accepted, 1000U) << "other fields' names pass";
}

TEST(RequestReader, LetsNoMutationOfAContentLengthGiveTwoOfThem) {
  const std::string line = "Content-Length: 25";
  const std::string body(25, 'G');
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const std::string& mutation : mutations(line, at, every_byte())) {
      const std::string bytes = request("Content-Length: 25\r\n" + mutation + "\r\n") + body;
      const std::string story = read(bytes, bytes.size());
      const bool named = same_ignoring_case(mutation.substr(0, 15), "Content-Length:");
      EXPECT_TRUE(story.starts_with("4") || (!named && story == "POST /a [" + body + "] | "))
          << mutation << " " << story;
    }
  }
}

// Two requests with a third inside the bodies. Wherever a byte is off, all ways of cutting give
// the same, and the third is only seen where the length itself was changed.
TEST(RequestReader, LetsNoByteOffBringTheInnerRequestOut) {
  const std::string inner = request("", "GET /inner HTTP/1.1");
  ASSERT_EQ(inner.size(), 34U);
  const std::string by_length = request("Content-Length: 34\r\n") + inner;
  const std::string by_chunks = chunked("22\r\n" + inner + "\r\n0\r\n\r\n");
  const std::string odd = "\0\t\n\r !\"#,-.05:;=AGHX_acx\x7F\x80\xA0\xFF"s;
  for (const std::string& bytes : {by_length, by_chunks}) {
    const std::size_t own = bytes.find("Content-Length");
    const std::size_t own_end = own == std::string::npos ? own : bytes.find("\r\n\r\n", own) + 4;
    std::size_t whole = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const std::string& mutation : mutations(bytes, at, odd)) {
        const std::string story = read(mutation, mutation.size());
        for (const std::size_t piece : {1, 2, 7}) ASSERT_EQ(read(mutation, piece), story);
        if (story.starts_with("POST /a [" + inner + "]")) ++whole;
        const bool out = story.find("GET /inner [") != std::string::npos;
        EXPECT_FALSE(out && !(own <= at && at <= own_end)) << at << "\n" << mutation << story;
      }
    }
    EXPECT_GT(whole, 40U) << "bytes that do not matter";
  }
}

}  // namespace
}  // namespace lendport::http

// The header block: where it ends, and what in it is refused.
#include "http/head.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::http {
namespace {

constexpr std::size_t kFieldsMax = 100;

// How the scan ends when `bytes` come one by one: 'c'omplete, 'b'roken or 'i'ncomplete.
char scanned(std::string_view bytes) {
  HeadScan scan;
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    const auto state = scan.look(bytes.substr(0, size));
    if (state == HeadScan::State::broken) return 'b';
    if (state == HeadScan::State::complete) return scan.end() == size ? 'c' : '?';
  }
  return 'i';
}

unsigned refused(const std::string& block) {
  Head head;
  const auto refusal = read_head(block, kFieldsMax, head);
  return refusal ? refusal->status : 0;
}

TEST(HeadScan, EndsAtTheEmptyLine) {
  EXPECT_EQ(scanned("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 'c');
  EXPECT_EQ(scanned("G / H\r\n\r\n"), 'c');
  EXPECT_EQ(scanned("GET / HTTP/1.1\r\nHost: x\r\n"), 'i');
  EXPECT_EQ(scanned("GET / HTTP/1.1\r\nHost: x\r\n\r"), 'i');
}

TEST(HeadScan, RefusesOtherLineEndsAsSoonAsTheyCome) {
  for (const char* bytes : {"GET / HTTP/1.1\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\n\r\n",
                            "GET / HTTP/1.1\r\nHost: x\r\n\n", "GET / HTTP/1.1\rHost: x\r\n\r\n",
                            "GET / HTTP/1.1\r\nHost: x\r\r\n\r\n", "GET / HTTP/1.1\r\n\rX",
                            "\x16\x03\x01", " GET / HTTP/1.1", "\nGET", "GET / HTTP/1.1\r\r\n"}) {
    EXPECT_EQ(scanned(bytes), 'b') << bytes;
  }
}

TEST(ReadHead, TakesPlainRequestsApart) {
  Head head;
  const std::string block =
      "POST /a?b=%20|\"\\ HTTP/1.0\r\nHost: x\r\nEmpty:\r\nBlanks: \t a b \t\r\nOdd: d\xFC: "
      "x\r\n\r\n";
  EXPECT_FALSE(read_head(block, kFieldsMax, head));
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=%20|\"\\");
  EXPECT_EQ(head.minor_version, 0);
  ASSERT_EQ(head.fields.size(), 4U);
  EXPECT_EQ(head.fields[1].value, "");
  EXPECT_EQ(head.fields[2].value, "a b");
  EXPECT_EQ(head.fields[3].value, "d\xFC: x");
}

TEST(ReadHead, RefusesBrokenRequestLines) {
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
    EXPECT_EQ(refused(std::string(line) + "\r\nHost: x\r\n\r\n"), 400U) << line;
  }
  for (const char* line : {"GET /", "GET / HTTP/2.0", "GET / HTTP/1.2", "GET / HTTP/0.9",
                           "GET / ICE/1.0", "GET / http/1.1", "GET / RTSP/1.0"}) {
    EXPECT_EQ(refused(std::string(line) + "\r\nHost: x\r\n\r\n"), 505U) << line;
  }
}

TEST(ReadHead, RefusesBrokenFields) {
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
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n"), 400U) << field;
  }
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), 400U);
}

TEST(ReadHead, TakesSoManyFieldsAndNoMore) {
  std::string block = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i < kFieldsMax; ++i) block += "A: b\r\n";
  EXPECT_EQ(refused(block + "\r\n"), 0U);
  EXPECT_EQ(refused(block + "A: b\r\n\r\n"), 431U);
}

}  // namespace
}  // namespace lendport::http

// The header block: where it ends, and what a field is.
#include "http/head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

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

TEST(ReadField, SplitsAtTheColon) {
  const auto plain = read_field("Blanks: \t a b \t");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->name, "Blanks");
  EXPECT_EQ(plain->value, "a b");
  EXPECT_EQ(read_field("Empty:")->value, "");
  EXPECT_EQ(read_field("Odd: d\xFC: x")->value, "d\xFC: x");
  for (const char* line : {"", "Host", ": x", "Host : x", " Host: x", "H@st: x", "A: \x7F"}) {
    EXPECT_FALSE(read_field(line)) << line;
  }
}

}  // namespace
}  // namespace lendport::http

// The guard's look at the lines between chunks, each at its borders.
#include "http/guard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

using State = ChunkLines::State;

// "size/bytes" of plain lines, 'i'ncomplete or 'b'roken.
std::string seen(std::string_view bytes, bool behind_content = false) {
  const ChunkLines lines = look_at_chunk_lines(bytes, behind_content);
  if (lines.state == State::broken) return "b";
  if (lines.state == State::incomplete) return "i";
  return std::to_string(lines.size) + "/" + std::to_string(lines.bytes);
}

TEST(ChunkGuard, SeesWhereTheLinesEnd) {
  EXPECT_EQ(seen("5\r\nhello"), "5/3");
  EXPECT_EQ(seen("\r\n5\r\nhello", true), "5/5");
  EXPECT_EQ(seen("000A;a;b=c;d=\"e;\\\"f\"\r\n"), "10/22");
  EXPECT_EQ(seen("0\r\n\r\nGET /"), "0/5");
  EXPECT_EQ(seen("\r\n0;x\r\nVary: *\r\n\r\n\r\n", true), "0/18");
  EXPECT_EQ(seen("ffffffffffffffff\r\n"), "18446744073709551615/18");
}

TEST(ChunkGuard, WaitsForWholeLines) {
  for (const std::string lines : {"5;a=\"b\"\r\n", "0\r\n\r\n", "0\r\nA: b\r\nC:\r\n\r\n"}) {
    for (const bool behind : {false, true}) {
      const std::string all = behind ? "\r\n" + lines : lines;
      for (std::size_t size = 0; size < all.size(); ++size) {
        EXPECT_EQ(seen(all.substr(0, size), behind), "i") << all << size;
      }
      EXPECT_NE(seen(all, behind), "i") << all;
    }
  }
}

TEST(ChunkGuard, RefusesOtherLineEndsAsSoonAsTheyCome) {
  for (const char* bytes : {"\n", "5\n", "5\rx", "5\r\r", "5;a\n", "0\n", "0\r\n\n", "0\r\nA: b\n",
                            "0\r\nA: b\rc", "0\r\n\rx"}) {
    EXPECT_EQ(seen(bytes), "b") << bytes;
  }
  for (const char* bytes : {"x", "\n", "\rx", "0\r\n", "x\r\n"}) {
    EXPECT_EQ(seen(bytes, true), "b") << bytes;
  }
}

TEST(ChunkGuard, RefusesSizesAndExtensionsThatAreNotPlain) {
  for (const char* line : {"",
                           "x",
                           "-1",
                           "+5",
                           "0x5",
                           " 5",
                           "5 ",
                           "5\t",
                           "5h",
                           "5,5",
                           "5\xA0",
                           "5;",
                           "5; a",
                           "5 ;a",
                           "5;a b",
                           "5;a=",
                           "5;a =b",
                           "5;a= b",
                           "5;a=\"b",
                           "5;a=\"b\"c",
                           "5;a=\"\x01\"",
                           "5;a=\"\\",
                           "2 erf",
                           "00000000000000005",
                           "10000000000000000",
                           "5;a=b=c",
                           "5;=b"}) {
    EXPECT_EQ(seen(std::string(line) + "\r\n"), "b") << line;
  }
}

TEST(ChunkGuard, RefusesTrailersThatAreNoFields) {
  for (const char* lines : {"X", " X: y", "X : y", "X: y\r\n z", ": y", "X: \x01", "X\x7F: y"}) {
    EXPECT_EQ(seen("0\r\n" + std::string(lines) + "\r\n\r\n"), "b") << lines;
  }
}

TEST(ChunkGuard, HoldsItsLimits) {
  const std::string longest(ChunkLines::kLineBytesMax - 2, 'a');
  EXPECT_EQ(seen("1;" + longest + "\r\n"), "1/1026");
  EXPECT_EQ(seen("1;a" + longest + "\r\n"), "b");
  EXPECT_EQ(seen("1;a" + longest), "b") << "before its end has come";

  std::string trailers = "0\r\n";
  for (std::size_t i = 0; i < ChunkLines::kTrailerFieldsMax; ++i) trailers += "A: b\r\n";
  EXPECT_EQ(seen(trailers + "\r\n"), "0/125");
  EXPECT_EQ(seen(trailers + "A: b\r\n\r\n"), "b");

  const std::string field = "A: " + std::string(ChunkLines::kTrailerBytesMax - 9, 'b');
  EXPECT_EQ(seen("0\r\n" + field + "\r\n\r\n").substr(0, 2), "0/");
  EXPECT_EQ(seen("0\r\n" + field + std::string(10, 'b')), "b") << "before its end has come";
}

}  // namespace
}  // namespace lendport::http

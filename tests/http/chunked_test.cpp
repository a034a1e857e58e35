// Bodies in chunks: put together however they are cut, refused where the standard gives no meaning.
#include "http/chunked.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

constexpr std::size_t kBodyMax = 1000;

// The body, or why there is none, when the bytes come in pieces of `piece` bytes.
std::string read(std::string_view bytes, std::size_t piece) {
  ChunkedBody chunks(kBodyMax);
  while (!bytes.empty() && chunks.state() == ChunkedBody::State::reading) {
    const std::size_t taken = chunks.feed(bytes.substr(0, piece));
    bytes.remove_prefix(taken);
  }
  switch (chunks.state()) {
    case ChunkedBody::State::complete: return chunks.body() + "|" + std::string(bytes);
    case ChunkedBody::State::broken: return "broken";
    case ChunkedBody::State::too_large: return "too large";
    case ChunkedBody::State::reading: return "reading";
  }
  return "";
}

// The same for every way of cutting.
std::string read(const std::string& bytes) {
  const std::string whole = read(bytes, bytes.size());
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
    const std::string cut = read(bytes, piece);
    // Bytes after the end are not taken, so they depend on nothing.
    if (cut != whole) return "differs: " + whole + " / " + cut;
  }
  return whole;
}

TEST(ChunkedBody, IsPutTogether) {
  EXPECT_EQ(read("0\r\n\r\n"), "|");
  EXPECT_EQ(read("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /"), "hello world|GET /");
  EXPECT_EQ(read("A\r\n0123456789\r\n000\r\n\r\n"), "0123456789|");
  EXPECT_EQ(read("a\r\n\r\n0\r\n\r\n67\r\n\r\n0\r\n\r\nx"), "broken");
  EXPECT_EQ(read("a\r\n\r\n0\r\n\r\n678\r\n0\r\n\r\nx"), "\r\n0\r\n\r\n678|x");
}

TEST(ChunkedBody, IgnoresExtensionsAndDropsTrailers) {
  EXPECT_EQ(read("2;a;b=c;d=\"e;\\\"f\"\r\nhi\r\n0;x\r\nVary: *\r\nContent-Length: 5\r\n\r\n"),
            "hi|");
}

TEST(ChunkedBody, RefusesWhatHasNoMeaning) {
  for (const char* bytes : {"\r\n",
                            "x\r\n",
                            "-1\r\n",
                            "+5\r\nhello\r\n",
                            "0x5\r\nhello\r\n",
                            " 5\r\nhello\r\n",
                            "5 \r\nhello\r\n",
                            "5\t\r\nhello\r\n",
                            "5\nhello\r\n",
                            "5\r\nhello\n",
                            "5\r\nhello0\r\n\r\n",
                            "5\r\nhello\r\r\n",
                            "5\r\r;ABCD\r\n",
                            "5\rx",
                            "5;\r\nhello\r\n",
                            "5; a\r\nhello\r\n",
                            "5;a b\r\nhello\r\n",
                            "5;a=\r\nhello\r\n",
                            "5;a=\"b\r\nhello\r\n",
                            "5;a=\"b\"c\r\nhello\r\n",
                            "5;a\n\r\nhello\r\n",
                            "2 erf\r\naa\r\n",
                            "5\xA0\r\nhello\r\n",
                            "00000000000000005\r\nhello\r\n",
                            "10000000000000000\r\n",
                            "0\r\nX\r\n\r\n",
                            "0\r\n X: y\r\n\r\n",
                            "0\r\nX : y\r\n\r\n",
                            "0\r\nX: y\n\r\n",
                            "0\r\n\n",
                            "0\n\r\n",
                            "3\r\nfoo\r\n\r\n",
                            "5,5\r\nhello\r\n",
                            "5;a=\"\x01\"\r\n"}) {
    EXPECT_EQ(read(bytes), "broken") << bytes;
  }
}

TEST(ChunkedBody, HoldsItsLimits) {
  EXPECT_EQ(read("3e8\r\n", 5), "reading");
  EXPECT_EQ(read("3e9\r\n", 5), "too large");
  EXPECT_EQ(read("ffffffffffffffff\r\n", 18), "too large");
  EXPECT_EQ(read("1\r\na\r\n3e8\r\n", 11), "too large");
  EXPECT_EQ(read("1;" + std::string(2000, 'a'), 2002), "broken");
  std::string trailers = "0\r\n";
  for (std::size_t i = 0; i < ChunkedBody::kTrailerFieldsMax; ++i) trailers += "A: b\r\n";
  EXPECT_EQ(read(trailers + "\r\n", 1000), "|");
  EXPECT_EQ(read(trailers + "A: b\r\n\r\n", 1000), "broken");
}

TEST(ChunkedBody, DoesNotCarryMoreFramingThanBody) {
  std::string crumbs;
  const std::string extension = ";" + std::string(900, 'a');
  for (int i = 0; i < 100; ++i) crumbs += "1" + extension + "\r\nx\r\n";
  EXPECT_EQ(read(crumbs, 4096), "too large");
}

}  // namespace
}  // namespace lendport::http

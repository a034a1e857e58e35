// Digests and spellings agree with the published vectors.
#include "crypto/hash.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lendport::crypto {
namespace {

// FIPS 180-4 examples, RFC 4231 cases 1, 2 and 6.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(bytes_of(sha256("abc")).size(), 32U);
}

TEST(HmacSha256, GivesThePublishedDigests) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Base64url, SpellsAndReadsWhatItSpelled) {
  struct Case {
    std::string bytes;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"}};
  for (const Case& one : cases) {
    EXPECT_EQ(base64url(one.bytes), one.text);
    EXPECT_EQ(from_base64url(one.text), one.bytes) << one.text;
  }
}

TEST(Base64url, RefusesAnyOtherSpelling) {
  for (const char* text : {"Zg==", "Zh", "Z", "Zm9v\n", "+__-", "Zm8 ", "Zm9", "ZgA="}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
}

TEST(EqualInConstantTime, ComparesWholeTexts) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

}  // namespace
}  // namespace lendport::crypto

// Known answers of digests, codes and spellings.
#include "crypto/mac.hpp"

#include "crypto/hash.hpp"

#include <gtest/gtest.h>

namespace lendport::crypto {
namespace {

TEST(Mac, HasTheKnownAnswers) {
  EXPECT_EQ(hex(digest(Hash::sha256, "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(digest(Hash::sha512, "")).substr(0, 32), "cf83e1357eefb8bdf1542850d66d8007");
  // RFC 4231, case 2.
  EXPECT_EQ(hex(hmac(Hash::sha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac(Hash::sha512, "Jefe", "what do ya want for nothing?")).substr(0, 32),
            "164b7a7bfcf819e2e395fbe73b56e0a3");
  EXPECT_EQ(hmac(Hash::sha256, "", "x").size(), 32U);
  EXPECT_EQ(parse_hash("sha256"), Hash::sha256);
  EXPECT_FALSE(parse_hash("md5"));
}

TEST(Mac, ReadsItsOwnSpellingsAndNoOthers) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xFF\xFE"}) {
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
    EXPECT_EQ(from_hex(hex(bytes)), bytes);
  }
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(from_hex("FFfe"), "\xFF\xFE");
  for (const char* text : {"Zm9vYg=", "Zm9v\n", "Zm9vYh==", "Z===", " Zm9", "Zm9*", "Zm9-"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  for (const char* text : {"f", "fg", "0x"}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace lendport::crypto

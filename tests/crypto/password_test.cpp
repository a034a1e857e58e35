// Passwords are recognised by their hash alone.
#include "crypto/password.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport::crypto {
namespace {

TEST(Password, IsRecognisedByItsHash) {
  const Secret<std::string> password(std::string("correct horse \xC3\xA9 battery"));
  const std::string stored = hash_password(password);
  EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << stored;
  EXPECT_TRUE(is_password(stored, password));
  EXPECT_FALSE(is_password(stored, Secret(std::string("correct horse"))));
  EXPECT_FALSE(needs_new_hash(stored));
}

TEST(Password, HasALength) {
  EXPECT_THROW(hash_password(Secret(std::string())), Error);
  EXPECT_THROW(hash_password(Secret(std::string(kPasswordBytesMax + 1, 'x'))), Error);
}

TEST(Password, IsNothingThatWasNotStored) {
  for (const char* stored :
       {"", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA"}) {
    EXPECT_FALSE(is_password(stored, Secret(std::string("x")))) << stored;
  }
  EXPECT_FALSE(is_password(std::string(1000, '$'), Secret(std::string("x"))));
  EXPECT_TRUE(
      needs_new_hash("$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFz"));
}

}  // namespace
}  // namespace lendport::crypto

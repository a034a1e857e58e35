// The key-encryption key is read from a file that nobody else can read.
#include "core/error.hpp"
#include "crypto/sealing.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace lendport::crypto {
namespace {

const std::string kDigits = "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100";

class KeyFile : public testing::Test {
 protected:
  std::string written(const std::string& text, mode_t mode) {
    const std::string path = folder_ / "key";
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  // What is said against the file; "" when it is read.
  static std::string refusal(const std::string& path) {
    try {
      read_key_encryption_key(path);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_input);
      EXPECT_EQ(error.detail().find("0011"), std::string::npos) << "shows the key";
      return error.detail();
    }
  }

  support::TempDir folder_;
};

TEST_F(KeyFile, IsReadWhenItIsItsOwnersAlone) {
  const SealingKey key = read_key_encryption_key(written(kDigits + "\n", 0600));
  EXPECT_EQ(key.bytes.expose().size(), kSealingKeyBytes);
  EXPECT_EQ(key.bytes.expose()[1], '\x11');
  EXPECT_TRUE(key.id.starts_with("kek_")) << key.id;
  EXPECT_EQ(key.id, read_key_encryption_key(written(kDigits, 0400)).id);
}

TEST_F(KeyFile, IsRefusedWhenOthersMayReadIt) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U, 0666U, 0777U}) {
    EXPECT_NE(refusal(written(kDigits, mode)).find("chmod 600"), std::string::npos) << mode;
  }
}

TEST_F(KeyFile, IsRefusedWhenItHoldsNoKey) {
  for (const std::string& text : {std::string(), kDigits.substr(1), kDigits + "0", kDigits + "\n\n",
                                  "g" + kDigits.substr(1), kDigits + std::string(1000, '0')}) {
    EXPECT_NE(refusal(written(text, 0600)).find("hexadecimal"), std::string::npos) << text;
  }
}

TEST_F(KeyFile, IsRefusedWhenItIsNoFile) {
  EXPECT_NE(refusal(folder_ / "none").find("cannot be read"), std::string::npos);
  EXPECT_NE(refusal(folder_.path()).find("plain file"), std::string::npos);
}

TEST(KeyEncryptionKey, NamesItsSourceWhenRefused) {
  try {
    key_encryption_key(Secret(std::string("short")), "LENDPORT_KEY");
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.detail().starts_with("LENDPORT_KEY: ")) << error.detail();
  }
}

}  // namespace
}  // namespace lendport::crypto

// Where key-encryption keys come from.
#include "core/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/sealing.hpp"

#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lendport::crypto {
namespace {

constexpr std::size_t kTextLength = 2 * kSealingKeyBytes;

[[noreturn]] void refuse(std::string_view source, const std::string& why) {
  throw Error(ErrorCode::invalid_input, std::string(source) + ": " + why);
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

SealingKey key_encryption_key(const Secret<std::string>& text, std::string_view source) {
  std::string_view digits = text.expose();
  if (digits.ends_with('\n')) digits.remove_suffix(1);
  std::string bytes;
  if (digits.size() != kTextLength) {
    refuse(source, "a key is 64 hexadecimal digits: write `openssl rand -hex 32` into it");
  }
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit_value(digits[i]);
    const int low = digit_value(digits[i + 1]);
    if (high < 0 || low < 0) refuse(source, "a key is 64 hexadecimal digits, and nothing else");
    bytes += static_cast<char>(high << 4 | low);
  }
  std::string id = "kek_" + hex(hmac_sha256(bytes, "lendport key id")).substr(0, 16);
  return {std::move(id), Secret(std::move(bytes))};
}

SealingKey read_key_encryption_key(const std::filesystem::path& file) {
  const std::string source = file.string();
  const OpenFile open_file(file);
  struct stat found {};
  // The opened file is asked, not its name: nobody can exchange it in between.
  if (open_file.number() < 0 || fstat(open_file.number(), &found) != 0) {
    refuse(source, "the key file cannot be read");
  }
  if (!S_ISREG(found.st_mode)) refuse(source, "is not a plain file");
  if ((found.st_mode & 0077U) != 0) refuse(source, "others may read the key: chmod 600");
  if (found.st_uid != geteuid()) refuse(source, "the key belongs to another user");
  std::array<char, kTextLength + 2> buffer{};
  const ssize_t size = ::read(open_file.number(), buffer.data(), buffer.size());
  const Secret<std::string> text(
      std::string(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0));
  wipe(buffer.data(), buffer.size());
  return key_encryption_key(text, source);
}

}  // namespace lendport::crypto

// Making the key-encryption key.
#include "cli/commands.hpp"
#include "core/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace lendport::cli {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const char* what) {
  throw Error(ErrorCode::invalid_input, file.string() + ": " + what);
}

}  // namespace

int create_key_file(const std::filesystem::path& file) {
  constexpr std::size_t kKeyBytes = 32;
  std::string text = crypto::hex(crypto::random_bytes(kKeyBytes)) + "\n";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    refuse(file,
           errno == EEXIST ? "exists already; a key is never overwritten" : std::strerror(errno));
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  wipe(text.data(), text.size());
  if (!written) refuse(file, "the key could not be written whole: remove the file and try again");
  std::printf("%s\n", file.c_str());
  return 0;
}

}  // namespace lendport::cli

#include "crypto/password.hpp"

#include "core/error.hpp"

#include <sodium.h>

#include <array>

namespace lendport::crypto {
namespace {

constexpr auto kOperations = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
constexpr auto kMemoryBytes = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  if (!started) throw Error(ErrorCode::internal, "libsodium did not start");
}

}  // namespace

std::string hash_password(const Secret<std::string>& password) {
  start_sodium();
  const std::string& text = password.expose();
  if (text.empty() || text.size() > kPasswordBytesMax) {
    throw Error(ErrorCode::invalid_input, "a password has 1 to 1024 bytes");
  }
  std::array<char, crypto_pwhash_argon2id_STRBYTES> stored{};
  if (crypto_pwhash_argon2id_str(stored.data(), text.data(), text.size(), kOperations,
                                 kMemoryBytes) != 0) {
    throw Error(ErrorCode::overloaded, "no memory to hash a password");
  }
  return stored.data();
}

bool is_password(const std::string& stored, const Secret<std::string>& password) {
  start_sodium();
  const std::string& text = password.expose();
  if (stored.size() >= crypto_pwhash_argon2id_STRBYTES || text.size() > kPasswordBytesMax) {
    return false;
  }
  return crypto_pwhash_argon2id_str_verify(stored.c_str(), text.data(), text.size()) == 0;
}

bool needs_new_hash(const std::string& stored) {
  start_sodium();
  return crypto_pwhash_argon2id_str_needs_rehash(stored.c_str(), kOperations, kMemoryBytes) != 0;
}

}  // namespace lendport::crypto

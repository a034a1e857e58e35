// Fields that must not be readable in the store: AES-256-GCM under a key with a name.
//
// Three levels: the key-encryption key outside the database wraps the key of each org, which wraps
// the key of each person and case. Whoever holds a copy of the database alone holds ciphertext.
// Which key belongs to whom is kept by db/keys.hpp; here is only what is done with a key.
#pragma once

#include "core/blob.hpp"
#include "core/secret.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::crypto {

inline constexpr std::size_t kSealingKeyBytes = 32;

// A key and the name that sealed values carry. With random nonces one key is good for 2^32 values.
struct SealingKey {
  std::string id;  // at most 255 bytes
  Secret<std::string> bytes;
};

SealingKey make_sealing_key(std::string id);

// Where a sealed value lives. It opens nowhere else: moved to another row, column or org it is
// refused like an altered one.
struct Place {
  std::string_view org;
  std::string_view table;
  std::string_view row;
  std::string_view column;
};

// Version 1: 0x01, length of the key's id, the id, 12 bytes of nonce, ciphertext, 16 bytes of tag.
Blob seal(const SealingKey& key, const Place& place, std::string_view plain);

// Throws Error{internal} when `sealed` was altered, belongs elsewhere or to another key.
Secret<std::string> unseal(const SealingKey& key, const Place& place, const Blob& sealed);

// The id of the key that `sealed` needs. Throws Error{internal} when it is not a sealed value.
std::string sealing_key_id_of(const Blob& sealed);

// The key-encryption keys: one in use, and older ones until everything is wrapped anew.
class Keyring {
 public:
  explicit Keyring(SealingKey current, std::vector<SealingKey> older = {})
      : current_(std::move(current)), older_(std::move(older)) {}

  const SealingKey& current() const { return current_; }
  // Null when the key is not on the ring.
  const SealingKey* find(std::string_view id) const;

 private:
  SealingKey current_;
  std::vector<SealingKey> older_;
};

// A key-encryption key from its text: 32 bytes as 64 hexadecimal digits, a newline may follow. Its
// id follows from the key. Throws Error{invalid_input} naming `source`, never the text.
SealingKey key_encryption_key(const Secret<std::string>& text, std::string_view source);

// The same from a file, which only its owner may read: Error{invalid_input} when its mode is looser
// than 0600, it belongs to another user, or it cannot be read.
SealingKey read_key_encryption_key(const std::filesystem::path& file);

}  // namespace lendport::crypto

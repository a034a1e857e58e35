#include "crypto/sealing.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <openssl/evp.h>

#include <memory>

namespace lendport::crypto {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kPlainBytesMax = 64U << 20U;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

void require(bool worked, const char* otherwise) {
  if (!worked) throw Error(ErrorCode::internal, otherwise);
}

unsigned char* bytes_at(std::string& text, std::size_t at = 0) {
  return reinterpret_cast<unsigned char*>(text.data() + at);
}

const unsigned char* bytes_at(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Looking the algorithm up takes locks that every value of every thread would share.
const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const found = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return found;
}

std::string header_of(std::string_view key_id) {
  require(!key_id.empty() && key_id.size() <= 255, "the id of a sealing key is too long");
  std::string header{kVersion, static_cast<char>(key_id.size())};
  header += key_id;
  return header;
}

// What the tag covers beside the ciphertext: the header and the place, each field with its length.
std::string associated(std::string_view header, const Place& place) {
  std::string bytes(header);
  for (const std::string_view field : {place.org, place.table, place.row, place.column}) {
    bytes += std::to_string(field.size()) + ":";
    bytes += field;
  }
  return bytes;
}

Context started(const SealingKey& key, std::string_view nonce, std::string_view covered,
                bool encrypt) {
  require(key.bytes.expose().size() == kSealingKeyBytes, "a sealing key has 32 bytes");
  Context context(EVP_CIPHER_CTX_new());
  int ignored = 0;
  require(context != nullptr &&
              EVP_CipherInit_ex(context.get(), aes_256_gcm(), nullptr, bytes_at(key.bytes.expose()),
                                bytes_at(nonce), encrypt ? 1 : 0) == 1 &&
              EVP_CipherUpdate(context.get(), nullptr, &ignored, bytes_at(covered),
                               static_cast<int>(covered.size())) == 1,
          "OpenSSL refused to start AES-256-GCM");
  return context;
}

// The parts of a sealed value, all inside of it.
struct Parts {
  std::string_view header;
  std::string_view key_id;
  std::string_view nonce;
  std::string_view ciphertext;
  std::string_view tag;
};

Parts parts_of(const Blob& sealed) {
  const std::string_view bytes = sealed.bytes;
  require(bytes.size() > 2 && bytes[0] == kVersion, "this is not a sealed value");
  const std::size_t id_size = static_cast<unsigned char>(bytes[1]);
  const std::size_t header_size = 2 + id_size;
  require(bytes.size() >= header_size + kNonceBytes + kTagBytes, "a sealed value is cut short");
  const std::size_t text_at = header_size + kNonceBytes;
  const std::size_t tag_at = bytes.size() - kTagBytes;
  return {bytes.substr(0, header_size), bytes.substr(2, id_size),
          bytes.substr(header_size, kNonceBytes), bytes.substr(text_at, tag_at - text_at),
          bytes.substr(tag_at)};
}

}  // namespace

SealingKey make_sealing_key(std::string id) {
  return {std::move(id), Secret(random_bytes(kSealingKeyBytes))};
}

Blob seal(const SealingKey& key, const Place& place, std::string_view plain) {
  require(plain.size() <= kPlainBytesMax, "too much to seal at once");
  const std::string header = header_of(key.id);
  const std::string nonce = random_bytes(kNonceBytes);
  const Context context = started(key, nonce, associated(header, place), true);
  std::string sealed = header + nonce;
  const std::size_t text_at = sealed.size();
  sealed.resize(text_at + plain.size() + kTagBytes);
  int written = 0;
  int rest = 0;
  require(EVP_EncryptUpdate(context.get(), bytes_at(sealed, text_at), &written, bytes_at(plain),
                            static_cast<int>(plain.size())) == 1 &&
              EVP_EncryptFinal_ex(context.get(), bytes_at(sealed, text_at + plain.size()), &rest) ==
                  1 &&
              EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                  bytes_at(sealed, text_at + plain.size())) == 1,
          "OpenSSL refused to seal");
  return {std::move(sealed)};
}

Secret<std::string> unseal(const SealingKey& key, const Place& place, const Blob& sealed) {
  const Parts parts = parts_of(sealed);
  require(parts.key_id == key.id, "a sealed value belongs to another key");
  const Context context = started(key, parts.nonce, associated(parts.header, place), false);
  std::string plain(parts.ciphertext.size(), '\0');
  std::string tag(parts.tag);
  int written = 0;
  int rest = 0;
  const bool opened =
      EVP_DecryptUpdate(context.get(), bytes_at(plain), &written, bytes_at(parts.ciphertext),
                        static_cast<int>(parts.ciphertext.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes_at(tag)) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_at(plain, plain.size()), &rest) == 1;
  Secret result(std::move(plain));
  require(opened, "a sealed value was altered or moved");
  return result;
}

std::string sealing_key_id_of(const Blob& sealed) {
  return std::string(parts_of(sealed).key_id);
}

const SealingKey* Keyring::find(std::string_view id) const {
  if (current_.id == id) return &current_;
  for (const SealingKey& key : older_) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

}  // namespace lendport::crypto

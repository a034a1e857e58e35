// Digests and HMACs by OpenSSL, as the hub's crypto call makes them.
#include "testing/test_host.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lendport::testing {
namespace {

const EVP_MD* algorithm_named(std::string_view name) {
  return name == "sha512" ? EVP_sha512() : EVP_sha256();
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string digest(std::string_view algorithm, std::string_view data) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(out.data()), &size,
             algorithm_named(algorithm), nullptr);
  out.resize(size);
  return out;
}

std::string hmac(std::string_view algorithm, std::string_view secret, std::string_view data) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(algorithm_named(algorithm), secret.data(), static_cast<int>(secret.size()), octets(data),
       data.size(), reinterpret_cast<unsigned char*>(out.data()), &size);
  out.resize(size);
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned char byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(bytes),
                             static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace lendport::testing

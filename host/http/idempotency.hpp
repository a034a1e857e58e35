// Idempotency-Key: which requests are the same one, and which of them run right now.
#pragma once

#include "http/message.hpp"
#include "http/ports.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace lendport::http {

inline constexpr std::size_t kIdempotencyKeyBytesMax = 255;

// 1 to kIdempotencyKeyBytesMax visible ASCII characters.
bool is_idempotency_key(std::string_view text);

// What a route's bodies are.
enum class BodyKind { json, bytes };

// Two requests are the same one when caller, path, query and body are; of JSON the order of an
// object's members and blanks do not count. The caller is a user with what the key may do and
// where: what one key was answered, a narrower one of the same user is not. Throws
// malformed_request when a JSON body is none.
std::string fingerprint_of(const Request& request, BodyKind kind = BodyKind::json);

// The keys whose first request runs on this node. Thread-safe. (Between nodes, the store's unique
// key decides when the second story commits.)
class KeysInFlight {
 public:
  class Claim {
   public:
    Claim(KeysInFlight& keys, std::string key) : keys_(&keys), key_(std::move(key)) {}
    Claim(Claim&& other) noexcept : keys_(other.keys_), key_(std::move(other.key_)) {
      other.keys_ = nullptr;
    }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Claim& operator=(Claim&&) = delete;
    ~Claim();

   private:
    KeysInFlight* keys_;
    std::string key_;
  };

  // Throws idempotency_in_flight when somebody holds it. The claim ends with its object, which
  // must not outlive this.
  Claim claim(const IdempotencyScope& scope);

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> keys_;  // protected by mutex_; one per running request at most
};

}  // namespace lendport::http

// How many requests a caller may send: a bucket per key, refilled steadily.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lendport::http {

// What is left of a caller's bucket after one request.
struct Quota {
  bool granted = false;
  std::size_t left = 0;
  std::chrono::seconds until_full{0};   // rounded up
  std::chrono::seconds retry_after{0};  // rounded up; 0 when granted
};

// Thread-safe. At most `keys_max` buckets are kept; full ones are forgotten first, which changes
// nothing for their owners.
class RateLimits {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  RateLimits(std::size_t per_second, std::size_t burst, std::size_t keys_max);

  Quota take(std::string_view key, Moment now);

  // "RateLimit-Policy" of draft-ietf-httpapi-ratelimit-headers-11: the same for every key.
  const std::string& policy() const { return policy_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  // When the bucket will be full again: all a bucket has to remember (GCRA).
  using Buckets = std::unordered_map<std::string, Moment, Hash, std::equal_to<>>;
  struct Shard {
    std::mutex mutex;
    Buckets buckets;  // protected by mutex
  };

  Moment& bucket_of(Buckets& buckets, std::string_view key, Moment now) const;

  static constexpr std::size_t kShards = 16;

  std::chrono::nanoseconds interval_;  // between two requests at the steady pace
  std::chrono::nanoseconds depth_;     // of a full bucket
  std::size_t shard_keys_max_;
  std::string policy_;
  std::array<Shard, kShards> shards_;
};

}  // namespace lendport::http

#include "http/rate_limit.hpp"

#include <algorithm>

namespace lendport::http {

RateLimits::RateLimits(std::size_t per_second, std::size_t burst, std::size_t keys_max)
    : interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) /
                static_cast<std::int64_t>(std::max<std::size_t>(per_second, 1))),
      depth_(interval_ * static_cast<std::int64_t>(std::max<std::size_t>(burst, 1))),
      shard_keys_max_(std::max<std::size_t>(keys_max / kShards, 1)) {
  const auto window = std::chrono::ceil<std::chrono::seconds>(depth_);
  policy_ = "\"key\";q=" + std::to_string(burst) + ";w=" + std::to_string(window.count());
}

RateLimits::Moment& RateLimits::bucket_of(Buckets& buckets, std::string_view key,
                                          Moment now) const {
  const auto found = buckets.find(key);
  if (found != buckets.end()) return found->second;
  if (buckets.size() >= shard_keys_max_) {
    std::erase_if(buckets, [&](const auto& bucket) { return bucket.second <= now; });
  }
  if (buckets.size() >= shard_keys_max_) buckets.erase(buckets.begin());
  return buckets.emplace(std::string(key), now).first->second;
}

Quota RateLimits::take(std::string_view key, Moment now) {
  Shard& shard = shards_[Hash{}(key) % kShards];
  const std::lock_guard lock(shard.mutex);
  Moment& full_at = bucket_of(shard.buckets, key, now);
  const Moment after = std::max(full_at, now) + interval_;
  Quota quota;
  quota.granted = after - now <= depth_;
  if (quota.granted) {
    full_at = after;
    quota.left = static_cast<std::size_t>((depth_ - (after - now)) / interval_);
  } else {
    quota.retry_after = std::chrono::ceil<std::chrono::seconds>(after - now - depth_);
  }
  quota.until_full = std::chrono::ceil<std::chrono::seconds>(full_at - now);
  return quota;
}

}  // namespace lendport::http

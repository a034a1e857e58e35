// Randomness of the system, and the ids made of it.
#pragma once

#include "core/ids.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

namespace lendport::crypto {

// `count` unpredictable bytes. Throws Error{internal} when the system has none.
std::string random_bytes(std::size_t count);

// UUIDv7 from a clock: each is greater than the one before, also within a millisecond and when the
// clock steps back. Thread-safe. `clock` outlives it.
class RandomIds final : public IdSource {
 public:
  explicit RandomIds(const Clock& clock) : clock_(clock) {}
  std::string next_uuid() override;

 private:
  const Clock& clock_;
  std::mutex mutex_;  // protects what follows
  std::int64_t last_ms_ = 0;
  std::uint32_t counter_ = 0;  // RFC 9562, 6.2, method 1: the 12 bits after the version
};

}  // namespace lendport::crypto

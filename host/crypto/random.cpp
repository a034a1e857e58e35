#include "crypto/random.hpp"

#include "core/error.hpp"

#include <openssl/rand.h>

#include <array>

namespace lendport::crypto {
namespace {

constexpr std::uint32_t kCounterMax = 0xfff;
// Half of the counter's range is left for the ids of one millisecond.
constexpr std::uint32_t kCounterStartMax = 0x7ff;

void fill(unsigned char* bytes, std::size_t count) {
  if (RAND_bytes(bytes, static_cast<int>(count)) != 1) {
    throw Error(ErrorCode::internal, "the system gives no randomness");
  }
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  fill(reinterpret_cast<unsigned char*>(bytes.data()), count);
  return bytes;
}

std::string RandomIds::next_uuid() {
  std::array<std::uint8_t, 10> random{};
  fill(random.data(), random.size());
  const std::uint32_t start = (std::uint32_t{random[0]} << 8U | random[1]) & kCounterStartMax;
  const std::int64_t now_ms = to_unix_ms(clock_.now());

  const std::lock_guard lock(mutex_);
  if (now_ms > last_ms_) {
    last_ms_ = now_ms;
    counter_ = start;
  } else if (counter_ < kCounterMax) {
    ++counter_;
  } else {
    ++last_ms_;
    counter_ = start;
  }
  random[0] = static_cast<std::uint8_t>(counter_ >> 8U);
  random[1] = static_cast<std::uint8_t>(counter_);
  return format_uuid_v7(last_ms_, random);
}

}  // namespace lendport::crypto

// What the sandbox's files share: replies, and times as Mosaic writes them.
#pragma once

#include "lender.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>

namespace mosaic_sandbox {

inline constexpr std::int64_t kMsPerDay = 86'400'000;

inline std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

inline std::string instant(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

inline fake::Reply json_of(int status, const Json& body) {
  return fake::json_reply(status, body.dump());
}

inline fake::Reply error(int status, const char* code, const char* message) {
  return json_of(status, {{"error", code}, {"message", message}});
}

}  // namespace mosaic_sandbox

// Moments, dates and the clock port. Wall-clock time is UTC everywhere in the host.
#pragma once

#include "core/error.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lendport {

// A moment on the wall clock, in milliseconds; stored as `_ms` columns, spoken as RFC 3339 UTC.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// When a piece of work must have ended. Made once per request, passed down as the last parameter.
using Deadline = std::chrono::steady_clock::time_point;

using Date = std::chrono::year_month_day;

// Where the present comes from. Production reads the system's clock; a simulation steps its own.
// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  // Since when nobody set it, as far as this program saw. What has passed by the clock since a time
  // it gave has truly passed where this has passed as well.
  virtual std::chrono::milliseconds even_for() const { return std::chrono::milliseconds::max(); }
};

// By how much a clock may be corrected without being set.
inline constexpr std::chrono::seconds kClockSlack{5};

// A clock that is set shows at the next now() of the same object.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  std::chrono::milliseconds even_for() const override;

 private:
  // Of the steady clock, in milliseconds; 0: not known, never.
  mutable std::atomic<std::int64_t> ahead_of_steady_{0};
  mutable std::atomic<std::int64_t> set_at_{0};
};

// Milliseconds since 1970, the stored form, and back.
std::int64_t to_unix_ms(Time time);
Time from_unix_ms(std::int64_t ms);

// "2026-05-04T09:30:00.000Z". `parse_time` takes RFC 3339 with any offset, years 1970 to 9999.
std::string format_time(Time time);
Result<Time> parse_time(std::string_view text);

// "2026-05-04"; invalid_input for a day that does not exist. Years 1900 to 9999.
std::string format_date(Date date);
Result<Date> parse_date(std::string_view text);

}  // namespace lendport

// Moments, dates and the clock port. Wall-clock time is UTC everywhere in the host.
#pragma once

#include "core/error.hpp"

#include <chrono>
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
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
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

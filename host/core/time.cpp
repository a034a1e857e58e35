#include "core/time.hpp"

#include <cstdio>
#include <optional>

namespace lendport {
namespace {

// Reads exactly `count` digits from the front of `text`; nothing when there are fewer.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Date> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                  std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

std::optional<std::chrono::milliseconds> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  int ms = 0;
  if (take(text, '.')) {
    int digits = 0;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      if (digits < 3) ms = ms * 10 + (text[0] - '0');
      ++digits;
      text.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 3; ++digits) ms *= 10;
  }
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
         std::chrono::milliseconds{ms};
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes{0};
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return west ? -offset : offset;
}

Error not_a(std::string_view kind, std::string_view text, std::string_view example) {
  return Error(ErrorCode::invalid_input, "\"" + std::string(text.substr(0, 40)) + "\" is not a " +
                                             std::string(kind) + ": write it as \"" +
                                             std::string(example) + "\"");
}

std::int64_t steady_ms() {
  const auto passed = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
}

}  // namespace

Time SystemClock::now() const {
  const Time now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::int64_t steady = steady_ms();
  const std::int64_t ahead = to_unix_ms(now) - steady;
  const std::int64_t before = ahead_of_steady_.exchange(ahead);
  const std::chrono::milliseconds moved{ahead > before ? ahead - before : before - ahead};
  if (before != 0 && moved > kClockSlack) set_at_ = steady;
  return now;
}

std::chrono::milliseconds SystemClock::even_for() const {
  now();
  const std::int64_t set_at = set_at_;
  if (set_at == 0) return std::chrono::milliseconds::max();
  return std::chrono::milliseconds{steady_ms() - set_at};
}

std::int64_t to_unix_ms(Time time) {
  return time.time_since_epoch().count();
}

Time from_unix_ms(std::int64_t ms) {
  return Time{std::chrono::milliseconds{ms}};
}

std::string format_time(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto of_day = (time - day).count();
  char clock[24];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02d.%03dZ", static_cast<int>(of_day / 3'600'000),
                static_cast<int>(of_day / 60'000 % 60), static_cast<int>(of_day / 1000 % 60),
                static_cast<int>(of_day % 1000));
  return format_date(Date{day}) + clock;
}

Result<Time> parse_time(std::string_view text) {
  const Error refused = not_a("time", text, "2026-05-04T09:30:00Z");
  std::string_view rest = text;
  const auto date = take_date(rest);
  if (!date || date->year() < std::chrono::year{1970}) return refused;
  if (!take(rest, 'T') && !take(rest, 't')) return refused;
  const auto clock = take_clock(rest);
  if (!clock) return refused;
  const auto offset = take_offset(rest);
  if (!offset || !rest.empty()) return refused;
  return Time{std::chrono::sys_days{*date}} + *clock - *offset;
}

std::string format_date(Date date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

Result<Date> parse_date(std::string_view text) {
  std::string_view rest = text;
  const auto date = take_date(rest);
  if (!date || !rest.empty() || date->year() < std::chrono::year{1900}) {
    return not_a("date", text, "2026-05-04");
  }
  return *date;
}

}  // namespace lendport

#include "telemetry/access_log.hpp"

#include "core/quote.hpp"

#include <charconv>

namespace lendport::telemetry {
namespace {

constexpr std::size_t kDigitsMax = 20;

void append_number(std::string& line, std::uint64_t number) {
  char digits[kDigitsMax];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  line.append(digits, end);
}

// Formatting a date costs more than the rest of the line, and changes once a second.
void append_time(std::string& line, Time time) {
  thread_local std::chrono::sys_seconds formatted_second{};
  thread_local std::string second;
  const auto now = std::chrono::floor<std::chrono::seconds>(time);
  if (now != formatted_second || second.empty()) {
    second = format_time(now).substr(0, std::string_view("2026-05-04T09:30:00").size());
    formatted_second = now;
  }
  const auto ms = static_cast<unsigned>((time - now).count());
  line += second;
  line += '.';
  line += static_cast<char>('0' + ms / 100);
  line += static_cast<char>('0' + ms / 10 % 10);
  line += static_cast<char>('0' + ms % 10);
  line += 'Z';
}

void append_text(std::string& line, std::string_view name, std::string_view text) {
  line += name;
  append_quoted(line, text);
}

}  // namespace

AccessLog::AccessLog(const Settings& settings) {
  if (settings.access_log_file == "off") return;
  lines_ = std::make_unique<LineFile>(settings.access_log_file);
}

void AccessLog::count_dropped_in(Metrics& metrics) {
  dropped_ = &metrics.counter("lendport_access_log_dropped_total",
                              "Lines of the access log that could not wait any longer.");
}

void AccessLog::write(const Access& access) {
  if (!lines_) return;
  thread_local std::string line;
  line = "{\"time\":\"";
  append_time(line, access.time);
  append_text(line, "\",\"event\":\"access\",\"request_id\":", access.request_id);
  append_text(line, ",\"peer\":", access.peer);
  append_text(line, ",\"method\":", access.method);
  append_text(line, ",\"route\":", access.route);
  if (!access.org.empty()) append_text(line, ",\"org\":", access.org);
  if (!access.key.empty()) append_text(line, ",\"key\":", access.key);
  line += ",\"status\":";
  append_number(line, access.status);
  line += ",\"bytes\":";
  append_number(line, access.bytes);
  line += ",\"us\":";
  append_number(line, static_cast<std::uint64_t>(access.duration.count()));
  line += "}\n";
  if (!lines_->append(line) && dropped_ != nullptr) dropped_->Increment();
}

void AccessLog::flush() {
  if (lines_) lines_->flush();
}

}  // namespace lendport::telemetry

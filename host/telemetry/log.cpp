#include "telemetry/log.hpp"

#include "core/quote.hpp"
#include "core/text.hpp"
#include "core/time.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace lendport::telemetry {
namespace {

constexpr std::string_view kCut = "\xE2\x80\xA6";  // …

spdlog::level::level_enum spelled(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
  }
  return "error";
}

// Whole lines reach the file: they may share it with the access log.
std::shared_ptr<spdlog::logger> logger_to(spdlog::sink_ptr sink, Level level) {
  auto logger = std::make_shared<spdlog::logger>("hub", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spelled(level));
  logger->flush_on(spdlog::level::debug);
  return logger;
}

std::shared_ptr<spdlog::logger>& current() {
  static auto logger = logger_to(std::make_shared<spdlog::sinks::stderr_sink_mt>(), Level::info);
  return logger;
}

}  // namespace

Field::Field(std::string_view name, std::string_view text) : name_(name) {
  if (text.size() <= kFieldBytesMax) {
    append_quoted(json_, text);
  } else {
    append_quoted(json_, cut(text, kFieldBytesMax) + std::string(kCut));
  }
}

Field::Field(std::string_view name, bool flag) : name_(name), json_(flag ? "true" : "false") {}

Field::Field(std::string_view name, std::int64_t number)
    : name_(name), json_(std::to_string(number)) {}

Field::Field(std::string_view name, std::chrono::microseconds duration) : name_(name) {
  const auto us = duration.count();
  const std::string below = std::to_string(us % 1000);
  json_ = std::to_string(us / 1000) + "." + std::string(3 - below.size(), '0') + below;
}

void open_log(const Settings& settings) {
  // spdlog reports a file it cannot open by its own exception type; the host throws Error alone.
  try {
    spdlog::sink_ptr sink;
    if (settings.log_file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.log_file);
    }
    current() = logger_to(std::move(sink), settings.level);
  } catch (const spdlog::spdlog_ex& failure) {
    throw Error(ErrorCode::internal, std::string("the log cannot be opened: ") + failure.what());
  }
}

bool logs(Level level) {
  return current()->should_log(spelled(level));
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!logs(level)) return;
  std::string line = "{\"time\":\"" + format_time(SystemClock().now()) + "\",\"level\":\"";
  line += name_of(level);
  line += "\",\"event\":";
  append_quoted(line, event);
  for (const Field& field : fields) {
    line += ',';
    append_quoted(line, field.name());
    line += ':';
    line += field.json();
  }
  line += '}';
  current()->log(spelled(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace lendport::telemetry

// The log: what happened, as one JSON object a line, for operators and their tools.
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "telemetry/settings.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace lendport::telemetry {

// One value longer than this is cut, and ends in "…".
inline constexpr std::size_t kFieldBytesMax = 4096;

// One named value of a line, already written as JSON. Only the types below can be logged, one by
// one and by name: a document or a struct of an applicant has no way in, and a Secret does not
// compile. Lives for the statement that logs it.
class Field {
 public:
  Field(std::string_view name, std::string_view text);
  Field(std::string_view name, const char* text) : Field(name, std::string_view(text)) {}
  Field(std::string_view name, const std::string& text) : Field(name, std::string_view(text)) {}
  Field(std::string_view name, bool flag);
  Field(std::string_view name, std::int64_t number);
  template <std::integral Number>
  Field(std::string_view name, Number number) : Field(name, static_cast<std::int64_t>(number)) {}
  Field(std::string_view name, std::chrono::microseconds duration);  // in milliseconds: 1.250
  Field(std::string_view name, ErrorCode code) : Field(name, to_string(code)) {}
  template <class Kind>
  Field(std::string_view name, const Id<Kind>& id) : Field(name, std::string_view(id.value)) {}
  template <class T>
  Field(std::string_view name, const Secret<T>& secret) = delete;

  std::string_view name() const { return name_; }
  const std::string& json() const { return json_; }

 private:
  std::string_view name_;
  std::string json_;
};

// Where lines go from now on, for the whole process; before, they go to stderr from Level::info.
// Throws Error{internal} when the file cannot be opened. Call it once, before threads are started.
void open_log(const Settings& settings);

// Writes one line: {"time":…,"level":…,"event":…, fields…}. `event` is a constant word a program
// can search for ("connector_loaded"), never text made of input. Work of a request gives its id as
// {"request_id", request.id}. Thread-safe; returns when the line was handed to the system, so the
// last line before a crash is there. A log that cannot be written is never an error of the caller.
//
//   log(Level::warn, "lender_slow", {{"request_id", request.id}, {"connection", connection}});
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

bool logs(Level level);

}  // namespace lendport::telemetry

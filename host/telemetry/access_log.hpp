// One line for every answer that left, cheap enough for the hottest path.
#pragma once

#include "core/time.hpp"
#include "telemetry/line_file.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/settings.hpp"

#include <chrono>
#include <memory>
#include <string_view>

namespace lendport::telemetry {

// What is known of one exchange. Views live for the call. The path and the query are not here on
// purpose: they may hold what must not be logged (a webhook's token); the route's template does.
struct Access {
  Time time;
  std::string_view request_id;
  std::string_view peer;
  std::string_view method;
  std::string_view route;  // template; empty when none matched
  std::string_view org;
  std::string_view key;  // id of the API key, never the key
  unsigned status = 0;
  std::size_t bytes = 0;  // of the body
  std::chrono::microseconds duration{0};
};

// Thread-safe. Lines are on disk at most LineFile's flush interval later.
class AccessLog {
 public:
  // Throws Error{internal} when the file cannot be opened.
  explicit AccessLog(const Settings& settings);

  // Lines dropped because the disk stands still are counted there from now on. Before threads
  // write; `metrics` outlives this.
  void count_dropped_in(Metrics& metrics);

  void write(const Access& access);
  void flush();

 private:
  Counter* dropped_ = nullptr;
  std::unique_ptr<LineFile> lines_;  // none when the access log is off
};

}  // namespace lendport::telemetry

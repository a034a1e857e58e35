// What is counted of every answer, with the handles found beforehand.
#pragma once

#include "http/router.hpp"
#include "telemetry/metrics.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace lendport::http {

// By row of the route table, never by path. Thread-safe.
class RequestMetrics {
 public:
  RequestMetrics(telemetry::Metrics& metrics, const RouteTable& table);

  // `row` is nothing for what the guard or the table refused.
  void count(std::optional<std::size_t> row, unsigned status, std::chrono::microseconds duration);

  telemetry::Gauge& connections() { return connections_; }
  telemetry::Counter& refused_connections() { return refused_connections_; }

 private:
  static constexpr std::size_t kClasses = 6;  // of status: 1xx to 5xx, by their first digit

  struct Row {
    std::array<telemetry::Counter*, kClasses> answers;
    telemetry::Histogram* seconds;
  };
  static Row row_of(telemetry::Metrics& metrics, const std::string& method,
                    const std::string& route);

  std::vector<Row> rows_;  // the last one: no row
  telemetry::Gauge& connections_;
  telemetry::Counter& refused_connections_;
};

}  // namespace lendport::http

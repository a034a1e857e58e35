#include "http/request_metrics.hpp"

namespace lendport::http {

RequestMetrics::RequestMetrics(telemetry::Metrics& metrics, const RouteTable& table)
    : connections_(metrics.gauge("lendport_http_connections", "Open connections.")),
      refused_connections_(metrics.counter("lendport_http_refused_connections_total",
                                           "Connections closed at once: too many.")) {
  for (const Route& route : table.rows()) {
    rows_.push_back(row_of(metrics, std::string(to_string(route.method)), route.path));
  }
  rows_.push_back(row_of(metrics, "", ""));
}

RequestMetrics::Row RequestMetrics::row_of(telemetry::Metrics& metrics, const std::string& method,
                                           const std::string& route) {
  Row row{};
  for (std::size_t i = 1; i < kClasses; ++i) {
    row.answers[i] = &metrics.counter(
        "lendport_http_answers_total", "Answers by route and class of status.",
        {{"method", method}, {"route", route}, {"status", std::to_string(i) + "xx"}});
  }
  row.seconds = &metrics.histogram("lendport_http_request_seconds",
                                   "From the end of the header block to the answer's last byte.",
                                   {{"method", method}, {"route", route}});
  return row;
}

void RequestMetrics::count(std::optional<std::size_t> row, unsigned status,
                           std::chrono::microseconds duration) {
  Row& counted = rows_[row.value_or(rows_.size() - 1)];
  const std::size_t status_class = status / 100;
  if (status_class >= 1 && status_class < kClasses) counted.answers[status_class]->Increment();
  counted.seconds->Observe(std::chrono::duration<double>(duration).count());
}

}  // namespace lendport::http

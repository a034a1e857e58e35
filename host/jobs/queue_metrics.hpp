// How deep the queue of jobs is, for /metrics.
#pragma once

#include "jobs/jobs.hpp"
#include "telemetry/metrics.hpp"

#include <map>
#include <string>
#include <vector>

namespace lendport::jobs {

// By kind and state, and how long the job that is due longest waits. One label per kind that was
// named; jobs of any other kind are "other". Thread-safe.
class QueueMetrics {
 public:
  QueueMetrics(telemetry::Metrics& metrics, const std::vector<std::string>& kinds);

  // Takes over what depth_by_kind() found; a kind that is not in it has no jobs.
  void show(const std::vector<KindDepth>& depths, Time now);

 private:
  struct Gauges {
    telemetry::Gauge* waiting;
    telemetry::Gauge* leased;
    telemetry::Gauge* failed;
    telemetry::Gauge* overdue_s;
  };
  static Gauges gauges_of(telemetry::Metrics& metrics, const std::string& kind);

  std::map<std::string, Gauges> by_kind_;
};

}  // namespace lendport::jobs

#include "jobs/queue_metrics.hpp"

#include <algorithm>

namespace lendport::jobs {
namespace {

constexpr const char* kOther = "other";

}  // namespace

QueueMetrics::QueueMetrics(telemetry::Metrics& metrics, const std::vector<std::string>& kinds) {
  for (const std::string& kind : kinds) by_kind_.emplace(kind, gauges_of(metrics, kind));
  by_kind_.emplace(kOther, gauges_of(metrics, kOther));
}

QueueMetrics::Gauges QueueMetrics::gauges_of(telemetry::Metrics& metrics, const std::string& kind) {
  const auto jobs = [&](const char* state) {
    return &metrics.gauge("lendport_jobs", "Jobs in the queue by kind and state.",
                          {{"kind", kind}, {"state", state}});
  };
  Gauges gauges{};
  gauges.waiting = jobs("waiting");
  gauges.leased = jobs("leased");
  gauges.failed = jobs("failed");
  gauges.overdue_s =
      &metrics.gauge("lendport_jobs_overdue_seconds",
                     "How long the waiting job that is due longest is overdue.", {{"kind", kind}});
  return gauges;
}

void QueueMetrics::show(const std::vector<KindDepth>& depths, Time now) {
  std::map<std::string, KindDepth> sums;
  for (const KindDepth& depth : depths) {
    KindDepth& sum = sums[by_kind_.contains(depth.kind) ? depth.kind : kOther];
    sum.depth.waiting += depth.depth.waiting;
    sum.depth.leased += depth.depth.leased;
    sum.depth.failed += depth.depth.failed;
    if (!depth.oldest_due) continue;
    sum.oldest_due = std::min(sum.oldest_due.value_or(*depth.oldest_due), *depth.oldest_due);
  }
  for (auto& [kind, gauges] : by_kind_) {
    const KindDepth& sum = sums[kind];
    gauges.waiting->Set(static_cast<double>(sum.depth.waiting));
    gauges.leased->Set(static_cast<double>(sum.depth.leased));
    gauges.failed->Set(static_cast<double>(sum.depth.failed));
    const auto overdue = now - sum.oldest_due.value_or(now);
    gauges.overdue_s->Set(std::max(0.0, std::chrono::duration<double>(overdue).count()));
  }
}

}  // namespace lendport::jobs

// Counters, gauges and histograms of the process, in Prometheus' text form.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Registry;
}

namespace lendport::telemetry {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;
using Labels = std::map<std::string, std::string>;

// Upper bounds, in seconds, of every histogram of durations.
const std::vector<double>& duration_buckets();

// All metrics of one hub. Asking for the same name and labels again gives the same metric.
// References live as long as this object: take them once, at start, and keep them (asking costs a
// lock and a map; counting costs an atomic). Labels hold words of ours, route templates, lender
// ids - never ids of requests, cases or people. Names: `lendport_<what>_<unit>_total`. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                       const std::vector<double>& buckets = duration_buckets());

  // The text /metrics answers with: "text/plain; version=0.0.4".
  std::string text() const;

 private:
  std::unique_ptr<prometheus::Registry> registry_;
};

}  // namespace lendport::telemetry

// Metrics: the same name is the same metric, and the text is Prometheus' own.
#include "telemetry/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lendport::telemetry {
namespace {

using testing::HasSubstr;

TEST(Metrics, GivesTheSameMetricForTheSameNameAndLabels) {
  Metrics metrics;
  Counter& first = metrics.counter("lendport_answers_total", "Answers.", {{"status", "2xx"}});
  Counter& again = metrics.counter("lendport_answers_total", "Answers.", {{"status", "2xx"}});
  Counter& other = metrics.counter("lendport_answers_total", "Answers.", {{"status", "4xx"}});
  EXPECT_EQ(&first, &again);
  EXPECT_NE(&first, &other);
}

TEST(Metrics, AreWrittenInPrometheusText) {
  Metrics metrics;
  metrics.counter("lendport_answers_total", "Answers.", {{"status", "2xx"}}).Increment(3);
  metrics.gauge("lendport_connections", "Open connections.").Set(7);
  metrics.histogram("lendport_request_seconds", "Durations.").Observe(0.003);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE lendport_answers_total counter"));
  EXPECT_THAT(text, HasSubstr("lendport_answers_total{status=\"2xx\"} 3"));
  EXPECT_THAT(text, HasSubstr("lendport_connections 7"));
  EXPECT_THAT(text, HasSubstr("lendport_request_seconds_bucket{le=\"0.005\"} 1"));
  EXPECT_THAT(text, HasSubstr("lendport_request_seconds_bucket{le=\"0.001\"} 0"));
}

}  // namespace
}  // namespace lendport::telemetry

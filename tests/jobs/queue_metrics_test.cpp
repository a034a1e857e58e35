// The queue as /metrics shows it: by kind and state, and how long the oldest waits.
#include "jobs/queue_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lendport::jobs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(QueueMetrics, ShowsEachKindAndHowLongTheOldestWaits) {
  telemetry::Metrics metrics;
  QueueMetrics queue(metrics, {"a.send", "a.ask"});
  const Time now = from_unix_ms(1'780'000'000'000);
  queue.show({{"a.send", {3, 1, 2}, now - std::chrono::seconds(90)},
              {"old.kind", {5, 0, 0}, now - std::chrono::seconds(7)},
              {"other.kind", {1, 0, 0}, now + std::chrono::seconds(7)}},
             now);
  const std::string text = metrics.text();
  for (const char* line : {"lendport_jobs{kind=\"a.send\",state=\"waiting\"} 3\n",
                           "lendport_jobs{kind=\"a.send\",state=\"leased\"} 1\n",
                           "lendport_jobs{kind=\"a.send\",state=\"failed\"} 2\n",
                           "lendport_jobs_overdue_seconds{kind=\"a.send\"} 90\n",
                           "lendport_jobs{kind=\"a.ask\",state=\"waiting\"} 0\n",
                           "lendport_jobs{kind=\"other\",state=\"waiting\"} 6\n",
                           "lendport_jobs_overdue_seconds{kind=\"other\"} 7\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("old.kind")));
  queue.show({}, now);
  EXPECT_THAT(metrics.text(), HasSubstr("lendport_jobs{kind=\"a.send\",state=\"waiting\"} 0\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("lendport_jobs_overdue_seconds{kind=\"a.send\"} 0\n"));
}

}  // namespace
}  // namespace lendport::jobs

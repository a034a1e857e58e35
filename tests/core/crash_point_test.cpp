// A crash point ends the process only where and when it was told to.
#include "core/crash_point.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace lendport {
namespace {

void pass_points(const char* target, int passes) {
  setenv("LENDPORT_CRASH_AT", target, 1);  // NOLINT(concurrency-mt-unsafe)
  for (int i = 0; i < passes; ++i) {
    crash_point("before_send");
    crash_point("after_send");
  }
  std::_Exit(0);
}

TEST(CrashPoint, KillsAtTheNamedPass) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(pass_points("after_send", 1), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EXIT(pass_points("after_send:3", 3), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EXIT(pass_points("after_send:3", 2), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(pass_points("elsewhere", 9), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace lendport

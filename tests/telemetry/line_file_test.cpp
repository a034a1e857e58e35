// Lines written behind the writer's back: all of them, in order, whole, and never without bound.
#include "telemetry/line_file.hpp"

#include "core/error.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace lendport::telemetry {
namespace {

std::string content(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(LineFile, HasWrittenEverythingWhenFlushed) {
  const support::TempDir folder;
  const std::string file = (folder.path() / "lines").string();
  LineFile lines(file);
  lines.append("one\n");
  lines.append("two\n");
  lines.flush();
  EXPECT_EQ(content(file), "one\ntwo\n");
}

TEST(LineFile, AppendsToWhatIsThereAndWritesTheRestWhenItGoes) {
  const support::TempDir folder;
  const std::string file = (folder.path() / "lines").string();
  for (const char* line : {"first\n", "second\n"}) LineFile(file).append(line);
  EXPECT_EQ(content(file), "first\nsecond\n");
}

TEST(LineFile, KeepsLinesOfSeveralThreadsWhole) {
  const support::TempDir folder;
  const std::string file = (folder.path() / "lines").string();
  constexpr int kLines = 20'000;
  const std::string line(50, 'x');
  std::atomic<std::size_t> kept = 0;
  {
    LineFile lines(file);
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i) {
      writers.emplace_back([&] {
        for (int n = 0; n < kLines; ++n) kept += lines.append(line + "\n") ? 1 : 0;
      });
    }
    for (auto& writer : writers) writer.join();
    lines.flush();
    ASSERT_EQ(content(file).size(), kept * (line.size() + 1));
  }
  std::ifstream in(file);
  for (std::string read; std::getline(in, read);) ASSERT_EQ(read, line);
}

TEST(LineFile, DropsWhatAStandingDiskWouldPileUp) {
  const support::TempDir folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  {
    LineFile lines(pipe);
    const std::string line(64UL << 10U, 'x');
    bool dropped = false;
    for (std::size_t sent = 0; sent < 3 * LineFile::kWaitingBytesMax; sent += line.size()) {
      dropped = !lines.append(line) || dropped;
    }
    EXPECT_TRUE(dropped);
    ::signal(SIGPIPE, SIG_IGN);
    ::close(reader);  // the writer meets EPIPE and gives up instead of hanging
  }
}

TEST(LineFile, RefusesAFileItCannotOpen) {
  EXPECT_THROW(LineFile("/dev/null/log"), Error);
}

}  // namespace
}  // namespace lendport::telemetry

// Runs a program beside a test: starts it, reads what it says, ends it.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace lendport::support {

// What to start. `environment` is added to the test's own; a variable named twice has the later
// value. stdin is /dev/null.
struct Command {
  std::filesystem::path program;  // with a slash, or looked up in PATH
  std::vector<std::string> arguments = {};
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::filesystem::path folder = {};  // where it runs; empty: where the test runs
  bool reads_stderr = true;  // false: stderr goes where the test's goes and is not part of output()
};

// A running program. Its output is read all the time by a thread of this object, so that it never
// blocks on a full pipe. The destructor kills the program (by its pid) and waits for it; the kernel
// kills it too when the thread that started it ends, so start it from a thread that outlives it.
// One thread at a time may use an object.
class Process {
 public:
  // Bytes of output that are kept; what is older is forgotten.
  static constexpr std::size_t kOutputBytesMax = 8U << 20U;

  // Throws std::system_error when the program cannot be started.
  explicit Process(const Command& command);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  // The first line, not handed out by an earlier call, that contains `part`; lines before it count
  // as handed out. Nothing when `timeout` passes or the output ends first. Without its newline.
  std::optional<std::string> wait_for_line(std::string_view part,
                                           std::chrono::milliseconds timeout);

  // The exit code, or 128 + the signal that ended it; nothing when it still runs after `timeout`.
  // After an exit code, output() is complete. May be called again and says the same.
  std::optional<int> wait(std::chrono::milliseconds timeout);

  // Sends a signal. Does nothing once wait() has reported the end: the pid may be another's by
  // then.
  void signal(int number);

  // Everything read so far.
  std::string output() const;
  pid_t pid() const { return pid_; }

 private:
  struct Reader;

  pid_t pid_ = -1;
  int pid_handle_ = -1;
  std::optional<int> exit_code_;
  std::unique_ptr<Reader> reader_;
};

// Runs a program to its end. Returns its exit code and output; throws std::runtime_error, with the
// output so far, when it does not end within `timeout`.
struct Ended {
  int exit_code;
  std::string output;
};
Ended run_to_end(const Command& command, std::chrono::milliseconds timeout);

}  // namespace lendport::support

#include "support/process.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace lendport::support {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
  return {ends[0], ends[1]};
}

std::vector<std::string> environment_with(const Command& command) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) all.emplace_back(*variable);
  for (const auto& [name, value] : command.environment) {
    const std::string prefix = name + "=";
    std::erase_if(all, [&](const std::string& old) { return old.starts_with(prefix); });
    all.push_back(prefix + value);
  }
  return all;
}

std::vector<char*> as_c_array(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

struct Child {
  const char* program;
  char** arguments;
  char** environment;
  const char* folder;
  int output;
  bool reads_stderr;
  pid_t parent;
};

// Runs between fork and exec: calls only what is safe there. Reports errno through `failure`.
[[noreturn]] void become(const Child& child, int failure) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool ready = getppid() == child.parent && dup2(nothing, STDIN_FILENO) >= 0 &&
               dup2(child.output, STDOUT_FILENO) >= 0;
  if (ready && child.reads_stderr) ready = dup2(child.output, STDERR_FILENO) >= 0;
  if (ready && *child.folder != '\0') ready = chdir(child.folder) == 0;
  if (ready) execvpe(child.program, child.arguments, child.environment);
  const int reason = errno;
  const ssize_t ignored = write(failure, &reason, sizeof reason);
  _exit(ignored == 0 ? 126 : 127);
}

pid_t start(const Command& command, int output) {
  std::vector<std::string> arguments = {command.program.string()};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment = environment_with(command);
  const std::vector<char*> argument_pointers = as_c_array(arguments);
  const std::vector<char*> environment_pointers = as_c_array(environment);
  const Child child = {command.program.c_str(),
                       const_cast<char**>(argument_pointers.data()),
                       const_cast<char**>(environment_pointers.data()),
                       command.folder.c_str(),
                       output,
                       command.reads_stderr,
                       getpid()};
  const Pipe failure = make_pipe();
  const pid_t pid = fork();
  if (pid == 0) become(child, failure.write_end);
  close(failure.write_end);
  int reason = pid < 0 ? errno : 0;
  if (pid > 0 && read(failure.read_end, &reason, sizeof reason) > 0) waitpid(pid, nullptr, 0);
  close(failure.read_end);
  if (reason != 0) {
    throw std::system_error(reason, std::generic_category(), "start " + command.program.string());
  }
  return pid;
}

}  // namespace

// Drains the output of the program until it ends or `stop` is closed.
struct Process::Reader {
  Reader() : output(make_pipe()), stop(make_pipe()) {}
  ~Reader() {
    close(stop.write_end);
    if (thread.joinable()) thread.join();
    close(stop.read_end);
    close(output.read_end);
    if (output.write_end >= 0) close(output.write_end);
  }

  void run() {
    std::array<char, 65536> bytes{};
    std::array<pollfd, 2> waited = {pollfd{output.read_end, POLLIN, 0},
                                    pollfd{stop.read_end, POLLIN, 0}};
    for (;;) {
      if (poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) break;
      if (waited[1].revents != 0) break;
      const ssize_t got = read(output.read_end, bytes.data(), bytes.size());
      if (got <= 0 && errno != EINTR) break;
      if (got > 0) keep(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
    }
    const std::lock_guard lock(mutex);
    ended = true;
    changed.notify_all();
  }

  void keep(std::string_view more) {
    const std::lock_guard lock(mutex);
    text += more;
    if (text.size() > kOutputBytesMax) {
      const std::size_t forgotten = text.size() - kOutputBytesMax;
      text.erase(0, forgotten);
      handed_out -= std::min(handed_out, forgotten);
    }
    changed.notify_all();
  }

  // The next line, complete or last. REQUIRES: mutex is held.
  std::optional<std::string> take_line() {
    const std::size_t end = text.find('\n', handed_out);
    if (end == std::string::npos && (!ended || handed_out == text.size())) return std::nullopt;
    std::string line = text.substr(handed_out, end - handed_out);
    handed_out = end == std::string::npos ? text.size() : end + 1;
    return line;
  }

  Pipe output;
  Pipe stop;
  std::mutex mutex;  // protects what follows
  std::condition_variable changed;
  std::string text;
  std::size_t handed_out = 0;
  bool ended = false;
  std::thread thread;
};

Process::Process(const Command& command) : reader_(std::make_unique<Reader>()) {
  pid_ = start(command, reader_->output.write_end);
  close(std::exchange(reader_->output.write_end, -1));
  // glibc 2.36 declares pidfd_open without extern "C".
  pid_handle_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  reader_->thread = std::thread([reader = reader_.get()] { reader->run(); });
}

Process::~Process() {
  signal(SIGKILL);
  if (!exit_code_) waitpid(pid_, nullptr, 0);
  close(pid_handle_);
}

std::optional<std::string> Process::wait_for_line(std::string_view part,
                                                  std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  std::unique_lock lock(reader_->mutex);
  for (;;) {
    while (auto line = reader_->take_line()) {
      if (line->find(part) != std::string::npos) return line;
    }
    if (reader_->ended) return std::nullopt;
    if (reader_->changed.wait_until(lock, deadline) == std::cv_status::timeout) return std::nullopt;
  }
}

std::optional<int> Process::wait(std::chrono::milliseconds timeout) {
  if (exit_code_) return exit_code_;
  const auto deadline = Clock::now() + timeout;
  pollfd ending = {pid_handle_, POLLIN, 0};
  while (poll(&ending, 1, milliseconds_until(deadline)) < 0 && errno == EINTR) continue;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  std::unique_lock lock(reader_->mutex);
  reader_->changed.wait_until(lock, deadline, [&] { return reader_->ended; });
  return exit_code_;
}

void Process::signal(int number) {
  if (!exit_code_) kill(pid_, number);
}

std::string Process::output() const {
  const std::lock_guard lock(reader_->mutex);
  return reader_->text;
}

Ended run_to_end(const Command& command, std::chrono::milliseconds timeout) {
  Process process(command);
  const std::optional<int> code = process.wait(timeout);
  if (!code) {
    throw std::runtime_error(command.program.string() + " did not end in time:\n" +
                             process.output());
  }
  return {*code, process.output()};
}

}  // namespace lendport::support

// A file of lines that is written behind the writer's back: appending costs a copy, never a wait.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace lendport::telemetry {

// Lines wait in memory and are written by a thread of this object, at the latest kFlushEvery after
// they came and at once when kFlushBytes wait. Thread-safe.
class LineFile {
 public:
  // Beyond this many waiting bytes (a disk that stands still) new lines are dropped.
  static constexpr std::size_t kWaitingBytesMax = 4U << 20U;
  static constexpr std::size_t kFlushBytes = 64U << 10U;

  // Appends to the file at `path`, made with mode 0640 when missing; empty: to stderr. Throws
  // Error{internal} when it cannot be opened.
  explicit LineFile(const std::string& path);
  // Writes what still waits.
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  // `line` ends with its newline. False when it was dropped.
  bool append(std::string_view line);
  // Returns when every line appended before this call was written or dropped.
  void flush();

 private:
  void write_behind();

  int file_ = -1;

  std::mutex mutex_;
  // State below is protected by mutex_.
  std::string waiting_;
  bool writing_ = false;
  bool hurry_ = false;
  bool ending_ = false;
  std::condition_variable wake_;
  std::condition_variable written_;

  std::thread writer_;  // last: it uses everything above
};

}  // namespace lendport::telemetry

#include "telemetry/line_file.hpp"

#include "core/error.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace lendport::telemetry {
namespace {

using namespace std::chrono_literals;

constexpr auto kFlushEvery = 200ms;

int open_for_append(const std::string& path) {
  if (path.empty()) return ::dup(STDERR_FILENO);
  return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

// Bytes that could not be written are lost: there is nowhere left to say so.
void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

LineFile::LineFile(const std::string& path) : file_(open_for_append(path)) {
  if (file_ < 0) {
    throw Error(ErrorCode::internal, path + " cannot be opened: " + std::strerror(errno));
  }
  writer_ = std::thread([this] { write_behind(); });
}

LineFile::~LineFile() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  writer_.join();
  ::close(file_);
}

bool LineFile::append(std::string_view line) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > kWaitingBytesMax) return false;
    waiting_ += line;
    wake = !hurry_ && waiting_.size() >= kFlushBytes;
    hurry_ = hurry_ || wake;
  }
  if (wake) wake_.notify_one();
  return true;
}

void LineFile::flush() {
  std::unique_lock lock(mutex_);
  hurry_ = true;
  wake_.notify_one();
  written_.wait(lock, [&] { return waiting_.empty() && !writing_; });
}

void LineFile::write_behind() {
  std::string lines;
  std::unique_lock lock(mutex_);
  while (!ending_ || !waiting_.empty()) {
    wake_.wait_for(lock, kFlushEvery, [&] { return hurry_ || ending_; });
    hurry_ = false;
    lines.clear();
    lines.swap(waiting_);
    writing_ = true;
    lock.unlock();
    write_all(file_, lines);
    lock.lock();
    writing_ = false;
    written_.notify_all();
  }
}

}  // namespace lendport::telemetry

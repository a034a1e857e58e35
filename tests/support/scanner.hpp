// A malware scanner beside a test: speaks clamd's INSTREAM on a unix socket.
#pragma once

#include "support/temp_dir.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace lendport::support {

// What every scanner calls infected, by agreement; in two halves, so that none does so here.
inline const std::string kEicar =
    std::string(R"(X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-)") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

// One connection at a time, on a thread of its own.
class Scanner {
 public:
  // Refuses: reads `limit` bytes of a stream, says that it is too long, and closes, as clamd does.
  enum class Manner { honest, silent, closes, garbles, refuses };

  explicit Scanner(const TempDir& folder, Manner manner = Manner::honest)
      : path_(folder / "clamd.sock"), manner_(manner) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) throw std::runtime_error("the path is too long");
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 16) != 0) {
      throw std::runtime_error("the scanner cannot listen on " + path_);
    }
    thread_ = std::thread([this] { serve(); });
  }
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  ~Scanner() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    if (const int open = open_; open >= 0) shutdown(open, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  const std::string& path() const { return path_; }
  // What was streamed, one text a scan.
  std::vector<std::string> scanned() const {
    const std::lock_guard lock(mutex_);
    return scanned_;
  }

 private:
  static constexpr std::size_t kLimit = 1024;

  void serve() {
    for (;;) {
      const int taken = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (taken < 0) return;
      open_ = taken;
      if (!stopping_) converse(taken);
      open_ = -1;
      close(taken);
    }
  }
  static bool take(int socket, void* into, std::size_t size) {
    return size == 0 || recv(socket, into, size, MSG_WAITALL) == static_cast<ssize_t>(size);
  }
  static void say(int socket, const std::string& line) {
    send(socket, line.c_str(), line.size() + 1, MSG_NOSIGNAL);
  }
  void converse(int socket) {
    std::string command(10, '\0');
    if (!take(socket, command.data(), command.size())) return;
    if (command != std::string("zINSTREAM\0", 10)) return say(socket, "UNKNOWN COMMAND");
    std::string stream;
    for (;;) {
      unsigned char length[4];
      if (!take(socket, length, sizeof length)) return;
      const std::size_t size = static_cast<std::size_t>(length[0]) << 24U | length[1] << 16U |
                               length[2] << 8U | length[3];
      if (size == 0) break;
      std::string piece(size, '\0');
      if (!take(socket, piece.data(), size)) return;
      stream += piece;
      if (manner_ == Manner::refuses && stream.size() > kLimit) {
        return say(socket, "INSTREAM size limit exceeded. ERROR");
      }
    }
    {
      const std::lock_guard lock(mutex_);
      scanned_.push_back(stream);
    }
    answer(socket, stream);
  }
  void answer(int socket, const std::string& stream) {
    char nothing = 0;
    switch (manner_) {
      case Manner::closes: return;
      case Manner::silent: recv(socket, &nothing, 1, 0); return;  // until the other end gives up
      case Manner::garbles: return say(socket, "stream: maybe");
      default: break;
    }
    const bool infected = stream.find(kEicar) != std::string::npos;
    say(socket, infected ? "stream: Eicar-Test-Signature FOUND" : "stream: OK");
  }

  std::string path_;
  Manner manner_;
  int listener_ = -1;
  std::atomic<int> open_ = -1;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> scanned_;
  std::thread thread_;
};

}  // namespace lendport::support

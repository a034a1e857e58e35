#include "support/scanner.hpp"

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace lendport::support {
namespace {

constexpr std::size_t kLimit = 1024;

bool take(int socket, void* into, std::size_t size) {
  return size == 0 || recv(socket, into, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

void say(int socket, const std::string& line) {
  send(socket, line.c_str(), line.size() + 1, MSG_NOSIGNAL);
}

}  // namespace

Scanner::Scanner(const TempDir& folder, Manner manner)
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

Scanner::~Scanner() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  if (const int open = open_; open >= 0) shutdown(open, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::vector<std::string> Scanner::scanned() const {
  const std::lock_guard lock(mutex_);
  return scanned_;
}

void Scanner::serve() {
  for (;;) {
    const int taken = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (taken < 0) return;
    open_ = taken;
    if (!stopping_) converse(taken);
    open_ = -1;
    close(taken);
  }
}

void Scanner::converse(int socket) {
  std::string command(10, '\0');
  if (!take(socket, command.data(), command.size())) return;
  if (command != std::string("zINSTREAM\0", 10)) return say(socket, "UNKNOWN COMMAND");
  std::string stream;
  for (;;) {
    unsigned char length[4];
    if (!take(socket, length, sizeof length)) return;
    const std::size_t size =
        static_cast<std::size_t>(length[0]) << 24U | length[1] << 16U | length[2] << 8U | length[3];
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

void Scanner::answer(int socket, const std::string& stream) {
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

}  // namespace lendport::support

#include "db/postgres/notices.hpp"

#include "core/error.hpp"
#include "db/postgres/postgres.hpp"

#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace lendport::db::postgres {
namespace {

constexpr const char* kListen = "LISTEN lendport";
constexpr const char* kTell = "SELECT pg_notify('lendport', $1)";

}  // namespace

Notices::Notices(const std::string& url, Signals& signals)
    : connection_(url), signals_(signals), bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (bell_ < 0) throw Error(ErrorCode::database_unavailable, "no file descriptor is left");
  thread_ = std::thread([this] { serve(); });
}

Notices::~Notices() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake();
  thread_.join();
  close(bell_);
}

void Notices::tell(const Channels& channels) {
  if (channels.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_.insert(channels.begin(), channels.end());
  }
  wake();
}

void Notices::wake() {
  eventfd_write(bell_, 1);
}

void Notices::wait(int timeout_ms) {
  std::array<pollfd, 2> watched{{{bell_, POLLIN, 0}, {connection_.socket(), POLLIN, 0}}};
  poll(watched.data(), watched.size(), timeout_ms);
  eventfd_t ignored = 0;
  eventfd_read(bell_, &ignored);
}

Notices::Channels Notices::taken() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

bool Notices::is_open() {
  const std::lock_guard lock(mutex_);
  return !closed_;
}

void Notices::serve() {
  auto pause = kReconnectFirst;
  while (is_open()) {
    // What is missed until there is a connection again, the polls find.
    try {
      connection_.connect();
      connection_.run(kListen);
      pause = kReconnectFirst;
      exchange();
    } catch (const Error&) {
      connection_.disconnect();
      if (is_open()) wait(static_cast<int>(pause.count()));
      pause = std::min(2 * pause, kReconnectMax);
    }
  }
}

// Until it closes; what was to be told by then is told.
void Notices::exchange() {
  bool open = true;
  while (open) {
    open = is_open();
    for (const std::string& channel : taken()) connection_.execute(kTell, {channel});
    signals_.raise(connection_.notices());
    if (open) wait(-1);
  }
}

}  // namespace lendport::db::postgres

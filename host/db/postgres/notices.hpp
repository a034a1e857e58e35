// Tells the other processes on the same database what was committed, and hears them.
#pragma once

#include "db/postgres/connection.hpp"
#include "db/signals.hpp"

#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace lendport::db::postgres {

// A wake-up, no more: what is lost while the connection is down is found by the next poll. Notices
// go out on this connection right after the commit they tell of, never inside its transaction:
// there PostgreSQL would hold one lock of the whole server from NOTIFY until the commit is on disk,
// and let one commit through at a time. Thread-safe.
class Notices {
 public:
  using Channels = std::set<std::string, std::less<>>;

  // Connects on a thread of its own, again and again with back-off. Raises in `signals`, which
  // outlives this, what other processes tell.
  Notices(const std::string& url, Signals& signals);
  Notices(const Notices&) = delete;
  Notices& operator=(const Notices&) = delete;
  ~Notices();

  // Tells the others soon. Never blocks; what waits already is told once.
  void tell(const Channels& channels);

 private:
  void serve();
  void exchange();
  bool is_open();
  Channels taken();
  // Until there is something to hear or to tell, or `timeout_ms` passed (-1: never).
  void wait(int timeout_ms);
  void wake();

  Connection connection_;
  Signals& signals_;
  int bell_ = -1;     // an eventfd
  std::mutex mutex_;  // protects what follows
  Channels waiting_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace lendport::db::postgres

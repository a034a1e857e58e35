// What must be done every so often, beside requests and jobs: caches look for changes, webhooks are
// written for what happened, and capabilities do what follows from it; last uses of keys are
// written; answers kept for repeated requests, old reads of lenders, old deliveries of webhooks and
// what staff were told long ago are forgotten.
#pragma once

#include "catalog/catalog.hpp"
#include "connections/connections.hpp"
#include "connectors/connectors.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "events/followers.hpp"
#include "orgs/orgs.hpp"
#include "orgs/support_views.hpp"
#include "webhooks/webhooks.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>

namespace lendport {

// A revoked key is refused everywhere within a second: caches look three times a second.
inline constexpr std::chrono::milliseconds kLookForChangesEvery{300};
// What was changed is known at once where the store tells; under many changes looks keep this
// apart.
inline constexpr std::chrono::milliseconds kBetweenLooks{50};
// What happened is told at once where the store tells of it; this is for what it did not tell.
inline constexpr std::chrono::milliseconds kSpreadEvery{1'000};
// A follower's transactions in one org, before the others have their turn.
inline constexpr int kTakesAtOnce = 20;
inline constexpr std::chrono::seconds kStoreLastUsedEvery{30};
inline constexpr std::chrono::minutes kPurgeEvery{10};
// Without a look for so long the hub is not ready: each takes its turn even when the store is gone.
inline constexpr std::chrono::seconds kLooksSilentMax{30};

class Upkeep {
 public:
  struct Needs {
    boost::asio::io_context& io;
    db::Database& db;
    const Clock& clock;
    Orgs& orgs;
    SupportViews& support_views;
    Connections& connections;
    Catalog& catalog;
    connectors::Connectors& connectors;
    Webhooks& webhooks;
    std::vector<const events::Follower*> followers = {};
  };
  // All outlive this.
  explicit Upkeep(const Needs& needs);

  void start();
  // Ends after what runs now. Any thread.
  void stop();

  // Whether the looks for changes have come to a standstill for longer than kLooksSilentMax. Any
  // thread.
  bool is_silent(std::chrono::steady_clock::time_point now) const;

 private:
  Task<void> look_for_changes();
  Task<void> spread_events();
  // Whether there is more to take.
  Task<bool> follow(const events::Follower& follower);
  Task<void> tidy_up();
  template <class Work>
  Task<void> attempt(const char* what, Work work);
  Task<void> wait(boost::asio::steady_timer& timer, std::chrono::milliseconds how_long);
  void look_soon();
  void spread_soon();

  const Needs needs_;
  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  boost::asio::steady_timer look_timer_;
  boost::asio::steady_timer spread_timer_;
  boost::asio::steady_timer tidy_timer_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::chrono::steady_clock::time_point> looked_at_{std::chrono::steady_clock::now()};
  bool rung_ = false;      // something changed since the last look began; on the strand
  bool happened_ = false;  // the same for events and spreading
  db::Subscription changed_;
  db::Subscription appended_;
};

}  // namespace lendport

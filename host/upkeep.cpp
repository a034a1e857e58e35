#include "upkeep.hpp"

#include "connections/connections.hpp"
#include "connectors/journal.hpp"
#include "db/idempotency.hpp"
#include "db/versions.hpp"
#include "events/events.hpp"
#include "notices/notices.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace lendport {
namespace {

namespace asio = boost::asio;

void log_end(const char* what, const std::exception_ptr& failure) {
  if (!failure) return;
  try {  // the end of a coroutine is told as an exception_ptr; this reads it for the log
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    telemetry::log(telemetry::Level::error, "upkeep_ended",
                   {{"what", what}, {"reason", error.what()}});
  }
}

}  // namespace

Upkeep::Upkeep(const Needs& needs)
    : needs_(needs),
      strand_(asio::make_strand(needs.io)),
      look_timer_(strand_),
      spread_timer_(strand_),
      tidy_timer_(strand_) {}

void Upkeep::start() {
  changed_ = needs_.db.on_signal(std::string(db::kVersionsSignal),
                                 [this] { asio::post(strand_, [this] { look_soon(); }); });
  appended_ = needs_.db.on_signal(std::string(events::kSignal),
                                  [this] { asio::post(strand_, [this] { spread_soon(); }); });
  asio::co_spawn(strand_, look_for_changes(),
                 [](const std::exception_ptr& failure) { log_end("look_for_changes", failure); });
  asio::co_spawn(strand_, spread_events(),
                 [](const std::exception_ptr& failure) { log_end("spread_events", failure); });
  asio::co_spawn(strand_, tidy_up(),
                 [](const std::exception_ptr& failure) { log_end("tidy_up", failure); });
}

void Upkeep::look_soon() {
  if (!std::exchange(rung_, true)) look_timer_.cancel();
}

void Upkeep::spread_soon() {
  if (!std::exchange(happened_, true)) spread_timer_.cancel();
}

void Upkeep::stop() {
  stopping_ = true;
  asio::post(strand_, [this] {
    look_timer_.cancel();
    spread_timer_.cancel();
    tidy_timer_.cancel();
  });
}

bool Upkeep::is_silent(std::chrono::steady_clock::time_point now) const {
  return now - looked_at_.load() > kLooksSilentMax;
}

Task<void> Upkeep::wait(asio::steady_timer& timer, std::chrono::milliseconds how_long) {
  timer.expires_after(how_long);
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

template <class Work>
Task<void> Upkeep::attempt(const char* what, Work work) {
  try {  // the next round comes all the same
    co_await work();
  } catch (const Error& error) {
    telemetry::log(telemetry::Level::warn, "upkeep_failed",
                   {{"what", what}, {"code", error.code()}, {"reason", error.detail()}});
  } catch (const std::exception& failure) {
    telemetry::log(telemetry::Level::error, "upkeep_failed",
                   {{"what", what}, {"reason", failure.what()}});
  }
}

Task<void> Upkeep::look_for_changes() {
  const auto orgs = [&] { return needs_.orgs.refresh(); };
  const auto support = [&] { return needs_.support_views.refresh(); };
  const auto catalog = [&] { return needs_.catalog.refresh(); };
  // Plugins start beside the looks: one that hangs keeps nobody from the rest.
  const auto connectors = [&] { return needs_.connectors.heed_switches(Deadline::min()); };
  const auto circuits = [&] { return needs_.connections.heed_circuits(); };
  while (!stopping_) {
    rung_ = false;
    co_await attempt("orgs", orgs);
    co_await attempt("support_views", support);
    co_await attempt("catalog", catalog);
    co_await attempt("connectors", connectors);
    co_await attempt("circuits", circuits);
    looked_at_ = std::chrono::steady_clock::now();
    co_await wait(look_timer_, rung_ ? kBetweenLooks : kLookForChangesEvery);
  }
}

// One org's trouble keeps no other waiting, nor does its long past; it has its turn in the next
// round.
Task<bool> Upkeep::follow(const events::Follower& follower) {
  bool is_more = false;
  std::vector<OrgId> behind;
  std::string after;
  const auto look = [&]() -> Task<void> { behind = co_await follower.behind(after); };
  while (!stopping_) {
    behind.clear();
    co_await attempt(follower.name().c_str(), look);
    for (const OrgId& org : behind) {
      const auto take = [&]() -> Task<void> {
        int taken = 1;
        for (int i = 0; i < kTakesAtOnce && taken > 0 && !stopping_; ++i) {
          taken = co_await follower.take(org);
        }
        is_more = is_more || taken > 0;
      };
      co_await attempt(follower.name().c_str(), take);
      after = org.value;
    }
    if (behind.empty()) break;
  }
  co_return is_more;
}

Task<void> Upkeep::spread_events() {
  const auto spread = [&]() -> Task<void> {
    while (co_await needs_.webhooks.spread() > 0 && !stopping_) {
    }
  };
  while (!stopping_) {
    happened_ = false;
    bool is_more = false;
    co_await attempt("webhooks", spread);
    for (std::size_t i = 0; i < needs_.followers.size(); ++i) {
      const bool has_more = co_await follow(*needs_.followers[i]);
      is_more = is_more || has_more;
    }
    if (is_more) continue;
    co_await wait(spread_timer_, happened_ ? kBetweenLooks : kSpreadEvery);
  }
}

Task<void> Upkeep::tidy_up() {
  const auto last_used = [&] { return needs_.orgs.store_last_used(); };
  const auto forget = [&](db::Transaction& tx) {
    const Time now = needs_.clock.now();
    return db::purge_answers(tx, now) + connectors::purge_reads(tx, now) +
           needs_.webhooks.purge(tx, now) + connections::purge_webhooks(tx, now) +
           Notices::purge(tx, now);
  };
  const auto purge = [&]() -> Task<void> {
    while (co_await needs_.db.write(forget) > 0 && !stopping_) {
    }
  };
  int rounds = 0;
  while (!stopping_) {
    co_await wait(tidy_timer_, kStoreLastUsedEvery);
    co_await attempt("last_used", last_used);
    if (++rounds % (kPurgeEvery / kStoreLastUsedEvery) == 0) co_await attempt("purge", purge);
  }
}

}  // namespace lendport

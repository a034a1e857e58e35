#include "jobs/loop.hpp"

#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace lendport::jobs {
namespace net = boost::asio;

// Used on the strand alone, but for the strand itself.
struct Loop::State : std::enable_shared_from_this<Loop::State> {
  State(const net::any_io_executor& executor, Worker& its_worker, const Clock& its_clock)
      : strand(net::make_strand(executor)),
        worker(its_worker),
        clock(its_clock),
        turn(strand),
        ended(strand, Deadline::max()) {}

  Task<void> run();
  Task<void> look();
  Task<void> heed_clock();
  void see_clock(Time now, Deadline steady);
  Task<void> rest();
  Task<void> wait_for_end();
  void ring();

  net::strand<net::any_io_executor> strand;
  Worker& worker;
  const Clock& clock;
  net::steady_timer turn;   // the next look; cancelled to look at once
  net::steady_timer ended;  // never fires; cancelled at the end
  std::chrono::milliseconds pause = kLookEvery;
  Time seen_at{};  // the clock at the last look, and the steady one then
  Deadline seen_at_steady{};
  std::chrono::milliseconds set_back{0};  // by how much, the last time; 0 when that is long ago
  Deadline heed_at{};                     // looks then for what a clock of before left
  std::chrono::milliseconds heed_again = kHeedSeldom;
  bool rung = false;
  bool stopping = false;
  bool has_ended = false;
};

Loop::Loop(const net::any_io_executor& executor, db::Database& database, Worker& worker,
           const Clock& clock)
    : state_(std::make_shared<State>(executor, worker, clock)) {
  worker.on_end([state = state_.get()] { state->ring(); });
  due_ = database.on_signal(std::string(kSignal), [this] { wake(); });
}

Loop::~Loop() = default;

void Loop::start() {
  // The state outlives the coroutine that runs in it.
  net::co_spawn(state_->strand, state_->run(), [state = state_](const std::exception_ptr&) {
    state->has_ended = true;
    state->ended.cancel();
  });
}

void Loop::wake() {
  net::post(state_->strand, [state = state_] { state->ring(); });
}

Task<void> Loop::stop() {
  co_await net::co_spawn(state_->strand, state_->wait_for_end(), net::use_awaitable);
}

void Loop::State::ring() {
  rung = true;
  turn.cancel();
}

Task<void> Loop::State::run() {
  while (!stopping || worker.running() > 0) {
    rung = false;
    try {
      pause = kLookEvery;
      co_await look();
    } catch (const std::exception& failure) {
      telemetry::log(telemetry::Level::error, "jobs_interrupted", {{"error", failure.what()}});
      pause = kPauseAfterFailure;
      rung = false;
    }
    co_await rest();
  }
}

// Takes until nothing more is due or no handler is free.
Task<void> Loop::State::look() {
  see_clock(clock.now(), std::chrono::steady_clock::now());
  co_await worker.renew(clock.now());
  int started = 1;
  while (!stopping && started > 0) started = co_await worker.start(clock.now());
  if (!stopping) co_await heed_clock();
}

Task<void> Loop::State::heed_clock() {
  const Deadline steady = std::chrono::steady_clock::now();
  if (steady < heed_at) co_return;
  const bool was_all = co_await worker.bring_forward(set_back);
  if (!was_all) {
    // Leases are renewed, and what is due is started, before the rest.
    ring();
    co_return;
  }
  heed_at = steady + heed_again;
  heed_again = std::min<std::chrono::milliseconds>(2 * heed_again, kHeedSeldom);
  if (heed_again == kHeedSeldom) set_back = {};
}

// Whether it was set back since the last look.
void Loop::State::see_clock(Time now, Deadline steady) {
  const auto passed =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady - seen_at_steady);
  const auto back = seen_at + passed - now;
  if (seen_at != Time{} && back > kClockSlack) {
    telemetry::log(telemetry::Level::warn, "clock_set_back", {{"ms", back.count()}});
    set_back = back;
    heed_at = steady;
    heed_again = kHeedFirst;
  }
  seen_at = now;
  seen_at_steady = steady;
}

Task<void> Loop::State::rest() {
  if (rung) co_return;
  turn.expires_after(pause);
  boost::system::error_code cancelled;
  co_await turn.async_wait(net::redirect_error(net::use_awaitable, cancelled));
}

Task<void> Loop::State::wait_for_end() {
  stopping = true;
  ring();
  while (!has_ended) {
    boost::system::error_code cancelled;
    co_await ended.async_wait(net::redirect_error(net::use_awaitable, cancelled));
  }
}

}  // namespace lendport::jobs

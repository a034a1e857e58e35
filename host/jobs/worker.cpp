#include "jobs/worker.hpp"

#include "core/error.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace lendport::jobs {
namespace net = boost::asio;
namespace {

struct Held {
  Lease lease;
  Time until;
};

// What an operator may read about a failure.
std::string reason_of(const Error& error) {
  const std::string code(to_string(error.code()));
  return error.code() == ErrorCode::internal ? code : code + ": " + error.detail();
}

void log_failure(const Lease& lease, std::string_view what) {
  telemetry::log(
      telemetry::Level::warn, "job_failed",
      {{"job", lease.id}, {"kind", lease.kind}, {"attempt", lease.attempt}, {"error", what}});
}

}  // namespace

// What is in the worker's hands. The timers never fire: cancelling one wakes who waits for it.
struct Worker::Running {
  std::map<std::string, Held> jobs;
  std::vector<net::steady_timer*> waiting;
};

Worker::Worker(db::Database& database, const Clock& clock, WorkerSettings settings,
               RandomBelow random, OnGivenUp on_given_up)
    : database_(database),
      clock_(clock),
      settings_(std::move(settings)),
      random_(std::move(random)),
      on_given_up_(std::move(on_given_up)),
      running_(std::make_unique<Running>()) {}

Worker::~Worker() = default;

void Worker::handle(std::string kind, Kind how) {
  kind_names_.push_back(kind);
  kinds_[std::move(kind)] = std::move(how);
}

void Worker::on_end(std::function<void()> bell) {
  bell_ = std::move(bell);
}

int Worker::running() const {
  return static_cast<int>(running_->jobs.size());
}

Task<int> Worker::start(Time now) {
  const Claim wanted = {kind_names_, settings_.owner, now, settings_.lease_for,
                        settings_.running_max - running()};
  if (wanted.count_max <= 0 || kinds_.empty()) co_return 0;
  const auto look = [&](db::Snapshot& at) { return any_due(at, kind_names_, now); };
  const bool due = co_await database_.read(look);
  if (!due) co_return 0;
  const auto take = [&](db::Transaction& tx) { return claim(tx, wanted); };
  std::vector<Lease> leases = co_await database_.write(take);
  const auto strand = co_await net::this_coro::executor;
  for (Lease& lease : leases) {
    const JobId job = lease.id;
    running_->jobs[job.value] = {lease, now + settings_.lease_for};
    net::co_spawn(strand, run(std::move(lease)),
                  [this, job](const std::exception_ptr&) { end(job); });
  }
  co_return static_cast<int>(leases.size());
}

void Worker::end(const JobId& job) {
  running_->jobs.erase(job.value);
  if (bell_) bell_();
  if (!running_->jobs.empty()) return;
  for (net::steady_timer* timer : running_->waiting) timer->cancel();
}

Task<void> Worker::run(Lease lease) {
  const Kind& kind = kinds_.at(lease.kind);
  const Deadline deadline = std::chrono::steady_clock::now() + kind.patience;
  std::string failure;
  // A boundary: what a handler throws ends its attempt, not the worker.
  try {
    co_await kind.run(lease, deadline);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::lease_lost) co_return;
    failure = reason_of(error);
    log_failure(lease, error.what());
  } catch (const std::exception& error) {
    failure = to_string(ErrorCode::internal);
    log_failure(lease, error.what());
  }
  // A boundary as well: a lease that cannot be ended now runs out, and the job is taken again.
  try {
    co_await settle(lease, failure);
  } catch (const std::exception& error) {
    log_failure(lease, error.what());
  }
}

Task<void> Worker::settle(const Lease& lease, const std::string& failure) {
  const auto look = [&](db::Snapshot& at) { return is_held(at, lease); };
  const bool held = co_await database_.read(look);
  if (!held) co_return;
  const Kind& kind = kinds_.at(lease.kind);
  const bool gives_up = !failure.empty() && lease.attempt >= kind.attempts_max;
  const Time now = clock_.now();
  const Due again = {now + pause_after(kind, lease.attempt), now};
  const auto end_lease = [&](db::Transaction& tx) {
    if (failure.empty()) {
      complete(tx, lease);
    } else if (gives_up) {
      fail(tx, lease, failure);
      if (on_given_up_) on_given_up_(tx, lease, failure);
    } else {
      retry_at(tx, lease, again, failure);
    }
  };
  co_await database_.write(end_lease);
}

std::chrono::milliseconds Worker::pause_after(const Kind& kind, int attempt) const {
  const int doublings = std::clamp(attempt - 1, 0, 30);
  const auto full =
      std::min<std::int64_t>(kind.pause_first.count() << doublings, kind.pause_max.count());
  const std::int64_t half = full / 2;
  const auto jitter = random_(static_cast<std::uint64_t>(full - half) + 1);
  return std::chrono::milliseconds(half + static_cast<std::int64_t>(jitter));
}

Task<void> Worker::renew(Time now) {
  std::vector<Lease> ageing;
  for (const auto& [id, held] : running_->jobs) {
    const auto left = held.until - now;
    const bool was_set_back = left > settings_.lease_for;
    if (was_set_back || left < settings_.lease_for * 2 / 3) ageing.push_back(held.lease);
  }
  if (ageing.empty()) co_return;
  const Time until = now + settings_.lease_for;
  const auto move_ends = [&](db::Transaction& tx) {
    for (const Lease& lease : ageing) jobs::renew(tx, lease, until);
  };
  co_await database_.write(move_ends);
  for (const Lease& lease : ageing) {
    const auto held = running_->jobs.find(lease.id.value);
    if (held != running_->jobs.end()) held->second.until = until;
  }
}

Task<bool> Worker::bring_forward(std::chrono::milliseconds set_back) {
  if (kinds_.empty()) co_return true;
  const auto clock = [&] { return SetBack{clock_.now(), set_back, settings_.lease_for}; };
  const auto look = [&](db::Snapshot& at) { return any_reckoned_ahead(at, kind_names_, clock()); };
  const bool any = co_await database_.read(look);
  if (!any) co_return true;
  const auto move = [&](db::Transaction& tx) {
    return jobs::bring_forward(tx, kind_names_, clock());
  };
  const int moved = co_await database_.write(move);
  co_return moved < kBroughtForwardMax;
}

Task<void> Worker::idle() {
  const auto strand = co_await net::this_coro::executor;
  while (!running_->jobs.empty()) {
    net::steady_timer ended(strand, Deadline::max());
    running_->waiting.push_back(&ended);
    boost::system::error_code cancelled;
    co_await ended.async_wait(net::redirect_error(net::use_awaitable, cancelled));
    std::erase(running_->waiting, &ended);
  }
}

Task<int> Worker::step(Time now) {
  const int started = co_await start(now);
  co_await idle();
  co_return started;
}

}  // namespace lendport::jobs

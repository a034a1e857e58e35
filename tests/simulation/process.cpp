#include "simulation/process.hpp"

#include "applications/jobs.hpp"

#include <boost/asio/co_spawn.hpp>

namespace lendport::simulation {
namespace net = boost::asio;
namespace {

constexpr int kHands = 4;
constexpr Span kRenewEvery{10'000};
constexpr Span kLeaseFor{30'000};
constexpr Span kAWorldAway = std::chrono::hours(24 * 365);

// Short enough that an hour of trouble shows all of it.
ApplicationSettings settings() {
  ApplicationSettings settings;
  settings.routing_patience = std::chrono::minutes{3};
  settings.follow_first = std::chrono::minutes{2};
  settings.follow_longest = std::chrono::hours{1};
  return settings;
}

}  // namespace

Process::Process(World& world, Disk& disk, const Ground& ground, Books& books, std::string name)
    : world_(world),
      name_(std::move(name)),
      store_(disk, world, *this),
      lender_(world, books, *this, store_),
      mails_({store_, world, world, ground.sealing, nullptr,
              [](std::uint64_t) { return std::uint64_t{0}; }},
             MailSettings{}),
      applications_({store_, world, world, ground.sealing, ground.connections, ground.catalog,
                     ground.cases, ground.files, ground.quotes, lender_, mails_},
                    settings()),
      worker_(
          store_, world, {name_, kHands, kLeaseFor},
          [&world](std::uint64_t bound) { return world.dice.below(bound); }, nullptr) {
  add_applications_jobs(worker_, applications_);
}

void Process::poll() {
  context_.restart();
  while (!dead_ && context_.poll_one() > 0) {
  }
  if (!dead_ && !renewal_ && worker_.running() > 0) renew_in_time();
}

bool Process::start_jobs() {
  const bool is_busy = starting_ || worker_.running() >= kHands;
  if (dead_ || is_busy || world_.now() < frozen_until_) return false;
  starting_ = true;
  net::co_spawn(context_, worker_.start(world_.now()),
                [this](const std::exception_ptr&, int) { starting_ = false; });
  return true;
}

void Process::carry_out(Task<void> story, std::function<void(bool done)> told) {
  net::co_spawn(context_, std::move(story),
                [told = std::move(told)](const std::exception_ptr& failure) { told(!failure); });
}

Task<void> Process::die() {
  dead_ = true;
  world_.note(name_, "dies");
  co_await world_.sleep(kAWorldAway);
}

void Process::freeze(Span span) {
  frozen_until_ = world_.now() + span;
}

void Process::renew_in_time() {
  renewal_ = world_.at(world_.now() + kRenewEvery, [this] {
    renewal_.reset();
    if (dead_ || worker_.running() == 0) return;
    renew_in_time();
    if (world_.now() < frozen_until_) return;
    if (world_.strikes(Fault::renewal_missed)) {
      freeze(kLeaseFor);
      return;
    }
    net::co_spawn(context_, worker_.renew(world_.now()), [](const std::exception_ptr&) {});
  });
}

}  // namespace lendport::simulation

#include "simulation/world.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lendport::simulation {
namespace net = boost::asio;
namespace {

// Of the chances, in 1000, one is a seed's. A unit of work comes ten times as often as an answer.
constexpr std::array<std::uint64_t, 4> kInTheStore = {0, 0, 5, 20};
constexpr std::array<std::uint64_t, 4> kElsewhere = {0, 30, 80, 200};
constexpr int kStrikesMax = 24;

// Those that seldom have an occasion take more of them.
constexpr std::uint64_t times_likelier(Fault fault) {
  switch (fault) {
    case Fault::another_ones: return 5;
    case Fault::arrives_late: return 3;
    case Fault::renewal_missed:
    case Fault::connector_missing:
    case Fault::connector_stopped:
    case Fault::cut_before_arrival:
    case Fault::webhook_doubled:
    case Fault::webhook_late:
    case Fault::webhook_forged: return 2;
    default: return 1;
  }
}

// An entry of the agenda that wakes a timer, for as long as the timer is waited for.
class Alarm {
 public:
  Alarm(World& world, Time when, net::steady_timer& bell)
      : world_(world), key_(world.at(when, [&bell] { bell.cancel(); })) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { world_.forget(key_); }

 private:
  World& world_;
  World::Key key_;
};

}  // namespace

// Each seed has weather of its own: some faults never, others often.
World::World(std::uint64_t seed, Time begins, Tally& tally)
    : dice(seed), begun_(begins), now_(begins), tally_(tally) {
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    const bool in_the_store = i <= static_cast<std::size_t>(Fault::dies_after_commit);
    const std::size_t luck = dice.below(kElsewhere.size());
    chance_.at(i) = in_the_store ? kInTheStore.at(luck) : kElsewhere.at(luck);
    chance_.at(i) *= times_likelier(static_cast<Fault>(i));
  }
  strikes_left_ = static_cast<int>(dice.below(kStrikesMax));
}

std::string World::next_uuid() {
  std::array<std::uint8_t, 10> bytes{};
  const std::uint64_t number = ++ids_;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes.at(i) = static_cast<std::uint8_t>(number >> (8 * (sizeof number - 1 - i)));
  }
  bytes.at(9) = bytes.at(7);
  return format_uuid_v7(to_unix_ms(begun_) + static_cast<std::int64_t>(number), bytes);
}

bool World::strikes(Fault fault) {
  const auto index = static_cast<std::size_t>(fault);
  if (calm_ || strikes_left_ <= 0 || dice.below(1000) >= chance_.at(index)) return false;
  --strikes_left_;
  happened(fault);
  return true;
}

void World::happened(Fault fault) {
  const auto index = static_cast<std::size_t>(fault);
  ++tally_.faults.at(index);
  note("fault", kFaultNames.at(index));
}

World::Key World::at(Time when, std::function<void()> what) {
  const Key key(std::max(when, now_), ++entries_);
  agenda_.emplace(key, std::move(what));
  return key;
}

std::optional<Time> World::next_at() const {
  if (agenda_.empty()) return std::nullopt;
  return agenda_.begin()->first.first;
}

bool World::advance_to(Time time) {
  now_ = std::max(now_, time);
  if (agenda_.empty() || agenda_.begin()->first.first > now_) return false;
  const std::function<void()> what = std::move(agenda_.begin()->second);
  agenda_.erase(agenda_.begin());
  what();
  return true;
}

Task<void> World::sleep(Span span) {
  const auto executor = co_await net::this_coro::executor;
  net::steady_timer bell(executor, Deadline::max());
  const Alarm alarm(*this, now_ + span, bell);
  boost::system::error_code cancelled;
  co_await bell.async_wait(net::redirect_error(net::use_awaitable, cancelled));
}

void World::note(std::string_view who, std::string_view what) {
  log_ += std::to_string((now_ - begun_).count());
  log_ += ' ';
  log_ += who;
  log_ += ' ';
  log_ += what;
  log_ += '\n';
}

void World::wrong(const std::string& what) {
  note("WRONG", what);
  wrongs_.push_back(what);
}

}  // namespace lendport::simulation

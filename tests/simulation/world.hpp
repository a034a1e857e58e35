// The world of one seed: its clock, its dice, what is due when, and what goes wrong.
#pragma once

#include "applications/state.hpp"
#include "core/ids.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "simulation/faults.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport::simulation {

using Span = std::chrono::milliseconds;

// SplitMix64: the same numbers on every machine.
class Dice {
 public:
  // Begins where the mixed seed says: neighbours must not be one row of numbers, begun one later.
  explicit Dice(std::uint64_t seed) : state_(seed) { state_ = next(); }

  std::uint64_t next() {
    std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15U);
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool percent(std::uint64_t chance) { return below(100) < chance; }
  Span between(Span least, Span most) {
    return least + Span(below(static_cast<std::uint64_t>((most - least).count()) + 1));
  }

 private:
  std::uint64_t state_;
};

// How often each fault struck and each transition was taken, over all seeds.
struct Tally {
  std::array<std::int64_t, kFaultCount> faults{};
  std::array<std::array<std::int64_t, kApplicationEventCount>, kApplicationStateCount> steps{};
};

// One thread. Everything that happens in it follows from the seed.
class World final : public Clock, public IdSource {
 public:
  World(std::uint64_t seed, Time begins, Tally& tally);

  Time now() const override { return now_; }
  std::string next_uuid() override;

  Dice dice;

  // Whether the fault strikes here, which is then noted. Never once it is calm.
  bool strikes(Fault fault);
  // One that was nobody's choice.
  void happened(Fault fault);
  void calm_down() { calm_ = true; }
  bool calm() const { return calm_; }

  // --- What is due ---

  using Key = std::pair<Time, std::uint64_t>;
  Key at(Time when, std::function<void()> what);
  void forget(const Key& key) { agenda_.erase(key); }
  std::optional<Time> next_at() const;
  // Moves the clock, and does the earliest of what is due by then. False: nothing was.
  bool advance_to(Time time);

  // Waits on the simulated clock; the coroutine may be destroyed meanwhile.
  Task<void> sleep(Span span);

  // --- What is told of it ---

  // Time, who, what: one line.
  void note(std::string_view who, std::string_view what);
  const std::string& log() const { return log_; }
  // An invariant is broken.
  void wrong(const std::string& what);
  const std::vector<std::string>& wrongs() const { return wrongs_; }
  Tally& tally() { return tally_; }

 private:
  const Time begun_;
  Time now_;
  Tally& tally_;
  std::array<std::uint64_t, kFaultCount> chance_{};  // in 1000
  int strikes_left_;
  bool calm_ = false;
  std::uint64_t ids_ = 0;
  std::uint64_t entries_ = 0;
  std::map<Key, std::function<void()>> agenda_;
  std::string log_;
  std::vector<std::string> wrongs_;
};

// The clock and the ids of what outlives a world: those of the world that is shown.
class Watch final : public Clock, public IdSource {
 public:
  Watch(const Clock& clock, IdSource& ids) : clock_(clock), ids_(ids) {}

  void show(World* world) { world_ = world; }
  Time now() const override { return world_ == nullptr ? clock_.now() : world_->now(); }
  std::string next_uuid() override {
    return world_ == nullptr ? ids_.next_uuid() : world_->next_uuid();
  }

 private:
  const Clock& clock_;
  IdSource& ids_;
  World* world_ = nullptr;
};

}  // namespace lendport::simulation

#include "simulation/life.hpp"

namespace lendport::simulation {
namespace {

constexpr Span kStormLeast = std::chrono::minutes{5};
constexpr Span kStormMost = std::chrono::minutes{75};
constexpr Span kFirstVisitMost{5'000};
constexpr Span kDownMost{90'000};
constexpr int kStepsMax = 6'000;
// Where nobody asks for them, other words of the lender follow its approval.
constexpr std::uint64_t kAsksForDocumentsPercent = 40;

}  // namespace

Life::Life(std::uint64_t seed, Time begins, Disk& disk, const Ground& ground, Tally& tally)
    : world_(seed, begins, tally),
      disk_(disk),
      ground_(ground),
      books_(world_, [this](const std::string& words) { receive_webhook(words, 0); }),
      judge_(world_, disk, ground, books_) {
  ground.watch.show(&world_);
  disk_.begin();
  prepare();
}

Life::~Life() {
  // Their coroutines look at what the seed has stored.
  for (auto& process : processes_) process.reset();
  disk_.forget();
  ground_.watch.show(nullptr);
}

void Life::prepare() {
  const std::uint64_t luck = world_.dice.below(10);
  kind_ = luck < 6   ? Kind::by_key
          : luck < 8 ? Kind::by_search
          : luck < 9 ? Kind::cannot_find
                     : Kind::cannot_ask;
  judge_.expect(kind_);
  asks_for_documents_ = world_.dice.percent(kAsksForDocumentsPercent);
  if (world_.dice.percent(20)) ++applications_left_;
  // Most begin with a draft: to make one is dear.
  if (world_.dice.percent(40)) {
    ++applications_left_;
    disk_.query("DELETE FROM applications WHERE id = $1", {ground_.draft});
  }
  if (world_.dice.percent(65)) {
    disk_.query("DELETE FROM applications WHERE id = $1", {ground_.second_draft});
  }
  for (std::size_t i = 0; i < kProcesses; ++i) start(i);
  world_.at(world_.now() + world_.dice.between(Span{0}, kFirstVisitMost), [this] { visit(); });
  visit_later();
  trouble_the_connector();
  world_.at(world_.now() + world_.dice.between(kStormLeast, kStormMost), [this] { calm_down(); });
}

void Life::calm_down() {
  world_.note("world", "calm");
  world_.calm_down();
  judge_.calm_since(world_.now());
  books_.settle();
  switch_connector(false);
}

void Life::start(std::size_t index) {
  const std::string name = "hub-" + std::to_string(index + 1);
  processes_.at(index) = std::make_unique<Process>(world_, disk_, ground_, books_, name);
  processes_.at(index)->lender().be(kind_);
}

void Life::bury(std::size_t index) {
  processes_.at(index).reset();
  const Span down = world_.dice.between(Span{1}, kDownMost);
  world_.at(world_.now() + down, [this, index] { start(index); });
}

void Life::poll_all() {
  for (std::size_t i = 0; i < kProcesses; ++i) {
    if (!processes_.at(i)) continue;
    processes_.at(i)->poll();
    if (processes_.at(i)->is_dead()) bury(i);
  }
}

Process* Life::any_process() {
  const std::size_t first = world_.dice.below(kProcesses);
  for (std::size_t i = 0; i < kProcesses; ++i) {
    auto& process = processes_.at((first + i) % kProcesses);
    if (process && !process->is_dead()) return process.get();
  }
  return nullptr;
}

// False: there is nothing to come.
bool Life::step() {
  poll_all();
  const db::Rows due =
      disk_.query("SELECT min(due_at_ms) AS at FROM jobs WHERE state <> 'failed'", {});
  const auto job_at = due.front().optional_integer("at");
  const auto next_at = world_.next_at();
  if (job_at && from_unix_ms(*job_at) <= world_.now()) {
    const std::size_t first = world_.dice.below(kProcesses);
    for (std::size_t i = 0; i < kProcesses; ++i) {
      auto& process = processes_.at((first + i) % kProcesses);
      if (process && process->start_jobs()) return true;
    }
  }
  if (job_at && from_unix_ms(*job_at) > world_.now() &&
      (!next_at || from_unix_ms(*job_at) < *next_at)) {
    world_.advance_to(from_unix_ms(*job_at));
    return true;
  }
  if (!next_at) return false;
  world_.advance_to(*next_at);
  return true;
}

void Life::run() {
  std::string why;
  for (int steps = 0;; ++steps) {
    if (!step()) break;
    if (world_.calm() && steps % 4 == 0 && judge_.is_settled(why)) break;
    if (!world_.wrongs().empty()) break;
    if (steps > kStepsMax) {
      world_.wrong("it never ends: " + why);
      break;
    }
  }
  if (!judge_.is_settled(why)) world_.wrong("not settled: " + why);
  judge_.look(told_);
}

}  // namespace lendport::simulation

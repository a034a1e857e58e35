// Many lives of applications, each from a seed: whatever goes wrong, nothing is lost, sent twice or
// left alone. LENDPORT_SEED=N repeats one and prints all of it; LENDPORT_SEEDS=N runs that
// many, and says how often each fault struck and each step was taken; LENDPORT_TEST_LONG=1 runs
// enough of them that each must have.
#include "applications/desk.hpp"
#include "simulation/life.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace lendport::simulation {
namespace {

// Sanitized programs take many times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 600;
constexpr std::uint64_t kRepeated = 10;
#else
constexpr std::uint64_t kSeeds = 2'000;
constexpr std::uint64_t kRepeated = 100;
#endif
// As many as a run with LENDPORT_TEST_LONG has, and what so many must have seen.
constexpr std::uint64_t kSeedsOfAll = 10'000;
constexpr std::int64_t kFaultsLeast = 500;
constexpr std::int64_t kStepsLeast = 50;
constexpr int kWrongMax = 5;  // seeds that are told of

std::uint64_t number_in(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seeds_wanted() {
  const bool is_long = std::getenv("LENDPORT_TEST_LONG") != nullptr;
  return number_in("LENDPORT_SEEDS", is_long ? std::max(kSeeds, kSeedsOfAll) : kSeeds);
}

// The ground is made by the hub's own stories in a store of its own; then the simulation opens it.
class Simulation : public applications::Desk {
 protected:
  Simulation() {
    telemetry::open_log({telemetry::Level::error, "", ""});
    ProductDraft product;
    product.lender = "Credit Union";
    product.terms = test::level_loan();
    const Product made = stage_.run(catalog_.create(act(), product, orgs::Stage::soon()));
    stage_.run(catalog_.release(act(), {made.id, made.revision}, orgs::Stage::soon()));
    handed_over_ = quoted(opened(), "Credit Union").id;
    quote_ = quoted(opened(), "L-20").id;
    execute("DELETE FROM jobs");
  }

  Ground ground() {
    sim_orgs_.load_now();
    const auto [draft, second_draft] = drafted();
    return {watch_,      sealing_,     sim_connections_, sim_catalog_, sim_cases_, sim_files_,
            sim_quotes_, org_.id,      connection_.id,   rep_,         admin_,     quote_,
            draft,       second_draft, handed_over_};
  }

  // Their names are the same in every run: some of what happens follows from them.
  std::pair<ApplicationId, ApplicationId> drafted() {
    Applications applications({store_, watch_, watch_, sealing_, sim_connections_, sim_catalog_,
                               sim_cases_, sim_files_, sim_quotes_, script_, mails_},
                              ApplicationSettings{});
    World before(0, stage_.clock.now() - std::chrono::minutes{1}, tally_);
    watch_.show(&before);
    NewApplication wanted;
    wanted.quote = quote_;
    wanted.consent = {"v3", "en", from_unix_ms(1'780'000'000'000)};
    wanted.again = true;
    const http::Request asked = request(rep_);
    ApplicationId first = id_of(run(applications.create(asked, org_.id, wanted)));
    ApplicationId second = id_of(run(applications.create(asked, org_.id, wanted)));
    watch_.show(nullptr);
    return {std::move(first), std::move(second)};
  }

  // Of how long a life takes nothing may depend.
  static CatalogSettings always_asking() {
    CatalogSettings settings;
    settings.fresh_for = {};
    return settings;
  }
  // What was wrong in this one.
  std::vector<std::string> live(std::uint64_t seed, const Ground& ground, std::string* log) {
    // Its own, empty: what an earlier life saw is forgotten with it.
    Catalog catalog{{store_, watch_, watch_, sim_connections_, lender_}, always_asking()};
    Quotes quotes{{store_, watch_, watch_, sim_cases_, catalog, sim_connections_}};
    const Ground own{ground.watch, ground.sealing,      ground.connections,
                     catalog,      ground.cases,        ground.files,
                     quotes,       ground.org,          ground.connection,
                     ground.rep,   ground.admin,        ground.quote,
                     ground.draft, ground.second_draft, ground.handed_over};
    Life life(seed, stage_.clock.now() + std::chrono::seconds{1}, disk_, own, tally_);
    life.run();
    if (log != nullptr) *log = life.log();
    return life.wrongs();
  }

  void print_tally() {
    for (std::size_t i = 0; i < kFaultCount; ++i) {
      std::cout << kFaultNames.at(i) << " " << tally_.faults.at(i) << "\n";
    }
    for (std::size_t from = 0; from < kApplicationStateCount; ++from) {
      for (std::size_t what = 0; what < kApplicationEventCount; ++what) {
        const std::int64_t taken = tally_.steps.at(from).at(what);
        if (taken == 0) continue;
        std::cout << to_string(static_cast<ApplicationState>(from)) << " "
                  << to_string(static_cast<ApplicationEvent>(what)) << " " << taken << "\n";
      }
    }
  }
  void expect_all_faults() {
    for (std::size_t i = 0; i < kFaultCount; ++i) {
      EXPECT_GE(tally_.faults.at(i), kFaultsLeast) << kFaultNames.at(i);
    }
  }
  void expect_all_steps() {
    for (std::size_t from = 0; from < kApplicationStateCount; ++from) {
      for (std::size_t what = 0; what < kApplicationEventCount; ++what) expect_step(from, what);
    }
  }
  void expect_step(std::size_t from, std::size_t what) {
    const auto state = static_cast<ApplicationState>(from);
    const auto event = static_cast<ApplicationEvent>(what);
    if (!next_state(state, event)) return;
    const std::int64_t taken = tally_.steps.at(from).at(what);
    EXPECT_GE(taken, kStepsLeast) << to_string(state) << " " << to_string(event);
  }

  QuoteId quote_;
  QuoteId handed_over_;
  Tally tally_;
  Disk disk_{db::sqlite_file(stage_.fresh.settings()).value()};
  Store store_{disk_};
  Watch watch_{stage_.clock, stage_.ids};
  Orgs sim_orgs_{store_, watch_, watch_};
  Connections sim_connections_{
      Connections::Needs{store_, watch_, watch_, sealing_, sim_orgs_, lender_}};
  Catalog sim_catalog_{{store_, watch_, watch_, sim_connections_, lender_}, settings_};
  Cases sim_cases_{store_, watch_, watch_, sealing_};
  Files sim_files_{{store_, watch_, watch_, sealing_, sim_cases_}, FileSettings{}};
  Quotes sim_quotes_{{store_, watch_, watch_, sim_cases_, sim_catalog_, sim_connections_}};
};
INSTANTIATE_TEST_SUITE_P(Stores, Simulation, testing::Values(db::Engine::sqlite), db::engine_name);

TEST_P(Simulation, HoldsWhateverGoesWrong) {
  const Ground ground = this->ground();
  const std::uint64_t only = number_in("LENDPORT_SEED", 0);
  const std::uint64_t first = only == 0 ? 1 : only;
  const std::uint64_t last = only == 0 ? seeds_wanted() : only;
  int wrong = 0;
  for (std::uint64_t seed = first; seed <= last && wrong < kWrongMax; ++seed) {
    std::string log;
    const auto wrongs = live(seed, ground, only == 0 ? nullptr : &log);
    std::cout << log;
    if (wrongs.empty()) continue;
    ++wrong;
    ADD_FAILURE() << "LENDPORT_SEED=" << seed << ": " << testing::PrintToString(wrongs);
  }
  std::cout << "seeds " << first << " to " << last << "\n";
  if (std::getenv("LENDPORT_SEEDS") != nullptr) print_tally();
  if (last - first + 1 < kSeedsOfAll || wrong > 0) return;
  expect_all_faults();
  expect_all_steps();
}

TEST_P(Simulation, RepeatsASeedToTheLetter) {
  const Ground ground = this->ground();
  for (std::uint64_t seed = 1; seed <= kRepeated; ++seed) {
    std::string first;
    std::string second;
    live(seed, ground, &first);
    live(seed, ground, &second);
    ASSERT_EQ(first, second) << "seed " << seed;
    ASSERT_FALSE(first.empty());
  }
}

}  // namespace
}  // namespace lendport::simulation

// Many lives of an application under a seed: lost answers, refusals, dead processes, stolen leases.
// Whatever happens, the lender has it exactly once in the end, and nobody waits for nothing.
#include "applications/desk.hpp"

#include <random>
#include <set>

namespace lendport::applications {
namespace {

class Simulation : public Desk {
 protected:
  // A lender with a book of its own, on a bad day: until `calm_from` calls were made.
  Answer answer_for(const connectors::Call& call) {
    const bool calm = ++calls_ > kTroubleCalls;
    const bool has_it = book_.contains(call.idempotency_key);
    const std::string id = "L-" + call.idempotency_key;
    const int luck = calm ? 100 : pick(100);
    if (call.operation == "application.status/1") {
      if (luck < 25) return ends(OutcomeKind::retryable);
      if (luck < 35) return done("{}");
      if (luck < 45) return dies(Reaches::nobody);
      return done(has_it ? found_json("approved", "OK", "", id) : kNotFound);
    }
    if (luck < 20) return ends(OutcomeKind::retryable);
    if (luck < 30) return ends(OutcomeKind::retryable, Reaches::lender);  // "busy", in full
    if (luck < 40) return dies(Reaches::nobody);
    if (luck < 50) return dies(Reaches::journal);
    if (luck < 55) return ends(OutcomeKind::unknown_outcome, Reaches::journal);
    // From here on the lender takes it.
    EXPECT_FALSE(has_it) << "sent twice";
    book_.insert(call.idempotency_key);
    if (luck < 65) return dies(Reaches::lender);
    if (luck < 75) return ends(OutcomeKind::unknown_outcome, Reaches::lender);
    if (luck < 80) return done(R"({"junk":1})");
    return done(state_json("approved", "OK", "", id));
  }

  int pick(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  // One step of whatever is due next. False: nothing waits.
  bool step() {
    const auto row = read([](db::Snapshot& at) {
      return at.find(
          "SELECT kind, due_at_ms FROM jobs WHERE state <> 'failed' "
          "ORDER BY due_at_ms LIMIT 1",
          {});
    });
    if (!row) return false;
    const Time at = row->time("due_at_ms");
    if (at > stage_.clock.now()) stage_.clock.advance(at - stage_.clock.now());
    const auto lease = claim(row->text("kind"));
    if (!lease) return true;
    try {
      work(applications_, *lease);
    } catch (const ProcessDied&) {
      if (pick(2) == 0) stage_.clock.advance(kLeaseFor * 4);
    }
    return true;
  }

  static constexpr int kTroubleCalls = 12;
  static constexpr int kStepsMax = 200;
  std::mt19937 random_;
  std::set<std::string> book_;
  int calls_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, Simulation, db::kEngines, db::engine_name);

TEST_P(Simulation, EndsWithOneApplicationAtTheLender) {
  script_.decide = [this](const connectors::Call& call) { return answer_for(call); };
  const unsigned seeds = GetParam() == db::Engine::sqlite ? 60 : 10;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    random_.seed(seed);
    calls_ = 0;
    const Application made = confirmed();
    for (int steps = 0; state_of(made) != State::approved; ++steps) {
      ASSERT_LT(steps, kStepsMax) << "seed " << seed << ": " << history(made);
      ASSERT_TRUE(step()) << "seed " << seed << ", stuck: " << history(made);
    }
    EXPECT_TRUE(book_.contains(made.lender_key)) << "seed " << seed;
    execute("DELETE FROM jobs");
  }
}

}  // namespace
}  // namespace lendport::applications

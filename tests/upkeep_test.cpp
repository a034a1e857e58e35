// Upkeep goes on whatever happens in one round, and is seen when it does not.
#include "upkeep.hpp"

#include "catalog/market.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <stdexcept>

namespace lendport {
namespace {

// Fails in its first rounds with what is no Error; tells of each.
class BuggyDatabase final : public db::Database {
 public:
  static constexpr int kBuggyRounds = 2;

  explicit BuggyDatabase(db::Database& inner) : inner_(inner) {}

  std::function<void(int rounds)> on_read;

  void write_now(const db::Unit& unit) override { inner_.write_now(unit); }
  void read_now(const db::Look& look) override { inner_.read_now(look); }

 protected:
  Task<void> run(const db::Unit& unit, Deadline deadline) override {
    const auto closure = [&unit](db::Transaction& tx) { unit(tx); };
    co_await inner_.write(closure, deadline);
  }
  Task<void> run(const db::Look& look, Deadline deadline) override {
    on_read(++rounds_);
    if (rounds_ <= kBuggyRounds) throw std::out_of_range("a bug");
    const auto closure = [&look](db::Snapshot& at) { look(at); };
    co_await inner_.read(closure, deadline);
  }

 private:
  db::Database& inner_;
  int rounds_ = 0;
};

class UpkeepRounds : public test::Market {
 protected:
  boost::asio::io_context io_;
  BuggyDatabase database_{*stage_.db};
  Orgs watched_{database_, stage_.clock, stage_.ids};
  crypto::Sealing sealing_{crypto::Keyring(crypto::make_sealing_key("kek-1")), stage_.ids};
  net::HttpClient client_{io_.get_executor(), {}};
  Webhooks webhooks_{{*stage_.db,
                      stage_.clock,
                      stage_.ids,
                      sealing_,
                      client_,
                      [](std::uint64_t) { return 0; },
                      {}},
                     {}};
  SupportViews support_views_{*stage_.db, stage_.clock, stage_.ids};
  Upkeep upkeep_{{io_, database_, stage_.clock, watched_, support_views_, connections_, catalog_,
                  lender_, webhooks_}};
};

INSTANTIATE_TEST_SUITE_P(Engines, UpkeepRounds, db::kEngines, db::engine_name);

TEST_P(UpkeepRounds, GoOnAfterWhatIsNoErrorOfTheHouse) {
  int last = 0;
  database_.on_read = [&](int rounds) {
    last = rounds;
    if (rounds > BuggyDatabase::kBuggyRounds) upkeep_.stop();
  };
  upkeep_.start();
  io_.run_for(std::chrono::seconds(20));
  EXPECT_EQ(last, BuggyDatabase::kBuggyRounds + 1);
  // Nor do they wait for a plugin that starts.
  ASSERT_TRUE(lender_.heeded_until);
  EXPECT_LT(*lender_.heeded_until, std::chrono::steady_clock::now());
}

TEST_P(UpkeepRounds, AreMissedWhenTheyStop) {
  database_.on_read = [&](int) { upkeep_.stop(); };
  upkeep_.start();
  io_.run_for(std::chrono::seconds(20));
  const auto now = std::chrono::steady_clock::now();
  EXPECT_FALSE(upkeep_.is_silent(now));
  EXPECT_TRUE(upkeep_.is_silent(now + kLooksSilentMax + std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace lendport

// The calls of a connection are counted once for everybody who asks within a moment.
#include "connections/call_tallies.hpp"

#include "db/migrated.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Counts the statements that reach the store.
class CountingSnapshot final : public db::Snapshot {
 public:
  explicit CountingSnapshot(db::Snapshot& inner) : inner_(inner) {}
  db::Rows query(std::string_view sql, const db::Values& parameters) override {
    ++statements;
    return inner_.query(sql, parameters);
  }
  int statements = 0;

 private:
  db::Snapshot& inner_;
};

class Tallies : public testing::TestWithParam<db::Engine> {
 protected:
  void called(const std::string& connection, const std::string& fault = "none") {
    store_.write([&](db::Transaction& tx) {
      tx.execute(
          "INSERT INTO lender_calls (id, org, connection, plugin, operation, subject, "
          "idempotency_key, attempt, request_id, effect, method, url, state, phase, fault, "
          "http_status, bytes_sent, duration_ms, started_at_ms) VALUES ($1, 'org_1', $2, 'p', "
          "'catalog.list/1', '', '', 1, '', 'read', 'GET', 'https://a', 'ended', 'response', $3, "
          "200, 0, 1, $4)",
          {"call_" + std::to_string(++made_), connection, fault, now_});
    });
  }
  CallTally tally(const std::string& connection = "conn_1") {
    return store_.read([&](db::Snapshot& at) {
      CountingSnapshot counting(at);
      CallTally found = tallies_.of(counting, ConnectionId{connection}, now_);
      statements_ = counting.statements;
      return found;
    });
  }

  db::MigratedStore store_{GetParam()};
  CallTallies tallies_;
  Time now_ = db::kTestNow;
  int made_ = 0;
  int statements_ = 0;  // of the last look
};
INSTANTIATE_TEST_SUITE_P(Engines, Tallies, db::kEngines, db::engine_name);

TEST_P(Tallies, AreCountedOnceAMoment) {
  called("conn_1");
  EXPECT_EQ(tally().calls, 1);
  EXPECT_GT(statements_, 0);
  called("conn_1", "timeout");
  now_ += kTallyAge - milliseconds(1);
  EXPECT_EQ(tally().calls, 1);
  EXPECT_EQ(statements_, 0);
  now_ += milliseconds(1);
  const CallTally anew = tally();
  EXPECT_EQ(anew.calls, 2);
  EXPECT_EQ(anew.failed, 1);
  EXPECT_EQ(anew.last_failure->fault, "timeout");
  EXPECT_GT(statements_, 0);
}

TEST_P(Tallies, AreEachConnectionsOwn) {
  called("conn_1");
  EXPECT_EQ(tally("conn_1").calls, 1);
  EXPECT_EQ(tally("conn_2").calls, 0);
  EXPECT_EQ(tally("conn_1").calls, 1);
}

TEST_P(Tallies, AreCountedAnewAfterAClockWasSetBack) {
  tally();
  now_ -= std::chrono::hours(1);
  called("conn_1");
  EXPECT_EQ(tally().calls, 1);
}

TEST_P(Tallies, AreKeptOfSoManyConnectionsAlone) {
  for (std::size_t i = 0; i < CallTallies::kTalliesKept; ++i) {
    tally("conn_" + std::to_string(i));
    now_ += milliseconds(1);
  }
  tally("one_more");
  EXPECT_EQ(tallies_.size(), CallTallies::kTalliesKept);
  tally("conn_1");
  EXPECT_EQ(statements_, 0) << "the oldest went, not this one";
  now_ += kTallyAge;
  tally("and_one");
  EXPECT_EQ(tallies_.size(), 1U) << "those that are too old went";
}

}  // namespace
}  // namespace lendport::connections

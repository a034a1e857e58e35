// The journal of lender calls in both databases: the latest are shown, old reads are forgotten.
#include "connectors/journal.hpp"

#include "crypto/random.hpp"
#include "db/migrated.hpp"
#include "support/run_task.hpp"

namespace lendport::connectors {
namespace {

class JournalRows : public testing::TestWithParam<db::Engine> {
 protected:
  void put(int number, std::string_view effect, Time started_at) {
    const std::string id = "call_" + std::to_string(1'000 + number);
    store_.write([&](db::Transaction& tx) {
      tx.execute(
          "INSERT INTO lender_calls (id, org, connection, plugin, operation, subject, "
          "idempotency_key, attempt, request_id, effect, method, url, state, phase, fault, "
          "http_status, bytes_sent, duration_ms, started_at_ms) VALUES ($1, 'org_1', 'conn_1', "
          "'com.example.fake', 'application.status/1', 'app_1', '', 1, '', $2, 'GET', "
          "'https://a.example', 'ended', 'response', 'none', 200, 0, 1, $3)",
          {id, effect, started_at});
    });
  }
  std::vector<JournalEntry> calls() {
    return store_.read([](db::Snapshot& at) { return calls_of(at, "app_1"); });
  }
  std::int64_t purge(Time now) {
    return store_.write([&](db::Transaction& tx) { return purge_reads(tx, now); });
  }
  db::MigratedStore store_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Stores, JournalRows, db::kEngines, db::engine_name);

TEST_P(JournalRows, ShowsWhatHadAnEffectAndTheLatestReadsInTheirOrder) {
  put(0, "create", db::kTestNow);
  for (int i = 1; i < kJournalPageMax + 5; ++i) put(i, "read", db::kTestNow);
  const auto shown = calls();
  ASSERT_EQ(shown.size(), static_cast<std::size_t>(kJournalPageMax));
  EXPECT_EQ(shown[0].id, CallId{"call_1000"});
  EXPECT_EQ(shown[1].id, CallId{"call_1006"});
  EXPECT_EQ(shown.back().id, CallId{"call_1204"});
}

// The connection may be another org's than what is asked about over it.
TEST_P(JournalRows, BelongToTheOrgOfTheirSubject) {
  SystemClock clock;
  crypto::RandomIds ids(clock);
  Journal journal(*store_, clock, ids);
  auto call = std::make_shared<Call>();
  call->org = OrgId{"org_up"};
  JournalRow row;
  row.call = call;
  const net::Exchange exchange;
  support::run_task(journal.record(row, exchange));
  call->subject_org = OrgId{"org_sub"};
  support::run_task(journal.record(row, exchange));
  const auto orgs = store_.read([](db::Snapshot& at) {
    std::string listed;
    for (const db::Row& one : at.query("SELECT org FROM lender_calls ORDER BY org", {})) {
      listed += one.text("org") + " ";
    }
    return listed;
  });
  EXPECT_EQ(orgs, "org_sub org_up ");
}

TEST_P(JournalRows, ForgetsOldReadsButNothingThatHadAnEffect) {
  const Time now = db::kTestNow;
  put(1, "read", now - kReadsKept - std::chrono::milliseconds{1});
  put(2, "create", now - kReadsKept * 2);
  put(3, "update", now - kReadsKept * 2);
  put(4, "read", now - kReadsKept);
  EXPECT_EQ(purge(now), 1);
  EXPECT_EQ(purge(now), 0);
  EXPECT_EQ(calls().size(), 3U);
}

}  // namespace
}  // namespace lendport::connectors

// A changed, removed or inserted audit entry shows.
#include "events/audit.hpp"

#include "db/migrated.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace lendport::events {
namespace {

const OrgId kOrg{"org_1"};
const OrgId kOther{"org_2"};

Entry entry(const std::string& action, const OrgId& org = kOrg) {
  return {.org = org,
          .actor = "user_1",
          .action = action,
          .subject = {"connection", "conn_1"},
          .before = std::nullopt,
          .after = R"({"label":"x"})",
          .request_id = "req_1",
          .at = db::kTestNow};
}

class Audit : public testing::TestWithParam<db::Engine> {
 protected:
  void record(const Entry& entry) {
    store_.write([&](db::Transaction& tx) { audit(tx, entry); });
  }
  std::optional<std::int64_t> broken_at(const OrgId& org = kOrg) {
    return store_.read([&](db::Snapshot& at) { return verify_chain(at, org); });
  }
  // As somebody with the database in his hands can.
  void unguard() {
    store_.write([](db::Transaction& tx) {
      if (GetParam() == db::Engine::postgres) {
        tx.define("ALTER TABLE audit DISABLE TRIGGER USER");
        return;
      }
      for (const char* name : {"audit_no_update", "audit_no_delete"}) {
        tx.define(std::string("DROP TRIGGER IF EXISTS ") + name);
      }
    });
  }
  void tamper(const std::string& sql) {
    store_.write([&](db::Transaction& tx) { EXPECT_EQ(tx.execute(sql), 1) << sql; });
  }

  db::MigratedStore store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, Audit, db::kEngines, db::engine_name);

TEST_P(Audit, RecordsAChangeAsAnEventAndAnEntryThatAgree) {
  const NewEvent event{EventId{"evt_1"},      kOrg,          {"connection", "conn_1"},
                       "connection.disabled", R"({"id":1})", "user_1",
                       db::kTestNow};
  store_.write([&](db::Transaction& tx) {
    events::record(tx, event, R"({"enabled":true})", R"({"enabled":false})", "req_1");
  });
  const auto told = store_.read([](db::Snapshot& at) { return list(at, kOrg, 0, 10); });
  const auto proven = store_.read([](db::Snapshot& at) { return list_audit(at, kOrg, 0, 10); });
  ASSERT_EQ(told.size(), 1U);
  ASSERT_EQ(proven.size(), 1U);
  EXPECT_EQ(told[0].type, proven[0].action);
  EXPECT_EQ(told[0].actor, proven[0].actor);
  EXPECT_EQ(told[0].subject.id, proven[0].subject.id);
  EXPECT_EQ(told[0].payload, R"({"id":1})");
  EXPECT_EQ(proven[0].before, R"({"enabled":true})");
  EXPECT_EQ(proven[0].after, R"({"enabled":false})");
  EXPECT_EQ(proven[0].request_id, "req_1");
}

TEST_P(Audit, KeepsWhatItWasTold) {
  record(entry("first"));
  record(entry("second"));
  record(entry("other", kOther));
  const auto entries = store_.read([](db::Snapshot& at) { return list_audit(at, kOrg, 1, 10); });
  ASSERT_EQ(entries.size(), 1U);
  const AuditedEntry& second = entries.at(0);
  EXPECT_EQ(second.sequence, 2);
  EXPECT_EQ(second.action, "second");
  EXPECT_EQ(second.actor, "user_1");
  EXPECT_EQ(second.subject.id, "conn_1");
  EXPECT_EQ(second.before, std::nullopt);
  EXPECT_EQ(second.after, R"({"label":"x"})");
  EXPECT_EQ(second.request_id, "req_1");
  EXPECT_EQ(second.at, db::kTestNow);
  EXPECT_EQ(second.hash.size(), 64U);
  EXPECT_EQ(broken_at(), std::nullopt);
  EXPECT_EQ(broken_at(kOther), std::nullopt);
  EXPECT_EQ(broken_at(OrgId{"org_3"}), std::nullopt);
}

TEST_P(Audit, CanBeNeitherChangedNorRemoved) {
  for (int i = 0; i < 3; ++i) record(entry("action" + std::to_string(i)));
  for (const char* sql : {"UPDATE audit SET actor = 'user_2' WHERE sequence = 2",
                          "DELETE FROM audit WHERE sequence = 3", "DELETE FROM audit"}) {
    EXPECT_EQ(db::failure_of([&] { store_.write([&](db::Transaction& tx) { tx.execute(sql); }); }),
              ErrorCode::internal)
        << sql;
  }
  EXPECT_EQ(broken_at(), std::nullopt);
  record(entry("goes on"));
  EXPECT_EQ(store_.read([](db::Snapshot& at) { return list_audit(at, kOrg, 0, 10); }).size(), 4U);
}

TEST_P(Audit, ShowsWhatWasTamperedWith) {
  struct Case {
    std::string sql;
    std::int64_t found_at;
  };
  const std::vector<Case> cases = {
      {"UPDATE audit SET actor = 'user_2' WHERE org = 'org_1' AND sequence = 2", 2},
      {"UPDATE audit SET before = after, after = before WHERE org = 'org_1' AND sequence = 2", 2},
      {"UPDATE audit SET before = '' WHERE org = 'org_1' AND sequence = 2", 2},
      {"UPDATE audit SET at_ms = at_ms + 1 WHERE org = 'org_1' AND sequence = 1", 1},
      {"UPDATE audit SET after = '' WHERE org = 'org_1' AND sequence = 3", 3},
      {"DELETE FROM audit WHERE org = 'org_1' AND sequence = 2", 2},
      {"DELETE FROM audit WHERE org = 'org_1' AND sequence = 4", 4},
      {"UPDATE audit SET sequence = 9 WHERE org = 'org_1' AND sequence = 4", 4},
      {"UPDATE audit SET hash = 'x' WHERE org = 'org_1' AND sequence = 2", 2},
      {"UPDATE record_heads SET audit_sequence = 3 WHERE org = 'org_1'", 5},
  };
  unguard();
  for (const Case& one : cases) {
    store_.write([](db::Transaction& tx) {
      tx.execute("DELETE FROM audit");
      tx.execute("DELETE FROM record_heads");
    });
    for (int i = 0; i < 4; ++i) record(entry("action" + std::to_string(i)));
    EXPECT_EQ(broken_at(), std::nullopt);
    tamper(one.sql);
    EXPECT_EQ(broken_at(), one.found_at) << one.sql;
  }
}

TEST_P(Audit, OfAllOrgsSaysWhereEachIsBroken) {
  for (const OrgId& org : {kOrg, kOther}) {
    for (int i = 0; i < 3; ++i) record(entry("action" + std::to_string(i), org));
  }
  tamper("DELETE FROM record_heads WHERE org = 'org_2'");
  const auto verified = [&](const std::optional<OrgId>& org) {
    return verify_chains(*store_, org);
  };
  const auto all = verified(std::nullopt);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].entries, 3);
  EXPECT_EQ(all[0].broken_at, std::nullopt);
  EXPECT_EQ(all[1].org, kOther);
  EXPECT_EQ(all[1].broken_at, 4);
  EXPECT_EQ(verified(kOrg).size(), 1U);
  EXPECT_TRUE(verified(OrgId{"org_3"}).empty());
}

// The insert itself is refused by the database: what it would have recorded does not happen.
TEST_P(Audit, WhatCannotBeRecordedDoesNotHappen) {
  store_.write([](db::Transaction& tx) { tx.execute("CREATE TABLE done (what TEXT NOT NULL)"); });
  record(entry("first"));
  store_.write(
      [](db::Transaction& tx) { tx.execute("CREATE UNIQUE INDEX no_second ON audit (org)"); });
  const auto refused = db::failure_of([&] {
    store_->write_now([&](db::Transaction& tx) {
      tx.execute("INSERT INTO done (what) VALUES ('it')");
      audit(tx, entry("second"));
    });
  });
  EXPECT_TRUE(refused);
  store_.read([](db::Snapshot& at) {
    EXPECT_EQ(at.find("SELECT count(*) AS n FROM done", {})->integer("n"), 0);
    return 0;
  });
  EXPECT_EQ(broken_at(), std::nullopt) << "the chain is as long as it was";
}

TEST_P(Audit, IsOneChainUnderSeveralWritersAndRollbacks) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 10; ++i) {
        record(entry("action" + std::to_string(writer)));
        EXPECT_TRUE(db::failure_of([&] {
          store_->write_now([&](db::Transaction& tx) {
            audit(tx, entry("lost"));
            throw Error(ErrorCode::conflict, "no");
          });
        }));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(broken_at(), std::nullopt);
  EXPECT_EQ(store_.read([](db::Snapshot& at) { return list_audit(at, kOrg, 0, 100); }).size(), 40U);
}

}  // namespace
}  // namespace lendport::events

// A held case stays: what holds it is rows, written and taken away by others.
#include "cases/desk.hpp"
#include "db/beside.hpp"

namespace lendport::cases {
namespace {

class CaseHolds : public testing::TestWithParam<db::Engine> {
 protected:
  void held(const Hold& by) {
    desk_.store.write([&](db::Transaction& tx) { hold(tx, by, desk_.clock.now()); });
  }
  void released(const Hold& by) {
    desk_.store.write([&](db::Transaction& tx) { release(tx, by); });
  }

  Desk desk_{GetParam()};
  Case case_ = desk_.opened(desk_.rep);
  Hold application_{desk_.org, case_.id, "application", "app_1"};
};

INSTANTIATE_TEST_SUITE_P(Engines, CaseHolds, db::kEngines, db::engine_name);

TEST_P(CaseHolds, RefuseADeleteUntilTheLastIsReleased) {
  Hold second = application_;
  second.holder = "app_2";
  held(application_);
  held(application_);  // twice is once
  held(second);
  EXPECT_EQ(db::failure_of([&] { desk_.removed(desk_.rep, case_); }), ErrorCode::conflict);
  released(application_);
  EXPECT_EQ(db::failure_of([&] { desk_.removed(desk_.rep, case_); }), ErrorCode::conflict);
  released(second);
  released(second);
  desk_.removed(desk_.rep, case_);
  EXPECT_EQ(db::failure_of([&] { desk_.got(desk_.rep, case_.id); }), ErrorCode::not_found);
}

TEST_P(CaseHolds, AreListed) {
  held(application_);
  const auto holds =
      desk_.store.read([&](db::Snapshot& at) { return holds_of(at, desk_.org, case_.id); });
  EXPECT_EQ(holds, std::vector<Hold>{application_});
}

TEST_P(CaseHolds, OfAMissingOrForeignCaseAreNotFound) {
  Hold missing = application_;
  missing.case_id = desk_.ids.next<CaseId>();
  EXPECT_EQ(db::failure_of([&] { held(missing); }), ErrorCode::not_found);
  Hold foreign = application_;
  foreign.org = desk_.other_org;
  EXPECT_EQ(db::failure_of([&] { held(foreign); }), ErrorCode::not_found);
}

TEST_P(CaseHolds, SayWhichVersionTheyHold) {
  const auto version = desk_.store.write(
      [&](db::Transaction& tx) { return hold(tx, application_, desk_.clock.now()); });
  EXPECT_EQ(version, case_.version);
}

class CaseHoldRace : public CaseHolds {};
INSTANTIATE_TEST_SUITE_P(Engines, CaseHoldRace, testing::Values(db::Engine::postgres),
                         db::engine_name);

TEST_P(CaseHoldRace, AHoldWaitsForAChangeAndSeesItsVersion) {
  std::int64_t version = 0;
  const auto change = [&](db::Transaction& tx) {
    tx.execute("UPDATE cases SET version = version + 1 WHERE id = $1", {case_.id});
  };
  const auto failed = db::beside(*desk_.store, change, [&] {
    version = desk_.store.write(
        [&](db::Transaction& tx) { return hold(tx, application_, desk_.clock.now()); });
  });
  EXPECT_EQ(failed, std::nullopt);
  EXPECT_EQ(version, case_.version + 1);
}

}  // namespace
}  // namespace lendport::cases

// Which snapshots stay in memory after which change.
#include "catalog/snapshots.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

using Key = CatalogSnapshots::Key;

const OrgId kOrg{"org_1"};
const OrgId kUpstream{"org_2"};
const OrgId kOther{"org_3"};
const Key kKey(kOrg, Environment::sandbox);
constexpr Time kNow{};
constexpr Time kLater = kNow + std::chrono::hours(1);

std::shared_ptr<const OrgCatalog> built(std::int64_t generation, Time expires_at = kLater) {
  return std::make_shared<const OrgCatalog>(std::vector<Quotable>(), generation, expires_at);
}

class Snapshots : public testing::Test {
 protected:
  void put(std::int64_t generation) { snapshots_.put(kKey, built(generation), {kOrg, kUpstream}); }
  bool there() { return snapshots_.find(kKey, kNow) != nullptr; }
  // Whether the snapshot, built at 5, survives this change.
  bool survives(const std::string& topic, std::int64_t number) {
    put(5);
    snapshots_.forget({{topic, number}});
    return there();
  }

  CatalogSnapshots snapshots_{8, kCatalogFreshFor};
};

TEST_F(Snapshots, KeepWhatNothingConcerns) {
  EXPECT_TRUE(survives(catalog_topic(kOther), 6));
  EXPECT_TRUE(survives("keys", 7));
}

TEST_F(Snapshots, ForgetWhatTheOrgOrItsUpstreamChanged) {
  EXPECT_FALSE(survives(catalog_topic(kOrg), 6));
  snapshots_.put(kKey, built(6), {kOrg, kUpstream});
  snapshots_.forget({{catalog_topic(kUpstream), 7}});
  EXPECT_FALSE(there());
}

TEST_F(Snapshots, ForgetAllWhenConnectionsOrOrgsChange) {
  EXPECT_FALSE(survives("connections", 6));
  snapshots_.put(kKey, built(6), {kOrg});
  snapshots_.forget({{"orgs", 7}});
  EXPECT_FALSE(there());
}

TEST_F(Snapshots, KeepWhatWasReadAfterTheChange) {
  EXPECT_TRUE(survives(catalog_topic(kOrg), 5));
}

TEST_F(Snapshots, DoNotTakeWhatWasReadBeforeAChangeThatIsTakenIn) {
  snapshots_.forget({{catalog_topic(kOther), 9}});
  EXPECT_EQ(snapshots_.seen(), 9);
  put(8);
  EXPECT_FALSE(there());
  put(9);
  EXPECT_TRUE(there());
}

TEST_F(Snapshots, EndWithTheirTime) {
  put(1);
  EXPECT_TRUE(snapshots_.find(kKey, kLater - std::chrono::milliseconds(1)));
  EXPECT_FALSE(snapshots_.find(kKey, kLater));
}

TEST_F(Snapshots, MakeRoomByTheLongestUnused) {
  CatalogSnapshots two(2, kCatalogFreshFor);
  const Key first(kOrg, Environment::sandbox);
  const Key second(kOrg, Environment::production);
  const Key third(kOther, Environment::sandbox);
  two.put(first, built(1), {kOrg});
  two.put(second, built(1), {kOrg});
  two.find(first, kNow);
  two.put(third, built(1), {kOther});
  EXPECT_TRUE(two.find(first, kNow));
  EXPECT_FALSE(two.find(second, kNow));
  EXPECT_TRUE(two.find(third, kNow));
}

TEST_F(Snapshots, AreFreshForAWhileAfterTheDatabaseWasAsked) {
  EXPECT_FALSE(snapshots_.fresh());
  const auto now = std::chrono::steady_clock::now();
  snapshots_.confirm(now - kCatalogFreshFor);
  EXPECT_FALSE(snapshots_.fresh());
  snapshots_.confirm(now);
  EXPECT_TRUE(snapshots_.fresh());
  snapshots_.confirm(now - kCatalogFreshFor);
  EXPECT_TRUE(snapshots_.fresh());
}

TEST_F(Snapshots, AskForASweepOnceAndWhenConnectionsChange) {
  constexpr std::chrono::minutes kPeriod{60};
  EXPECT_TRUE(snapshots_.take_sweep(kPeriod));
  EXPECT_FALSE(snapshots_.take_sweep(kPeriod));
  snapshots_.forget({{"orgs", 1}});
  EXPECT_FALSE(snapshots_.take_sweep(kPeriod));
  snapshots_.forget({{"connections", 2}});
  EXPECT_TRUE(snapshots_.take_sweep(kPeriod));
}

}  // namespace
}  // namespace lendport

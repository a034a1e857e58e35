// What other capabilities find: own connections, shared ones, never another network's.
#include "connections/stage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::connections {
namespace {

class Lookups : public testing::TestWithParam<db::Engine> {
 protected:
  ConnectionsStage stage{GetParam()};
  Org below = stage.org("Below", stage.sunrise.id);
  Org other = stage.org("Other");

  bool finds(const Org& org, Environment environment, const ConnectionId& id) {
    return stage.read([&](db::Snapshot& at) {
      return stage.connections.find(at, org.id, environment, id).has_value();
    });
  }
  std::size_t reaching(const Org& org, Environment environment) {
    return stage.read([&](db::Snapshot& at) {
      return stage.connections.reaching(at, org.id, environment).size();
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Lookups, db::kEngines, db::engine_name);

TEST_P(Lookups, AnOrgFindsItsOwnInItsEnvironment) {
  const Connection made = stage.connected();
  EXPECT_TRUE(finds(stage.sunrise, Environment::sandbox, made.id));
  EXPECT_FALSE(finds(stage.sunrise, Environment::production, made.id));
  EXPECT_FALSE(finds(below, Environment::sandbox, made.id)) << "not shared";
  EXPECT_FALSE(finds(other, Environment::sandbox, made.id));
  EXPECT_EQ(reaching(below, Environment::sandbox), 0U);
}

TEST_P(Lookups, SubOrgsUseWhatIsSharedWithThem) {
  ConnectionDraft draft = draft_of();
  draft.with_sub_orgs = true;
  const Connection made = stage.connected(draft);
  EXPECT_TRUE(finds(below, Environment::sandbox, made.id));
  EXPECT_EQ(reaching(below, Environment::sandbox), 1U);
  EXPECT_EQ(reaching(below, Environment::production), 0U);
  EXPECT_EQ(reaching(other, Environment::sandbox), 0U);
}

TEST_P(Lookups, OnlyConnectedAndEnabledOnesAreLookedAfter) {
  const Connection made = stage.connected();
  const auto connected = [&] {
    return stage.read(
        [&](db::Snapshot& at) { return stage.connections.connected(at, "", 10).size(); });
  };
  EXPECT_EQ(connected(), 1U);
  stage.run(
      stage.connections.disable(stage.admin, made.org, made.id, 1, "pause", orgs::Stage::soon()));
  EXPECT_EQ(connected(), 0U);
  EXPECT_TRUE(stage.read(
      [&](db::Snapshot& at) { return stage.connections.find_by_id(at, made.id).has_value(); }));
}

TEST_P(Lookups, ListsInPages) {
  for (int i = 0; i < 3; ++i) {
    json::Value manifest = acme_manifest();
    manifest["id"] = "com.example.lender" + std::to_string(i);
    stage.lender.add(manifest);
    ConnectionDraft draft = draft_of();
    draft.plugin_id = manifest["id"];
    stage.run(stage.connections.offer(stage.platform, stage.sunrise.id, draft.plugin_id,
                                      OfferScope::org, orgs::Stage::soon()));
    stage.connected(draft);
  }
  const auto page = [&](std::optional<ConnectionId> after) {
    return stage.run(stage.connections.list(stage.admin, stage.sunrise.id, std::move(after), 2,
                                            orgs::Stage::soon()));
  };
  const auto first = page(std::nullopt);
  ASSERT_EQ(first.size(), 2U);
  const auto second = page(first.back().id);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].plugin_id, "com.example.lender2");
}

}  // namespace
}  // namespace lendport::connections

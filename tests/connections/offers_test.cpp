// Offers reach the orgs they are made for, and no others.
#include "connections/stage.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

class Offers : public testing::TestWithParam<db::Engine> {
 protected:
  ConnectionsStage stage{GetParam()};
  Deadline soon = orgs::Stage::soon();

  std::size_t count(const Org& org) {
    return stage.run(stage.connections.offers(org.id, soon)).size();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Offers, db::kEngines, db::engine_name);

TEST_P(Offers, ANetworkOfferReachesTheOrgsBelow) {
  const Org below = stage.org("Below", stage.sunrise.id);
  EXPECT_EQ(count(below), 0U);
  const Offer widened = stage.offer(stage.sunrise, OfferScope::network);
  EXPECT_EQ(widened.version, 2);
  EXPECT_EQ(count(below), 1U);
  const Principal admin = orgs::principal_of(stage.user(below, Role::org_admin, "below"));
  const auto outcome = stage.run(stage.connections.connect(admin, below.id, draft_of(), soon));
  EXPECT_TRUE(std::holds_alternative<Connection>(outcome));
}

TEST_P(Offers, OfferingTwiceIsOneOffer) {
  const Offer again = stage.offer(stage.sunrise);
  EXPECT_EQ(again.version, 1);
  EXPECT_EQ(count(stage.sunrise), 1U);
}

TEST_P(Offers, WithdrawnStopsNewConnectionsAndKeepsOldOnes) {
  const Connection kept = stage.connected();
  const Offer offer = stage.offer(stage.sunrise);
  const auto withdraw = [&](const OfferId& id, std::int64_t version) {
    return db::failure_of([&] {
      stage.run(
          stage.connections.withdraw_offer(stage.platform, stage.sunrise.id, id, version, soon));
    });
  };
  EXPECT_EQ(withdraw(offer.id, 9), ErrorCode::precondition_failed);
  EXPECT_EQ(withdraw(OfferId{"offer_never"}, 1), ErrorCode::not_found);
  EXPECT_EQ(withdraw(offer.id, 1), std::nullopt);
  EXPECT_EQ(withdraw(offer.id, 1), ErrorCode::not_found);
  EXPECT_TRUE(stage.stored(kept.id).usable());
  const auto outcome = stage.run(
      stage.connections.test(stage.admin, stage.sunrise.id, draft_of(), std::nullopt, soon));
  EXPECT_EQ(refusals(std::get<ConnectionRefused>(outcome).violations),
            Refusals{"/plugin_id not_offered"});
}

TEST_P(Offers, AnUnknownPluginOrOrgIsRefused) {
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.connections.offer(stage.platform, stage.sunrise.id, "com.x.y",
                                                OfferScope::org, soon));
            }),
            ErrorCode::invalid_input);
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.connections.offer(stage.platform, OrgId{"org_never"}, kAcme,
                                                OfferScope::org, soon));
            }),
            ErrorCode::not_found);
}

}  // namespace
}  // namespace lendport::connections

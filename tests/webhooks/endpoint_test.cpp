// The words of endpoints and deliveries, there and back.
#include "webhooks/endpoint.hpp"

#include "webhooks/delivery.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(WebhookWords, RoundTrip) {
  for (const auto reason : {DisabledBecause::nothing, DisabledBecause::by_hand,
                            DisabledBecause::gone, DisabledBecause::failing}) {
    EXPECT_EQ(parse_disabled_because(to_string(reason)), reason);
  }
  for (const auto state :
       {DeliveryState::pending, DeliveryState::delivered, DeliveryState::failed}) {
    EXPECT_EQ(parse_delivery_state(to_string(state)), state);
  }
  EXPECT_FALSE(parse_disabled_because("tired"));
  EXPECT_FALSE(parse_delivery_state("lost"));
}

TEST(WebhookEndpoints, WantEverythingOrWhatTheyName) {
  WebhookEndpoint endpoint;
  EXPECT_TRUE(endpoint.enabled());
  EXPECT_TRUE(endpoint.wants("case.created"));
  endpoint.event_types = {"application.approved"};
  EXPECT_TRUE(endpoint.wants("application.approved"));
  EXPECT_FALSE(endpoint.wants("case.created"));
}

}  // namespace
}  // namespace lendport

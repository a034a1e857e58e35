// Words of the wire for states, policies and scopes; what may be done in which state.
#include "connections/connection.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(ConnectionWords, AreReadAsTheyAreWritten) {
  for (const char* word : {"draft", "requested", "awaiting_lender", "configuring", "uat",
                           "connected", "needs_attention", "disabled", "winding_down"}) {
    const auto status = parse_connection_status(word);
    ASSERT_TRUE(status) << word;
    EXPECT_EQ(to_string(*status), word);
  }
  for (RepMode mode : {RepMode::match_or_create, RepMode::match_or_generic}) {
    EXPECT_EQ(parse_rep_mode(to_string(mode)), mode);
  }
  for (OfferScope scope : {OfferScope::org, OfferScope::network}) {
    EXPECT_EQ(parse_offer_scope(to_string(scope)), scope);
  }
  EXPECT_FALSE(parse_connection_status("Connected"));
  EXPECT_FALSE(parse_rep_mode(""));
  EXPECT_FALSE(parse_offer_scope("all"));
}

TEST(Connection, IsUsableOnlyWhenConnectedAndEnabled) {
  Connection connection;
  EXPECT_FALSE(connection.usable()) << "a draft";
  connection.status = ConnectionStatus::connected;
  EXPECT_TRUE(connection.usable());
  connection.enabled = false;
  EXPECT_FALSE(connection.usable());
  EXPECT_TRUE(connection.followable());
  connection.disconnected_at = from_unix_ms(1);
  EXPECT_FALSE(connection.followable());
}

}  // namespace
}  // namespace lendport

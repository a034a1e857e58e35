// Settings of mail: whole or off.
#include "mail/settings.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(MailSettings, AreWholeOrOff) {
  EXPECT_TRUE(problems_of({}).empty());
  EXPECT_EQ(open_sender({}), nullptr);
  MailSettings good;
  good.relay.url = "smtp://relay.example.com:587";
  good.from = "loans@hub.example";
  EXPECT_TRUE(problems_of(good).empty());
  EXPECT_NE(open_sender(good), nullptr);
  EXPECT_EQ(good.message_domain(), "hub.example");
  good.domain = "other.example";
  EXPECT_EQ(good.message_domain(), "other.example");
  std::vector<MailSettings> bad(6, good);
  bad[0].relay.url = "relay.example.com";
  bad[1].from = "";
  bad[2].from = "Loans <loans@hub.example>";
  bad[3].domain = "other example";
  bad[4].relay.user = "hub";
  bad[5].relay.password = Secret<std::string>("alone");
  for (std::size_t i = 0; i < bad.size(); ++i) EXPECT_EQ(problems_of(bad[i]).size(), 1U) << i;
}

}  // namespace
}  // namespace lendport

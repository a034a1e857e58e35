// The wire's spelling of connections, and what never appears in it.
#include "connections/json.hpp"

#include "connections/stage.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::connections {
namespace {

Connection shown_connection() {
  Connection connection;
  connection.id = ConnectionId{"conn_1"};
  connection.org = OrgId{"org_1"};
  connection.plugin_id = kAcme;
  connection.label = "Acme";
  connection.settings = R"({"dealer_id":"D-17","region":"west"})";
  connection.secret_names = {"client_secret"};
  connection.catalog_age_max = std::chrono::hours{24};
  connection.documents.at_approval = true;
  return connection;
}

TEST(WriteConnection, MasksStoredSecretsAndExplainsThePolicies) {
  const auto shown = write(shown_connection(), "en");
  EXPECT_EQ((*shown)["settings"].dump(),
            R"({"dealer_id":"D-17","region":"west","client_secret":"***"})");
  EXPECT_EQ((*shown)["dealer_fee"].dump(), R"({"include_in_amount_sent":true})");
  EXPECT_EQ((*shown)["rep_policy"].dump(), R"({"mode":"match_or_create","generic_account":null})");
  EXPECT_TRUE((*shown)["explained"]["dealer_fee"]["included"].is_string());
  EXPECT_NE(write(shown_connection(), "fr")->at("explained"), (*shown)["explained"]);
}

TEST(ReadDraft, TakesAConnectionAsItIsShown) {
  const auto shown = write(shown_connection(), "en");
  const ConnectionDraft draft = read_draft(shown->dump());
  EXPECT_EQ(draft.plugin_id, kAcme);
  EXPECT_EQ(draft.label, "Acme");
  EXPECT_EQ((*draft.settings)["client_secret"], "***");
  EXPECT_EQ(draft.rep_policy, RepPolicy{});
  EXPECT_EQ(draft.catalog_age_max, std::chrono::hours{24});
  EXPECT_EQ(draft.documents, DocumentsPolicy{true});
}

TEST(ReadDraft, BoundsTheAgeOfTheCatalogue) {
  const auto with_age = [](const std::string& age) {
    return R"({"plugin_id":"a","environment":"sandbox","settings":{},"catalog_age_max_hours":)" +
           age + "}";
  };
  EXPECT_EQ(read_draft(with_age("null")).catalog_age_max, std::nullopt);
  EXPECT_EQ(read_draft(with_age("8760")).catalog_age_max, kCatalogAgeMost);
  for (const char* age : {"0", "-1", "8761", "1.5", "true"}) {
    EXPECT_THROW(read_draft(with_age(age)), Error) << age;
  }
}

TEST(ReadDraft, NamesWhatItDoesNotKnow) {
  try {
    read_draft(R"({"plugin_id":"a","environment":"live","settings":[],"labl":"x",)"
               R"("rep_policy":{"mode":"guess"}})");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(refusals(error.violations()),
              (Refusals{"/environment unknown_choice", "/settings type",
                        "/rep_policy/mode unknown_choice", "/labl unknown_field"}));
  }
}

TEST(ReadReconnect, TakesSettingsOrNothing) {
  EXPECT_EQ(read_reconnect("{}").settings, nullptr);
  EXPECT_EQ(read_reconnect(R"({"settings":{"a":"b"}})").settings->dump(), R"({"a":"b"})");
}

TEST(MaskedForm, HidesSecretsOfAnyKindAndLeavesTheRest) {
  const auto sent = form(R"({"dealer_id":7,"client_secret":["x","y"],"certificate":null})");
  EXPECT_EQ(masked_form(*sent, {"client_secret", "certificate"})->dump(),
            R"({"dealer_id":7,"client_secret":"***","certificate":null})");
  EXPECT_EQ(masked_form(*form("[1]"), {})->dump(), "{}");
}

TEST(Secrets, ComeBackAsTheyWere) {
  connectors::Secrets secrets;
  const std::string pem = "-----BEGIN KEY-----\nAbc+/=\n\ttab\r\n-----END KEY-----\n";
  secrets.emplace("certificate", Secret<std::string>(pem));
  secrets.emplace("client_secret", Secret<std::string>("\"quoted\" \\ \xc3\xa9"));
  const auto again = read_secrets(secrets_text(secrets).expose());
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again.at("certificate").expose(), pem);
  EXPECT_EQ(again.at("client_secret").expose(), "\"quoted\" \\ \xc3\xa9");
}

TEST(RecordText, SaysThatSecretsChangedAndNothingOfThem) {
  const std::string text = record_text(shown_connection(), {"client_secret"});
  EXPECT_NE(text.find(R"("client_secret":"changed")"), std::string::npos) << text;
  const std::string event = event_text(shown_connection());
  EXPECT_EQ(event.find("dealer_id"), std::string::npos) << event;
  EXPECT_NE(event.find("conn_1"), std::string::npos);
}

TEST(WritePlugin, ShowsTheOperatorMore) {
  connectors::PluginView plugin;
  plugin.id = kAcme;
  plugin.folder = "acme";
  plugin.state = connectors::PluginState::refused;
  plugin.refusal = {"LP-E-ELF", "is no ELF file"};
  EXPECT_FALSE(write(plugin, false)->contains("refused"));
  EXPECT_FALSE(write(plugin, false)->contains("folder"));
  EXPECT_EQ(write(plugin, true)->at("refused")["code"], "LP-E-ELF");
}

}  // namespace
}  // namespace lendport::connections

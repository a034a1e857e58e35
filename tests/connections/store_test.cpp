// Rows of offers and connections, on every engine.
#include "connections/store.hpp"

#include "connections/stage.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

class ConnectionsStore : public testing::TestWithParam<db::Engine> {
 protected:
  ConnectionsStage stage{GetParam()};

  template <class Closure>
  void write(Closure closure) {
    stage.db->write_now([&](db::Transaction& tx) { closure(tx); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ConnectionsStore, db::kEngines, db::engine_name);

TEST_P(ConnectionsStore, GivesAConnectionBackAsItWas) {
  ConnectionDraft draft = draft_of();
  draft.label = "Acme West";
  draft.dealer_fee.include_in_amount_sent = false;
  draft.rep_policy = {RepMode::match_or_generic, "office@sunrise.example"};
  draft.with_sub_orgs = true;
  draft.catalog_age_max = std::chrono::hours{36};
  const Connection made = stage.connected(draft);
  const Connection found = stage.stored(made.id);
  EXPECT_EQ(found.label, "Acme West");
  EXPECT_EQ(found.status, ConnectionStatus::connected);
  EXPECT_EQ(found.settings, made.settings);
  EXPECT_EQ(found.secret_names, std::set<std::string>{"client_secret"});
  EXPECT_EQ(found.dealer_fee, draft.dealer_fee);
  EXPECT_EQ(found.rep_policy, draft.rep_policy);
  EXPECT_TRUE(found.with_sub_orgs);
  EXPECT_EQ(found.catalog_age_max, std::chrono::hours{36});
  EXPECT_EQ(found.account_id, "A1");
  EXPECT_EQ(found.checked_at, stage.clock.now());
  EXPECT_EQ(found.version, 1);
  EXPECT_EQ(found.settings_revision, 1);
}

TEST_P(ConnectionsStore, UpdatesOnlyTheVersionBefore) {
  Connection connection = stage.connected();
  connection.label = "Other";
  connection.catalog_age_max = std::chrono::hours{2};
  connection.documents.at_approval = true;
  write([&](db::Transaction& tx) { EXPECT_FALSE(update(tx, connection)); });
  connection.version = 2;
  write([&](db::Transaction& tx) { EXPECT_TRUE(update(tx, connection)); });
  EXPECT_EQ(stage.stored(connection.id).label, "Other");
  EXPECT_EQ(stage.stored(connection.id).catalog_age_max, std::chrono::hours{2});
  EXPECT_TRUE(stage.stored(connection.id).documents.at_approval);
}

TEST_P(ConnectionsStore, OnePluginIsConnectedOncePerEnvironment) {
  const Connection first = stage.connected();
  Connection second = first;
  second.id = ConnectionId{"conn_second"};
  const auto insert_second = [&] {
    write([&](db::Transaction& tx) { insert(tx, second, std::nullopt); });
  };
  EXPECT_EQ(db::failure_of(insert_second), ErrorCode::conflict);
  second.environment = Environment::production;
  EXPECT_EQ(db::failure_of(insert_second), std::nullopt);
}

TEST_P(ConnectionsStore, SecretsAreSealedAndBoundToTheirRow) {
  const Connection connection = stage.connected();
  const auto sealed = stage.read(
      [&](db::Snapshot& at) { return sealed_secrets(at, connection.org, connection.id); });
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->bytes.find("hunter2"), std::string::npos);
  const auto rows = stage.read([](db::Snapshot& at) { return at.query("SELECT * FROM audit"); });
  for (const db::Row& row : rows) {
    EXPECT_EQ(row.optional_text("after").value_or("").find("hunter2"), std::string::npos);
  }
  ConnectionDraft other = draft_of();
  other.environment = Environment::production;
  stage.admin.environment = Environment::production;
  const Connection moved = stage.connected(other);
  write([&](db::Transaction& tx) { set_secrets(tx, moved, sealed); });
  EXPECT_EQ(db::failure_of([&] {
              stage.read([&](db::Snapshot& at) {
                return stage.connections.call_for(at, moved.id).secrets.size();
              });
            }),
            ErrorCode::internal);
}

TEST_P(ConnectionsStore, AnOfferIsMadeOncePerOrgAndPlugin) {
  const auto offers = stage.read([&](db::Snapshot& at) { return offers_of(at, stage.sunrise.id); });
  ASSERT_EQ(offers.size(), 1U);
  Offer again = offers[0];
  again.id = OfferId{"offer_again"};
  write([&](db::Transaction& tx) { EXPECT_FALSE(insert(tx, again)); });
  write([&](db::Transaction& tx) {
    EXPECT_FALSE(remove(tx, stage.sunrise.id, offers[0].id, offers[0].version + 1));
    EXPECT_FALSE(remove(tx, OrgId{"org_x"}, offers[0].id, offers[0].version));
    EXPECT_TRUE(remove(tx, stage.sunrise.id, offers[0].id, offers[0].version));
  });
}

}  // namespace
}  // namespace lendport::connections

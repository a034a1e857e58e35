// Webhooks of lenders: stored first, listened to only when verified, and once.
#include "connections/inbound.hpp"
#include "connectors/switches.hpp"

#include <gtest/gtest.h>

namespace lendport::connections {
namespace {

using connectors::OutcomeKind;

class Inbound : public testing::TestWithParam<db::Engine> {
 protected:
  InboundStage stage{GetParam()};

  static std::string told(const InboundWebhook& webhook) {
    return std::string(to_string(webhook.state)) + ": " + webhook.reason;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Inbound, db::kEngines, db::engine_name);

TEST_P(Inbound, StoresWhatCameBeforeAnybodyLooksAtIt) {
  const std::string body("\0\xff{not json", 11);
  ASSERT_EQ(stage.send(stage.token(), body, "forged"), std::nullopt);
  EXPECT_EQ(stage.latest().state, InboundState::received);
  EXPECT_EQ(stage.latest().body_bytes, 11);
  ASSERT_TRUE(stage.work());
  EXPECT_EQ(stage.seen_payload, body) << "byte for byte";
  EXPECT_NE(stage.seen_request.find("forged"), std::string::npos);
  EXPECT_EQ(stage.seen_request.find("Bearer"), std::string::npos) << "credentials are not kept";
}

TEST_P(Inbound, KeepsBodiesAndAddressesSealed) {
  const std::string token = stage.token();
  ASSERT_GE(token.size(), 22U) << "128 random bits at least";
  ASSERT_EQ(stage.send(token, "a body to look for"), std::nullopt);
  const auto rows = stage.read([](db::Snapshot& at) {
    std::string all;
    for (const db::Row& row :
         at.query("SELECT sealed_headers, sealed_body FROM inbound_webhooks")) {
      all += row.blob("sealed_headers").bytes + row.blob("sealed_body").bytes;
    }
    for (const db::Row& row : at.query("SELECT token_hash, sealed_token FROM webhook_addresses")) {
      all += row.text("token_hash") + row.blob("sealed_token").bytes;
    }
    return all;
  });
  EXPECT_EQ(rows.find("to look for"), std::string::npos);
  EXPECT_EQ(rows.find("genuine"), std::string::npos);
  EXPECT_EQ(rows.find(token), std::string::npos);
}

struct Look {
  const char* name;
  std::string body;
  const char* mark;
  std::optional<OutcomeKind> trouble;
  const char* told;
  int heard;
};
TEST_P(Inbound, IsHeardOnlyWhenItIsTheLenders) {
  const std::vector<Look> looks = {
      {"genuine", InboundStage::saying("e1"), "genuine", {}, "verified: ", 1},
      {"forged", InboundStage::saying("e2"), "forged", {}, "refused: the signature is wrong", 1},
      {"connector fails", InboundStage::saying("e3"), "genuine", OutcomeKind::internal,
       "refused: the connector could not verify it: connector.said_so", 1},
      {"unreadable",
       R"({"event_id":"e4"})",
       "genuine",
       {},
       "refused: the connector could not read it: ",
       1},
      {"forged before", InboundStage::saying("e2"), "genuine", {}, "verified: ", 2},
      {"again", InboundStage::saying("e1"), "genuine", {}, "ignored: it was received before", 2},
      {"without an id", R"({"events":[]})", "genuine", {}, "verified: ", 3},
      {"the same bytes", R"({"events":[]})", "genuine", {}, "ignored: it was received before", 3},
  };
  for (const Look& look : looks) {
    stage.trouble = look.trouble;
    EXPECT_EQ(told(stage.received(look.body, look.mark)), look.told) << look.name;
    EXPECT_EQ(stage.heard(), look.heard) << look.name;
  }
  EXPECT_EQ(stage.latest().event_type, "");
  EXPECT_EQ(stage.list().at(7).event_id, "e1");
  EXPECT_EQ(stage.list().at(7).event_type, "application.changed");
}

TEST_P(Inbound, TheSameBytesMuchLaterAreAnotherWebhook) {
  stage.received(R"({"events":[]})");
  stage.clock.advance(kSameBytesWithin + std::chrono::seconds{1});
  EXPECT_EQ(stage.received(R"({"events":[]})").state, InboundState::verified);
  EXPECT_EQ(stage.heard(), 2);
}

TEST_P(Inbound, AsksAConnectorThatCouldNotAnswerAgainAndGivesUp) {
  stage.trouble = OutcomeKind::retryable;
  ASSERT_EQ(stage.send(stage.token(), InboundStage::saying("e1")), std::nullopt);
  for (int look = 1; look < kVerifyAttemptsMax; ++look) {
    ASSERT_TRUE(stage.work());
    EXPECT_EQ(stage.latest().state, InboundState::received) << look;
    EXPECT_FALSE(stage.work()) << "not at once";
    stage.clock.advance(std::chrono::minutes{11});
  }
  ASSERT_TRUE(stage.work());
  EXPECT_EQ(stage.latest().state, InboundState::refused);
  EXPECT_EQ(stage.heard(), 0);
}

TEST_P(Inbound, WaitsForAStoppedPlugin) {
  ASSERT_EQ(stage.send(stage.token(), InboundStage::saying("e1")), std::nullopt);
  const auto switched = [&](bool stopped) {
    stage.db->write_now([&](db::Transaction& tx) {
      connectors::Switch wanted = connectors::switch_of(tx, kAcme);
      wanted.stopped = stopped;
      ++wanted.version;
      connectors::store(tx, wanted);
    });
  };
  switched(true);
  ASSERT_TRUE(stage.work());
  EXPECT_EQ(stage.latest().state, InboundState::received);
  switched(false);
  stage.clock.advance(std::chrono::minutes{1});
  ASSERT_TRUE(stage.work());
  EXPECT_EQ(stage.latest().state, InboundState::verified);
}

TEST_P(Inbound, TellsNothingOfAddressesThatAreNone) {
  for (const std::string& wrong : {std::string(), std::string("x"), stage.token() + "A",
                                   std::string(5'000, 'A'), std::string("\0\xff'", 3)}) {
    EXPECT_EQ(stage.send(wrong, "{}"), ErrorCode::not_found);
  }
  const std::string token = stage.token();
  stage.run(stage.connections.disconnect(stage.admin, stage.sunrise.id, stage.connection.id,
                                         stage.connection.version, InboundStage::soon()));
  EXPECT_EQ(stage.send(token, "{}"), ErrorCode::not_found);
}

TEST_P(Inbound, AnOldAddressWorksForAWhile) {
  const std::string first = stage.token();
  const auto rotate = [&] {
    const db::Keep<RotatedWebhook> keep = [&](db::Transaction&, const RotatedWebhook& rotated) {
      stage.connection = rotated.connection;
      EXPECT_EQ(rotated.address.created_at, stage.clock.now());
    };
    stage.run(stage.connections.rotate_webhook(stage.admin, stage.sunrise.id, stage.connection.id,
                                               stage.connection.version, InboundStage::soon(),
                                               keep));
  };
  rotate();
  const std::string second = stage.token();
  EXPECT_NE(first, second);
  EXPECT_EQ(stage.connection.version, 2);
  EXPECT_EQ(stage.send(first, "{}"), std::nullopt);
  EXPECT_EQ(stage.send(second, "{}"), std::nullopt);
  stage.clock.advance(kWebhookOverlap);
  EXPECT_EQ(stage.send(first, "{}"), ErrorCode::not_found);
  EXPECT_EQ(stage.send(second, "{}"), std::nullopt);
  rotate();
  EXPECT_EQ(stage.number("SELECT COUNT(*) AS n FROM webhook_addresses"), 2) << "the first is gone";
}

TEST_P(Inbound, AConnectorWithoutWebhooksHasNoAddress) {
  stage.lender.add(acme_manifest());
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.connections.rotate_webhook(
                  stage.admin, stage.sunrise.id, stage.connection.id, stage.connection.version,
                  InboundStage::soon(), nullptr));
            }),
            ErrorCode::capability_missing);
  EXPECT_EQ(told(stage.received("{}")), "refused: the connector takes no webhooks");
}

TEST_P(Inbound, RefusesAFloodAndAQueueThatIsFull) {
  int refused = 0;
  const std::string token = stage.token();
  for (std::size_t i = 0; i < 3 * kWebhooksBurst; ++i) {
    refused += stage.send(token, "{}") == ErrorCode::rate_limited ? 1 : 0;
  }
  EXPECT_GT(refused, 0);
}

TEST_P(Inbound, RefusesMoreThanMayWait) {
  stage.db->write_now([&](db::Transaction& tx) {
    for (std::int64_t i = 0; i < kWebhooksWaitingMax; ++i) {
      tx.execute(
          "INSERT INTO inbound_webhooks (id, org_id, connection_id, state, reason, event_id, "
          "event_type, is_first, body_hash, body_bytes, sealed_headers, sealed_body, "
          "received_at_ms) VALUES ($1, $2, $3, 'received', '', '', '', 0, '', 0, $4, $4, 0)",
          {"inhook_" + std::to_string(i), stage.sunrise.id, stage.connection.id, Blob{"x"}});
    }
  });
  EXPECT_EQ(stage.send(stage.token(), "{}"), ErrorCode::overloaded);
}

TEST_P(Inbound, TellsTheOrgOnceOfManyRefusals) {
  for (int i = 0; i < kRefusedMany + 3; ++i) stage.received("{}", "forged");
  EXPECT_EQ(stage.number("SELECT COUNT(*) AS n FROM events WHERE "
                         "type = 'connection.webhooks_refused'"),
            1);
  EXPECT_TRUE(stage.stored(stage.connection.id).usable()) << "whoever knows the address may forge";
  EXPECT_EQ(stage.run(stage.connections.webhook_address(stage.connection, InboundStage::soon()))
                ->refused_last_day,
            kRefusedMany + 3);
}

TEST_P(Inbound, TellsTheOrgOfASteadyStreamOnceADay) {
  const auto told = [&] {
    return stage.number(
        "SELECT COUNT(*) AS n FROM events WHERE type = 'connection.webhooks_refused'");
  };
  // The twentieth of an hour slides by again and again.
  const std::chrono::seconds pace = std::chrono::seconds{3600} / kRefusedMany;
  for (int i = 0; i < 5 * kRefusedMany; ++i) {
    stage.received("{}", "forged");
    stage.clock.advance(pace);
  }
  EXPECT_EQ(told(), 1);
  stage.clock.advance(kRefusedToldEvery);
  for (int i = 0; i < 2 * kRefusedMany; ++i) stage.received("{}", "forged");
  EXPECT_EQ(told(), 2);
}

TEST_P(Inbound, CountsRefusalsUpToALimit) {
  stage.db->write_now([&](db::Transaction& tx) {
    for (std::int64_t i = 0; i < kRefusedCountedMax + 5; ++i) {
      tx.execute(
          "INSERT INTO inbound_webhooks (id, org_id, connection_id, state, reason, event_id, "
          "event_type, is_first, body_hash, body_bytes, sealed_headers, sealed_body, "
          "received_at_ms) VALUES ($1, $2, $3, 'refused', '', '', '', 0, '', 0, $4, $4, $5)",
          {"inhook_" + std::to_string(i), stage.sunrise.id, stage.connection.id, Blob{"x"},
           stage.clock.now()});
    }
  });
  EXPECT_EQ(stage.run(stage.connections.webhook_address(stage.connection, InboundStage::soon()))
                ->refused_last_day,
            kRefusedCountedMax);
  // More than many at once, none of which was the one that makes them many.
  stage.received("{}", "forged");
  EXPECT_EQ(
      stage.number("SELECT COUNT(*) AS n FROM events WHERE type = 'connection.webhooks_refused'"),
      1);
}

TEST_P(Inbound, WhoseWordsWereErasedIsIgnored) {
  ASSERT_EQ(stage.send(stage.token(), InboundStage::saying("e1")), std::nullopt);
  stage.db->write_now([&](db::Transaction& tx) {
    tx.execute("UPDATE keys SET wrapped = NULL, destroyed_at_ms = 1 WHERE org = $1",
               {stage.sunrise.id});
  });
  EXPECT_TRUE(stage.work());
  EXPECT_EQ(told(stage.latest()), "ignored: its words were erased");
  EXPECT_FALSE(stage.work());
}

TEST_P(Inbound, OneThatIsLookedAtTwiceIsHeardOnce) {
  ASSERT_EQ(stage.send(stage.token(), InboundStage::saying("e1")), std::nullopt);
  const auto first = stage.claim(kVerifyWebhookJob);
  stage.clock.advance(std::chrono::minutes{1});  // the lease ran out: a dead process
  const auto second = stage.claim(kVerifyWebhookJob);
  ASSERT_TRUE(first && second);
  stage.run(stage.webhooks.verify(*second, InboundStage::soon()));
  EXPECT_EQ(db::failure_of([&] { stage.run(stage.webhooks.verify(*first, InboundStage::soon())); }),
            ErrorCode::lease_lost);
  EXPECT_EQ(stage.heard(), 1);
}

TEST_P(Inbound, IsForgottenByItsAge) {
  stage.received(InboundStage::saying("e1"));
  const auto purged = [&] {
    std::int64_t count = 0;
    stage.db->write_now(
        [&](db::Transaction& tx) { count = purge_webhooks(tx, stage.clock.now()); });
    return count;
  };
  EXPECT_EQ(purged(), 0);
  stage.clock.advance(kWebhooksKept + std::chrono::hours{1});
  EXPECT_EQ(purged(), 1);
  EXPECT_TRUE(stage.list().empty());
}

}  // namespace
}  // namespace lendport::connections

// Endpoints through the public class: made, changed, their secrets shown once and kept sealed.
#include "webhooks/webhooks.hpp"

#include "events/audit.hpp"
#include "webhooks/secrets.hpp"
#include "webhooks/stage.hpp"
#include "webhooks/store.hpp"

#include <gtest/gtest.h>

namespace lendport::webhooks {
namespace {

using namespace std::chrono_literals;

class WebhookEndpoints : public testing::TestWithParam<db::Engine> {
 protected:
  WebhooksStage stage{GetParam()};

  std::vector<std::string> signing_at(const WebhookEndpoint& endpoint, Time now) {
    std::vector<std::string> texts;
    stage.db->read_now([&](db::Snapshot& at) {
      texts.clear();
      const auto stored = find_endpoint(at, endpoint.org, endpoint.id);
      for (const auto& one : signing(stage.sealing, at, *stored, now)) {
        texts.push_back(one.expose());
      }
    });
    return texts;
  }
  // Every text and blob of the tables that could hold a secret or a URL's query.
  std::string everything_recorded() {
    std::string all;
    stage.db->read_now([&](db::Snapshot& at) {
      all.clear();
      for (const auto& event : events::list(at, stage.sunrise.id, 0, 200)) all += event.payload;
      for (const auto& entry : events::list_audit(at, stage.sunrise.id, 0, 200)) {
        all += entry.before.value_or("") + entry.after.value_or("");
      }
      for (const auto& row :
           at.query("SELECT sealed_secret, sealed_old_secret FROM webhook_endpoints")) {
        all += row.blob("sealed_secret").bytes;
        if (auto old = row.optional_blob("sealed_old_secret")) all += old->bytes;
      }
    });
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, WebhookEndpoints, db::kEngines, db::engine_name);

TEST_P(WebhookEndpoints, AreMadeShownListedAndRemoved) {
  const NewEndpoint made = stage.endpoint("https://hooks.example/in?key=hunter2");
  const NewEndpoint second = stage.endpoint("https://other.example/in", {"case.created"});
  EXPECT_TRUE(made.secret.expose().starts_with("whsec_"));
  EXPECT_EQ(stage.shown(made.endpoint).url, "https://hooks.example/in?key=hunter2");
  const auto listed = stage.run(
      stage.webhooks->list(stage.admin, stage.sunrise.id, std::nullopt, 10, stage.soon()));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[1].event_types, std::set<std::string>{"case.created"});
  EXPECT_EQ(
      stage.run(stage.webhooks->list(stage.admin, stage.sunrise.id, listed[0].id, 10, stage.soon()))
          .size(),
      1U);
  stage.run(
      stage.webhooks->remove(stage.admin, stage.sunrise.id, made.endpoint.id, 1, stage.soon()));
  EXPECT_EQ(db::failure_of([&] { stage.shown(made.endpoint); }), ErrorCode::not_found);
  const std::string recorded = everything_recorded();
  EXPECT_EQ(recorded.find("hunter2"), std::string::npos);
  EXPECT_EQ(recorded.find(made.secret.expose()), std::string::npos);
  EXPECT_EQ(recorded.find(second.secret.expose()), std::string::npos);
  EXPECT_NE(recorded.find("hooks.example:443"), std::string::npos);
}

TEST_P(WebhookEndpoints, AreChangedByWhoHasReadThem) {
  const NewEndpoint made = stage.endpoint();
  EndpointChange patch;
  patch.url = "https://other.example/in";
  const auto change = [&](std::int64_t version) {
    return stage.run(stage.webhooks->change(stage.admin, stage.sunrise.id, made.endpoint.id,
                                            version, patch, stage.soon()));
  };
  EXPECT_EQ(change(1).version, 2);
  EXPECT_EQ(db::failure_of([&] { change(1); }), ErrorCode::precondition_failed);
  patch.url = "https://10.0.0.1/in";
  EXPECT_EQ(db::failure_of([&] { change(2); }), ErrorCode::invalid_input);
  EXPECT_EQ(stage.shown(made.endpoint).url, "https://other.example/in");
  EXPECT_FALSE(stage.enable(made.endpoint, false).enabled());
  EXPECT_EQ(stage.shown(made.endpoint).disabled_because, DisabledBecause::by_hand);
  EXPECT_TRUE(stage.enable(made.endpoint, true).enabled());
  const std::vector<std::string> expected = {"webhook_endpoint.created", "webhook_endpoint.changed",
                                             "webhook_endpoint.disabled",
                                             "webhook_endpoint.enabled"};
  auto types = stage.event_types_of_org();
  types.erase(types.begin(), types.end() - 4);
  EXPECT_EQ(types, expected);
}

TEST_P(WebhookEndpoints, SignWithBothSecretsForADay) {
  const NewEndpoint made = stage.endpoint();
  const Time now = stage.clock.now();
  const NewEndpoint rotated = stage.run(stage.webhooks->rotate_secret(
      stage.admin, stage.sunrise.id, made.endpoint.id, 1, stage.soon()));
  EXPECT_NE(rotated.secret.expose(), made.secret.expose());
  const std::vector<std::string> both = {rotated.secret.expose(), made.secret.expose()};
  EXPECT_EQ(signing_at(made.endpoint, now), both);
  EXPECT_EQ(signing_at(made.endpoint, now + kSecretOverlap - 1ms), both);
  EXPECT_EQ(signing_at(made.endpoint, now + kSecretOverlap),
            std::vector<std::string>{rotated.secret.expose()});
  // A second rotation by who saw the first state would drop the secret that is in use.
  EXPECT_EQ(db::failure_of([&] {
              stage.run(stage.webhooks->rotate_secret(stage.admin, stage.sunrise.id,
                                                      made.endpoint.id, 1, stage.soon()));
            }),
            ErrorCode::precondition_failed);
  const std::string recorded = everything_recorded();
  for (const std::string& secret : both) EXPECT_EQ(recorded.find(secret), std::string::npos);
}

TEST_P(WebhookEndpoints, AreLimitedInNumber) {
  for (int i = 0; i < kEndpointsMax; ++i) stage.endpoint();
  EXPECT_EQ(db::failure_of([&] { stage.endpoint(); }), ErrorCode::conflict);
}

TEST_P(WebhookEndpoints, OfTheOtherEnvironmentAreMissing) {
  Principal production = stage.admin;
  production.environment = Environment::production;
  EndpointChange draft;
  draft.url = "https://other.example/in";
  const WebhookEndpoint live =
      stage.run(stage.webhooks->create(production, stage.sunrise.id, draft, stage.soon())).endpoint;
  const WebhookDelivery told =
      stage.run(stage.webhooks->ping(production, live.org, live.id, stage.soon()));
  const Principal& sandbox = stage.admin;
  Webhooks& webhooks = *stage.webhooks;
  const auto soon = [&] { return stage.soon(); };
  const std::pair<const char*, std::function<void()>> calls[] = {
      {"get", [&] { stage.run(webhooks.get(sandbox, live.org, live.id, soon())); }},
      {"change", [&] { stage.run(webhooks.change(sandbox, live.org, live.id, 1, draft, soon())); }},
      {"rotate", [&] { stage.run(webhooks.rotate_secret(sandbox, live.org, live.id, 1, soon())); }},
      {"ping", [&] { stage.run(webhooks.ping(sandbox, live.org, live.id, soon())); }},
      {"log",
       [&] {
         stage.run(webhooks.deliveries(sandbox, live.org, live.id, {}, std::nullopt, 9, soon()));
       }},
      {"delivery",
       [&] { stage.run(webhooks.delivery(sandbox, live.org, live.id, told.id, soon())); }},
      {"resend", [&] { stage.run(webhooks.resend(sandbox, live.org, live.id, told.id, soon())); }},
      {"recover",
       [&] { stage.run(webhooks.recover(sandbox, live.org, live.id, stage.clock.now(), soon())); }},
      {"remove", [&] { stage.run(webhooks.remove(sandbox, live.org, live.id, 1, soon())); }},
  };
  for (const auto& [name, call] : calls) {
    EXPECT_EQ(db::failure_of(call), ErrorCode::not_found) << name;
  }
  EXPECT_TRUE(stage.run(webhooks.list(sandbox, live.org, std::nullopt, 9, soon())).empty());
  EXPECT_EQ(stage.run(webhooks.list(production, live.org, std::nullopt, 9, soon())).size(), 1U);
  EXPECT_EQ(stage.shown(live).version, 1);
}

TEST_P(WebhookEndpoints, OfAnotherOrgAreMissing) {
  const NewEndpoint made = stage.endpoint();
  const Org other = stage.org("Other");
  WebhookEndpoint foreign = made.endpoint;
  foreign.org = other.id;
  const auto fails = [&](const std::function<void()>& call) { return db::failure_of(call); };
  EXPECT_EQ(fails([&] { stage.shown(foreign); }), ErrorCode::not_found);
  EXPECT_EQ(fails([&] { stage.log(foreign); }), ErrorCode::not_found);
  EXPECT_EQ(fails([&] {
              stage.run(stage.webhooks->ping(stage.admin, other.id, foreign.id, stage.soon()));
            }),
            ErrorCode::not_found);
  EXPECT_EQ(fails([&] {
              stage.run(stage.webhooks->recover(stage.admin, other.id, foreign.id,
                                                stage.clock.now(), stage.soon()));
            }),
            ErrorCode::not_found);
  EXPECT_EQ(fails([&] {
              stage.run(stage.webhooks->remove(stage.admin, other.id, foreign.id, 1, stage.soon()));
            }),
            ErrorCode::not_found);
}

}  // namespace
}  // namespace lendport::webhooks

#include "connections/inbound.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::connections {

json::Value telling_manifest() {
  json::Value manifest = acme_manifest();
  for (const char* id : {"webhook.verify/1", "webhook.parse/1"}) {
    manifest["capabilities"].push_back({{"id", id}, {"stability", "stable"}});
  }
  return manifest;
}

InboundStage::InboundStage(db::Engine engine) : ConnectionsStage(engine) {
  lender.add(telling_manifest());
  lender.lender = [this](const connectors::Call& call) { return answer(call); };
  connection = connected();
}

InboundStage::~InboundStage() = default;

std::string InboundStage::token_of(const Connection& of) {
  const auto address = run(connections.webhook_address(of, soon()));
  return address ? address->token.expose() : std::string();
}

std::optional<ErrorCode> InboundStage::send(const std::string& token, const std::string& body,
                                            const std::string& mark) {
  const Delivery delivery{{{"X-Acme", mark}, {"Authorization", "Bearer x"}}, body};
  return db::failure_of([&] { run(webhooks.receive(token, delivery, soon())); });
}

InboundWebhook InboundStage::received(const std::string& body, const std::string& mark) {
  EXPECT_EQ(send(token(), body, mark), std::nullopt);
  while (work()) clock.advance(std::chrono::milliseconds{1});
  return latest();
}

std::vector<InboundWebhook> InboundStage::list(int limit) {
  return run(webhooks.list(admin, sunrise.id, connection.id, {std::nullopt, limit}, soon()));
}

std::optional<jobs::Lease> InboundStage::claim(std::string_view kind) {
  std::vector<jobs::Lease> leases;
  db->write_now([&](db::Transaction& tx) {
    leases =
        jobs::claim(tx, {{std::string(kind)}, "hub-1", clock.now(), std::chrono::seconds{30}, 1});
  });
  if (leases.empty()) return std::nullopt;
  return leases.front();
}

bool InboundStage::work() {
  const auto lease = claim(kVerifyWebhookJob);
  if (lease) run(webhooks.verify(*lease, soon()));
  return lease.has_value();
}

std::int64_t InboundStage::number(const std::string& sql) {
  return read([&](db::Snapshot& at) { return at.find(sql, {})->integer("n"); });
}

int InboundStage::heard() {
  return static_cast<int>(
      number("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'applications.hear_webhook'"));
}

std::string InboundStage::saying(const std::string& event_id) {
  return R"({"event_id":")" + event_id + R"(","events":[{"type":"application.changed"}]})";
}

connectors::Outcome InboundStage::answer(const connectors::Call& call) {
  connectors::Outcome outcome;
  outcome.kind = connectors::OutcomeKind::done;
  outcome.result_text = R"({"status":"ready","account":{"id":"A1","name":"Sunrise LLC"}})";
  if (call.operation == "webhook.verify/1") {
    seen_request = call.request;
    seen_payload = call.payload;
    const bool genuine = call.request.find(R"(["X-Acme","genuine"])") != std::string::npos;
    outcome.result_text = genuine ? R"({"verified":true})"
                                  : R"({"verified":false,"reason":"the signature is wrong"})";
  } else if (call.operation == "webhook.parse/1") {
    outcome.result_text = call.payload;
  }
  if (trouble && call.operation != "connection.check/1") {
    outcome.kind = *trouble;
    outcome.code = "connector.said_so";
    return outcome;
  }
  outcome.result = std::make_shared<const json::Value>(json::parse(outcome.result_text));
  return outcome;
}

}  // namespace lendport::connections

// A connection whose lender sends webhooks, and a connector that knows them by a header.
#pragma once

#include "connections/inbound_webhooks.hpp"
#include "connections/stage.hpp"
#include "events/events.hpp"

namespace lendport::connections {

// Acme, which also takes webhooks. Genuine is what carries "X-Acme: genuine"; its body is what
// webhook.parse/1 answers.
json::Value telling_manifest();

class InboundStage : public ConnectionsStage {
 public:
  explicit InboundStage(db::Engine engine);
  ~InboundStage();

  std::string token() { return token_of(connection); }
  std::string token_of(const Connection& of);
  std::optional<ErrorCode> send(const std::string& token, const std::string& body,
                                const std::string& mark = "genuine");
  // What became of the latest one after the queue was worked off.
  InboundWebhook received(const std::string& body, const std::string& mark = "genuine");
  InboundWebhook latest() { return list().at(0); }
  std::vector<InboundWebhook> list(int limit = 200);
  std::optional<jobs::Lease> claim(std::string_view kind);
  // One look at one webhook; false when none is due.
  bool work();
  std::int64_t number(const std::string& sql);
  int heard();

  static std::string saying(const std::string& event_id);

  std::optional<connectors::OutcomeKind> trouble;  // instead of an answer
  std::string seen_request;                        // of the last webhook.verify/1
  std::string seen_payload;

 private:
  connectors::Outcome answer(const connectors::Call& call);

 public:
  InboundWebhooks webhooks{{*db, clock, ids, sealing, connections, lender}};
  Connection connection;
};

}  // namespace lendport::connections

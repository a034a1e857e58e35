// Orgs that may connect a lender whose answers the test decides.
#pragma once

#include "connections/connections.hpp"
#include "connectors/circuit.hpp"
#include "connectors/connectors.hpp"
#include "crypto/sealing.hpp"
#include "db/sealing.hpp"
#include "orgs/stage.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lendport::connections {

inline constexpr const char* kAcme = "com.example.acme";

// A lender with every kind of setting: an address that says where secrets go, an id that may be
// pasted as an address, two secrets (one of several lines), a default.
json::Value acme_manifest();

// The connectors port with plugins that are manifests alone and a lender that is a function.
class ScriptedConnectors final : public connectors::Connectors {
 public:
  using Lender = std::function<connectors::Outcome(const connectors::Call&)>;

  ScriptedConnectors();
  ~ScriptedConnectors() override;

  void add(const json::Value& manifest);

  // What connection.check/1 answers from now on.
  void answers(const std::string& result);
  void ends(connectors::OutcomeKind kind, const std::string& message = "");

  Task<connectors::Outcome> call(connectors::Call call) override;
  std::shared_ptr<const connectors::Manifest> manifest(std::string_view plugin) const override;
  std::vector<connectors::PluginView> plugins() const override { return views; }
  Task<std::vector<connectors::PluginView>> rescan() override;
  Task<void> heed_switches(Deadline until) override;
  connectors::ConnectionHealth health(const ConnectionId& id) const override;
  connectors::Circuits* circuits() override { return &breakers; }

  connectors::Circuits breakers{connectors::CircuitSettings{2, std::chrono::seconds(30)}};
  std::vector<connectors::PluginView> views;
  std::vector<connectors::Call> calls;
  int rescans = 0;
  std::optional<Deadline> heeded_until;
  Lender lender;
};

std::shared_ptr<const json::Value> form(const std::string& text);

inline constexpr const char* kForm =
    R"({"dealer_id":"D-17","tenant":"t1","client_secret":"hunter2-secret"})";

ConnectionDraft draft_of(const std::string& settings = kForm);

// An org with an admin, to which Acme is offered.
class ConnectionsStage : public orgs::Stage {
 public:
  explicit ConnectionsStage(db::Engine engine);
  ~ConnectionsStage();

  Offer offer(const Org& to, OfferScope scope = OfferScope::org);
  ConnectionOutcome connect(ConnectionDraft draft = draft_of());
  Connection connected(ConnectionDraft draft = draft_of());
  Connection stored(const ConnectionId& id);
  std::size_t count();
  template <class Closure>
  auto read(Closure closure) {
    std::optional<std::invoke_result_t<Closure&, db::Snapshot&>> result;
    db->read_now([&](db::Snapshot& at) { result = closure(at); });
    return *std::move(result);
  }

  ScriptedConnectors lender;
  crypto::Sealing sealing{crypto::Keyring(crypto::make_sealing_key("kek-1")), ids};
  Connections connections{{*db, clock, ids, sealing, orgs, lender}};
  Org sunrise;
  Principal admin;
  Principal platform;
};

// "/pointer code" of each violation.
std::vector<std::string> refusals(const std::vector<Violation>& violations);

using Refusals = std::vector<std::string>;

const ConnectionRefused& refused(const ConnectionOutcome& outcome);

}  // namespace lendport::connections

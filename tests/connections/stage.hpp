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
inline json::Value acme_manifest() {
  return json::parse(R"({
    "schema": "manifest/1", "id": "com.example.acme", "name": "Acme", "version": "1.0.0",
    "kind": "lender", "vendor": {"name": "Acme"},
    "texts": {"en": {"title": "Acme", "summary": "Loans"},
              "fr": {"title": "Acme", "summary": "Prêts"}},
    "icon": "<svg/>", "docs": "https://acme.example/docs",
    "abi": {"major": 1, "min_host_minor": 0},
    "capabilities": [{"id": "connection.check/1", "stability": "stable"},
                     {"id": "catalog.list/1", "stability": "stable"}],
    "settings": {"version": "1", "schema": {"type": "object",
      "required": ["dealer_id", "client_secret"],
      "properties": {
        "dealer_id": {"type": "string", "title": "Dealer", "minLength": 2, "maxLength": 64,
                      "x-from-url": {"path_after": "dealers"}},
        "region": {"type": "string", "title": "Region", "enum": ["west", "east"],
                   "default": "west"},
        "tenant": {"type": "string", "title": "Tenant", "maxLength": 64, "x-audience": true},
        "client_secret": {"type": "string", "title": "Secret", "maxLength": 200,
                          "x-secret": true},
        "certificate": {"type": "string", "title": "Certificate", "maxLength": 4000,
                        "x-secret": true, "x-multiline": true}}}},
    "environments": {"sandbox": {"base_url": "https://sandbox.acme.example"},
                     "production": {"base_url": "https://api.acme.example"}},
    "egress": ["sandbox.acme.example:443", "api.acme.example:443"],
    "reconcile": {"mode": "by_key", "window_s": 60},
    "availability": {"countries": ["US"], "segments": ["residential"]},
    "rep": {"match": true, "create": true, "generic_account": true},
    "become_partner_url": "https://acme.example/partners"})");
}

// The connectors port with plugins that are manifests alone and a lender that is a function.
class ScriptedConnectors final : public connectors::Connectors {
 public:
  using Lender = std::function<connectors::Outcome(const connectors::Call&)>;

  ScriptedConnectors() { add(acme_manifest()); }

  void add(const json::Value& manifest) {
    connectors::PluginView plugin;
    plugin.manifest =
        std::make_shared<const connectors::Manifest>(connectors::read_manifest(manifest.dump()));
    plugin.id = plugin.manifest->id;
    plugin.version = plugin.manifest->version;
    plugin.folder = "acme";
    plugin.sha256 = std::string(64, 'a');
    plugin.state = connectors::PluginState::ready;
    std::erase_if(views, [&](const auto& view) { return view.id == plugin.id; });
    views.push_back(std::move(plugin));
  }

  // What connection.check/1 answers from now on.
  void answers(const std::string& result) {
    lender = [result](const connectors::Call&) {
      connectors::Outcome outcome;
      outcome.kind = connectors::OutcomeKind::done;
      outcome.result = std::make_shared<const json::Value>(json::parse(result));
      return outcome;
    };
  }
  void ends(connectors::OutcomeKind kind, const std::string& message = "") {
    lender = [=](const connectors::Call&) {
      connectors::Outcome outcome;
      outcome.kind = kind;
      outcome.message = message;
      return outcome;
    };
  }

  Task<connectors::Outcome> call(connectors::Call call) override {
    calls.push_back(call);
    co_return lender(calls.back());
  }
  std::shared_ptr<const connectors::Manifest> manifest(std::string_view plugin) const override {
    for (const auto& view : views) {
      if (view.id == plugin && view.state == connectors::PluginState::ready) return view.manifest;
    }
    return nullptr;
  }
  std::vector<connectors::PluginView> plugins() const override { return views; }
  Task<std::vector<connectors::PluginView>> rescan() override {
    ++rescans;
    co_return views;
  }
  Task<void> heed_switches(Deadline until) override {
    heeded_until = until;
    co_return;
  }
  connectors::ConnectionHealth health(const ConnectionId& id) const override {
    return breakers.health(id);
  }
  connectors::Circuits* circuits() override { return &breakers; }

  connectors::Circuits breakers{connectors::CircuitSettings{2, std::chrono::seconds(30)}};
  std::vector<connectors::PluginView> views;
  std::vector<connectors::Call> calls;
  int rescans = 0;
  std::optional<Deadline> heeded_until;
  Lender lender;
};

inline std::shared_ptr<const json::Value> form(const std::string& text) {
  return std::make_shared<const json::Value>(json::parse(text));
}

inline constexpr const char* kForm =
    R"({"dealer_id":"D-17","tenant":"t1","client_secret":"hunter2-secret"})";

inline ConnectionDraft draft_of(const std::string& settings = kForm) {
  ConnectionDraft draft;
  draft.plugin_id = kAcme;
  draft.environment = Environment::sandbox;
  draft.settings = form(settings);
  return draft;
}

// An org with an admin, to which Acme is offered.
class ConnectionsStage : public orgs::Stage {
 public:
  explicit ConnectionsStage(db::Engine engine) : orgs::Stage(engine) {
    lender.answers(R"({"status":"ready","account":{"id":"A1","name":"Sunrise LLC"}})");
    sunrise = org("Sunrise");
    admin = orgs::principal_of(user(sunrise, Role::org_admin, "admin"));
    platform = platform_admin();
    offer(sunrise);
  }

  Offer offer(const Org& to, OfferScope scope = OfferScope::org) {
    return run(connections.offer(platform, to.id, kAcme, scope, soon()));
  }
  ConnectionOutcome connect(ConnectionDraft draft = draft_of()) {
    return run(connections.connect(admin, sunrise.id, std::move(draft), soon()));
  }
  Connection connected(ConnectionDraft draft = draft_of()) {
    return std::get<Connection>(connect(std::move(draft)));
  }
  Connection stored(const ConnectionId& id) {
    return run(connections.get(admin, sunrise.id, id, soon()));
  }
  std::size_t count() {
    return run(connections.list(admin, sunrise.id, std::nullopt, 100, soon())).size();
  }
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
inline std::vector<std::string> refusals(const std::vector<Violation>& violations) {
  std::vector<std::string> found;
  for (const Violation& one : violations) found.push_back(one.pointer + " " + one.code);
  return found;
}

using Refusals = std::vector<std::string>;

inline const ConnectionRefused& refused(const ConnectionOutcome& outcome) {
  return std::get<ConnectionRefused>(outcome);
}

}  // namespace lendport::connections

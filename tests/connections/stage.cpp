#include "connections/stage.hpp"

#include <nlohmann/json.hpp>

#include <variant>

namespace lendport::connections {

json::Value acme_manifest() {
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

ScriptedConnectors::ScriptedConnectors() {
  add(acme_manifest());
}

ScriptedConnectors::~ScriptedConnectors() = default;

void ScriptedConnectors::add(const json::Value& manifest) {
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

void ScriptedConnectors::answers(const std::string& result) {
  lender = [result](const connectors::Call&) {
    connectors::Outcome outcome;
    outcome.kind = connectors::OutcomeKind::done;
    outcome.result = std::make_shared<const json::Value>(json::parse(result));
    return outcome;
  };
}

void ScriptedConnectors::ends(connectors::OutcomeKind kind, const std::string& message) {
  lender = [=](const connectors::Call&) {
    connectors::Outcome outcome;
    outcome.kind = kind;
    outcome.message = message;
    return outcome;
  };
}

Task<connectors::Outcome> ScriptedConnectors::call(connectors::Call call) {
  calls.push_back(call);
  co_return lender(calls.back());
}

std::shared_ptr<const connectors::Manifest> ScriptedConnectors::manifest(
    std::string_view plugin) const {
  for (const auto& view : views) {
    if (view.id == plugin && view.state == connectors::PluginState::ready) return view.manifest;
  }
  return nullptr;
}

Task<std::vector<connectors::PluginView>> ScriptedConnectors::rescan() {
  ++rescans;
  co_return views;
}

Task<void> ScriptedConnectors::heed_switches(Deadline until) {
  heeded_until = until;
  co_return;
}

connectors::ConnectionHealth ScriptedConnectors::health(const ConnectionId& id) const {
  return breakers.health(id);
}

std::shared_ptr<const json::Value> form(const std::string& text) {
  return std::make_shared<const json::Value>(json::parse(text));
}

ConnectionDraft draft_of(const std::string& settings) {
  ConnectionDraft draft;
  draft.plugin_id = kAcme;
  draft.environment = Environment::sandbox;
  draft.settings = form(settings);
  return draft;
}

ConnectionsStage::ConnectionsStage(db::Engine engine) : orgs::Stage(engine) {
  lender.answers(R"({"status":"ready","account":{"id":"A1","name":"Sunrise LLC"}})");
  sunrise = org("Sunrise");
  admin = orgs::principal_of(user(sunrise, Role::org_admin, "admin"));
  platform = platform_admin();
  offer(sunrise);
}

ConnectionsStage::~ConnectionsStage() = default;

Offer ConnectionsStage::offer(const Org& to, OfferScope scope) {
  return run(connections.offer(platform, to.id, kAcme, scope, soon()));
}

ConnectionOutcome ConnectionsStage::connect(ConnectionDraft draft) {
  return run(connections.connect(admin, sunrise.id, std::move(draft), soon()));
}

Connection ConnectionsStage::connected(ConnectionDraft draft) {
  return std::get<Connection>(connect(std::move(draft)));
}

Connection ConnectionsStage::stored(const ConnectionId& id) {
  return run(connections.get(admin, sunrise.id, id, soon()));
}

std::size_t ConnectionsStage::count() {
  return run(connections.list(admin, sunrise.id, std::nullopt, 100, soon())).size();
}

std::vector<std::string> refusals(const std::vector<Violation>& violations) {
  std::vector<std::string> found;
  for (const Violation& one : violations) found.push_back(one.pointer + " " + one.code);
  return found;
}

const ConnectionRefused& refused(const ConnectionOutcome& outcome) {
  return std::get<ConnectionRefused>(outcome);
}

}  // namespace lendport::connections

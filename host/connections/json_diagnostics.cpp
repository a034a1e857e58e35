// The download of a connection's diagnostics, as JSON.
#include "connections/diagnostics.hpp"
#include "connections/json.hpp"
#include "connectors/json.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport::connections {
namespace {

using json::Value;

void mask_personal(const connectors::PluginView& plugin, Value& settings) {
  std::set<std::string, std::less<>> personal;
  if (plugin.manifest && plugin.manifest->document) {
    connectors::collect_personal(*plugin.manifest->document, personal);
  }
  for (auto& [name, value] : settings.items()) {
    if (personal.contains(name)) value = "***";
  }
}

Value connection_of(const Diagnostics& diagnostics) {
  Value shown = *write(diagnostics.health.connection, "en");
  shown.erase("explained");
  shown["account"].erase("name");
  if (!shown["rep_policy"]["generic_account"].is_null()) {
    shown["rep_policy"]["generic_account"] = "***";
  }
  // Without its manifest nobody knows which settings are personal.
  if (diagnostics.plugin && diagnostics.plugin->manifest) {
    mask_personal(*diagnostics.plugin, shown["settings"]);
  } else {
    for (auto& [name, value] : shown["settings"].items()) value = "***";
  }
  return shown;
}

Value call_of(const connectors::JournalEntry& call) {
  return Value{{"id", call.id.value},
               {"at", json::write(call.started_at)},
               {"operation", call.operation},
               {"effect", connectors::to_string(call.effect)},
               {"method", call.method},
               {"url", without_persons(call.url)},
               {"ended", call.ended},
               {"phase", net::to_string(call.phase)},
               {"fault", net::to_string(call.fault)},
               {"http_status", call.http_status},
               {"duration_ms", call.duration_ms},
               {"attempt", call.attempt},
               {"request_id", call.request_id}};
}

Value event_of(const events::Event& event) {
  return Value{{"sequence", event.sequence},
               {"at", json::write(event.at)},
               {"type", event.type},
               {"actor", event.actor}};
}

// In texts alone: a number, or what JSON itself is made of, holds no secret.
void mask(Value& value, const connectors::Secrets& secrets) {
  if (value.is_string()) {
    value = connectors::without_secrets(value.get<std::string>(), secrets);
  } else if (value.is_structured()) {
    for (Value& member : value) mask(member, secrets);
  }
}

}  // namespace

std::string diagnostics_text(const Diagnostics& diagnostics) {
  Value plugin;
  if (const auto& view = diagnostics.plugin) {
    plugin = {{"id", view->id},
              {"version", view->version},
              {"state", connectors::to_string(view->state)},
              {"sha256", view->sha256}};
  }
  Value calls = Value::array();
  for (const auto& call : diagnostics.calls) calls.push_back(call_of(call));
  Value events = Value::array();
  for (const auto& event : diagnostics.events) events.push_back(event_of(event));
  Value text = {{"made_at", json::write(diagnostics.health.asked_at)},
                {"connection", connection_of(diagnostics)},
                {"plugin", std::move(plugin)},
                {"health", *write(diagnostics.health, "en")},
                {"lender_calls", std::move(calls)},
                {"events", std::move(events)}};
  mask(text, diagnostics.secrets);
  return json::dump(text);
}

}  // namespace lendport::connections

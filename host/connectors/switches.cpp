#include "connectors/switches.hpp"

#include "core/error.hpp"
#include "db/versions.hpp"

#include <algorithm>

namespace lendport::connectors {

std::string write_successors(const std::vector<Successor>& successors) {
  std::string text;
  for (const Successor& one : successors) text += one.plugin + "\t" + one.name + "\n";
  return text;
}

std::vector<Successor> read_successors(std::string_view text) {
  std::vector<Successor> found;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t tab = line.find('\t');
    if (tab != std::string_view::npos) {
      found.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return found;
}

Switch switch_of(db::Snapshot& at, std::string_view plugin) {
  Switch found;
  found.plugin = plugin;
  const auto row = at.find(
      "SELECT stopped, reason, version, changed_by, changed_at_ms, winding_down, "
      "wind_down_reason, successors FROM plugin_switches WHERE plugin = $1",
      {plugin});
  if (!row) return found;
  found.stopped = row->flag("stopped");
  found.reason = row->text("reason");
  found.version = row->integer("version");
  found.changed_by = row->text("changed_by");
  found.changed_at = row->time("changed_at_ms");
  found.wind_down = {row->flag("winding_down"), row->text("wind_down_reason"),
                     read_successors(row->text("successors"))};
  return found;
}

bool is_stopped(db::Snapshot& at, std::string_view plugin) {
  return switch_of(at, plugin).stopped;
}

PluginIds stopped_plugins(db::Snapshot& at) {
  PluginIds ids;
  for (const db::Row& row :
       at.query("SELECT plugin FROM plugin_switches WHERE stopped = 1 ORDER BY plugin")) {
    ids.insert(row.text("plugin"));
  }
  return ids;
}

void store(db::Transaction& tx, const Switch& changed) {
  const std::int64_t stored = tx.execute(
      "INSERT INTO plugin_switches (plugin, stopped, reason, version, changed_by, changed_at_ms, "
      "winding_down, wind_down_reason, successors) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
      "ON CONFLICT (plugin) DO UPDATE SET "
      "stopped = excluded.stopped, reason = excluded.reason, version = excluded.version, "
      "changed_by = excluded.changed_by, changed_at_ms = excluded.changed_at_ms, "
      "winding_down = excluded.winding_down, wind_down_reason = excluded.wind_down_reason, "
      "successors = excluded.successors WHERE plugin_switches.version = excluded.version - 1",
      {changed.plugin, changed.stopped, changed.reason, changed.version, changed.changed_by,
       changed.changed_at, changed.wind_down.on, changed.wind_down.reason,
       write_successors(changed.wind_down.successors)});
  if (stored == 0) {
    throw Error(ErrorCode::precondition_failed, "the plugin was switched since; read it again");
  }
  db::bump(tx, kSwitchesTopic);
}

}  // namespace lendport::connectors

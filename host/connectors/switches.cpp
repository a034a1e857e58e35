#include "connectors/switches.hpp"

#include "core/error.hpp"
#include "db/versions.hpp"

namespace lendport::connectors {

Switch switch_of(db::Snapshot& at, std::string_view plugin) {
  Switch found;
  found.plugin = plugin;
  const auto row = at.find(
      "SELECT stopped, reason, version, changed_by, changed_at_ms FROM plugin_switches "
      "WHERE plugin = $1",
      {plugin});
  if (!row) return found;
  found.stopped = row->flag("stopped");
  found.reason = row->text("reason");
  found.version = row->integer("version");
  found.changed_by = row->text("changed_by");
  found.changed_at = row->time("changed_at_ms");
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
      "INSERT INTO plugin_switches (plugin, stopped, reason, version, changed_by, changed_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (plugin) DO UPDATE SET "
      "stopped = excluded.stopped, reason = excluded.reason, version = excluded.version, "
      "changed_by = excluded.changed_by, changed_at_ms = excluded.changed_at_ms "
      "WHERE plugin_switches.version = excluded.version - 1",
      {changed.plugin, changed.stopped, changed.reason, changed.version, changed.changed_by,
       changed.changed_at});
  if (stored == 0) {
    throw Error(ErrorCode::precondition_failed, "the plugin was switched since; read it again");
  }
  db::bump(tx, kSwitchesTopic);
}

}  // namespace lendport::connectors

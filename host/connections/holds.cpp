// What keeps a connection from being deleted: rows that later capabilities write and take away.
#include "connections/connections.hpp"
#include "http/message.hpp"

namespace lendport::connections {

void hold(db::Transaction& tx, const Hold& hold, Time now) {
  // The lock makes a delete beside it wait, or is given once that delete is through; then the row
  // says that it is gone. The reference alone would not: on PostgreSQL it lets the row change.
  std::string sql = "SELECT id FROM connections WHERE id = $1 AND disconnected_at_ms IS NULL ";
  if (!tx.find(sql.append(tx.for_update()), {hold.connection})) http::throw_not_found();
  tx.execute(
      "INSERT INTO connection_holds (org_id, connection_id, kind, holder, created_at_ms) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (connection_id, kind, holder) DO NOTHING",
      {hold.org, hold.connection, hold.kind, hold.holder, now});
}

void release(db::Transaction& tx, const Hold& hold) {
  tx.execute(
      "DELETE FROM connection_holds WHERE org_id = $1 AND connection_id = $2 AND kind = $3 AND "
      "holder = $4",
      {hold.org, hold.connection, hold.kind, hold.holder});
}

std::int64_t holds_on(db::Snapshot& at, const ConnectionId& id) {
  return at.find("SELECT COUNT(*) AS holds FROM connection_holds WHERE connection_id = $1", {id})
      ->integer("holds");
}

}  // namespace lendport::connections

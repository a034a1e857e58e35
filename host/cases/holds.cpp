// What keeps a case from being deleted: rows that later capabilities write and take away.
#include "cases/cases.hpp"
#include "core/error.hpp"

namespace lendport::cases {

void hold(db::Transaction& tx, const Hold& hold, Time now) {
  // The select says that the case is the org's; the reference stands against a delete beside it.
  const std::int64_t placed = tx.execute(
      "INSERT INTO case_holds (org_id, case_id, kind, holder, created_at_ms) "
      "SELECT org_id, id, $3, $4, CAST($5 AS BIGINT) FROM cases WHERE org_id = $1 AND id = $2 "
      "ON CONFLICT (case_id, kind, holder) DO UPDATE SET holder = excluded.holder",
      {hold.org, hold.case_id, hold.kind, hold.holder, now});
  if (placed == 0) throw Error(ErrorCode::not_found, "there is no such thing here");
}

void release(db::Transaction& tx, const Hold& hold) {
  tx.execute(
      "DELETE FROM case_holds WHERE org_id = $1 AND case_id = $2 AND kind = $3 AND holder = $4",
      {hold.org, hold.case_id, hold.kind, hold.holder});
}

std::vector<Hold> holds_of(db::Snapshot& at, const OrgId& org, const CaseId& id) {
  std::vector<Hold> holds;
  for (const db::Row& row : at.query("SELECT kind, holder FROM case_holds WHERE org_id = $1 AND "
                                     "case_id = $2 ORDER BY kind, holder",
                                     {org, id})) {
    holds.push_back({org, id, row.text("kind"), row.text("holder")});
  }
  return holds;
}

}  // namespace lendport::cases

// What keeps a case from being deleted: rows that later capabilities write and take away.
#include "cases/cases.hpp"
#include "core/error.hpp"

namespace lendport::cases {

std::int64_t hold(db::Transaction& tx, const Hold& hold, Time now) {
  // The lock makes a change of the case wait that would drop an applicant, or waits for it. The
  // reference alone stands against a delete only.
  std::string sql = "SELECT version FROM cases WHERE org_id = $1 AND id = $2 ";
  const auto held = tx.find(sql.append(tx.for_update()), {hold.org, hold.case_id});
  if (!held) throw Error(ErrorCode::not_found, "there is no such thing here");
  tx.execute(
      "INSERT INTO case_holds (org_id, case_id, kind, holder, created_at_ms) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id, kind, holder) DO NOTHING",
      {hold.org, hold.case_id, hold.kind, hold.holder, now});
  return held->integer("version");
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

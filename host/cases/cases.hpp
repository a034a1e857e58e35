// Cases: where applicants, project and quotes of one customer live, and who may see them.
#pragma once

#include "cases/case.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

namespace crypto {
class Sealing;
}

// Every change is one transaction with its event and audit record (personal values appear as
// "changed" only). A case the caller may not see (another org's, with visibility `own` another
// owner's) is the same not_found as a missing one. Refusals: conflict (number taken, case held),
// precondition_failed (`version` is not the stored one), invalid_input. Thread-safe.
class Cases {
 public:
  // All outlive this.
  Cases(db::Database& db, const Clock& clock, IdSource& ids, crypto::Sealing& sealing);

  // The caller owns it unless the change names an owner of the org, which needs visibility of the
  // whole org. Without a number the next free of the org is taken: "C-000001".
  // `keep` comes last in the transaction.
  Task<Case> create(Principal caller, OrgId org, CaseChange first, Deadline deadline,
                    db::Keep<Case> keep = nullptr);
  Task<Case> change(Principal caller, OrgId org, CaseId id, std::int64_t version, CaseChange change,
                    Deadline deadline);
  // Gone for good with the keys of its people; quotes go with it. Conflict while it is held.
  Task<void> remove(Principal caller, OrgId org, CaseId id, std::int64_t version,
                    Deadline deadline);
  Task<Case> get(Principal caller, OrgId org, CaseId id, Deadline deadline);
  // Those the caller may see, oldest first: at most `limit` that follow `after`.
  Task<std::vector<Case>> list(Principal caller, OrgId org, CaseFilter filter,
                               std::optional<CaseId> after, int limit, Deadline deadline);

  // --- For later capabilities, inside their own transactions and views -------------------------

  // The case with its people opened, if `caller` may see it; nothing otherwise.
  std::optional<Case> find(db::Snapshot& at, const OrgId& org, const CaseId& id,
                           const Principal& caller) const;
  // The same with no applicants in it, for what stands on the case and its agreement alone: the
  // people's texts stay sealed.
  std::optional<Case> find_without_people(db::Snapshot& at, const OrgId& org, const CaseId& id,
                                          const Principal& caller) const;
  // As the first, for jobs, which act for nobody.
  std::optional<Case> find(db::Snapshot& at, const OrgId& org, const CaseId& id) const;

 private:
  db::Database& db_;
  const Clock& clock_;
  IdSource& ids_;
  crypto::Sealing& sealing_;
};

namespace cases {

// What keeps a case from being deleted: an open application, an invoice the law orders to keep.
struct Hold {
  OrgId org;
  CaseId case_id;
  std::string kind;    // "application", "invoice"
  std::string holder;  // the id of what holds

  friend bool operator==(const Hold&, const Hold&) = default;
};

// Written by the holder in its own transaction. Twice is once. Throws not_found when the case is
// not there (a delete that runs at the same time included). Returns the case's version, which stays
// what it is until the holder's transaction ends: who read the case before compares it.
std::int64_t hold(db::Transaction& tx, const Hold& hold, Time now);
// Does nothing when it does not hold.
void release(db::Transaction& tx, const Hold& hold);
std::vector<Hold> holds_of(db::Snapshot& at, const OrgId& org, const CaseId& id);

// What a case of `owner` in the path's org is to `caller`: the one rule of visibility, for lists
// and search of whatever hangs on a case.
bool may_see(const Principal& caller, const UserId& owner);
// Who owns the case; nothing when it is gone.
std::optional<UserId> owner_of(db::Snapshot& at, const OrgId& org, const CaseId& id);
// SQL for the ids of the cases a user owns, for lists of what hangs on a case: "case_id IN (" +
// ids_owned_by("$1", "$4") + ")". The texts are the places of both parameters.
std::string ids_owned_by(std::string_view org, std::string_view owner);

}  // namespace cases

}  // namespace lendport

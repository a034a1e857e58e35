// The rows of cases: SQL over a transaction or a view that the caller opened.
#pragma once

#include "cases/cases.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lendport::cases {

// Whose cases a list shows: all of the org's, or those of one owner.
struct Seen {
  OrgId org;
  std::optional<UserId> owner;
};

// With its people sealed. Throws conflict when the number is taken. REQUIRES: at least one
// applicant; all of them have ids.
void insert(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject);
// Writes `subject` over the row of version `subject.version − 1`; false when that is not the stored
// one. People who are no longer in it go, with their keys; conflict when the case is held.
bool update(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject);
// Row, people and their keys. Throws conflict when the case is held.
void erase(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject, Time now);

std::optional<Case> find(db::Snapshot& at, crypto::Sealing& sealing, const OrgId& org,
                         const CaseId& id);
// With no applicants in it: their texts are not read.
std::optional<Case> find_without_people(db::Snapshot& at, crypto::Sealing& sealing,
                                        const OrgId& org, const CaseId& id);
// Oldest first, at most `limit` that follow `after`.
std::vector<Case> list(db::Snapshot& at, crypto::Sealing& sealing, const Seen& seen,
                       const CaseFilter& filter, const std::optional<CaseId>& after, int limit);

// The next number of the org that no case has. Tries at most kNumberTriesMax.
std::string next_number(db::Transaction& tx, const OrgId& org);
inline constexpr int kNumberTriesMax = 1000;

}  // namespace lendport::cases

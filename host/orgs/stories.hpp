// What can be done with orgs, users and keys, inside a transaction somebody else opened: the same
// for the API and for the command line.
#pragma once

#include "db/database.hpp"
#include "orgs/orgs.hpp"

#include <optional>

namespace lendport::orgs {

// What every change needs beside its transaction.
struct Needs {
  const Clock& clock;
  IdSource& ids;
};

// Who changes, as the record says it. The command line acts as the operator: a platform_admin
// without a key.
Principal the_operator();

Org create_org(const Needs& needs, db::Transaction& tx, const Principal& caller,
               const OrgDraft& draft, bool platform = false);
Org change_org(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& id,
               std::int64_t version, const OrgPatch& patch);
User create_user(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& org,
                 const UserDraft& draft);
User change_user(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& org,
                 const UserId& id, std::int64_t version, const UserPatch& patch);
NewKey create_key(const Needs& needs, db::Transaction& tx, const Principal& caller,
                  const OrgId& org, const KeyDraft& draft);
// `version` none: whatever it is.
void revoke_key(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& org,
                const KeyId& id, std::optional<std::int64_t> version);

// The environments whose keys the caller may see: its own, or both with a production key.
std::optional<Environment> visible_environment(const Principal& caller);

}  // namespace lendport::orgs

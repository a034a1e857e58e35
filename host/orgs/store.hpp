// Rows of orgs, users and keys.
#pragma once

#include "db/database.hpp"
#include "orgs/directory.hpp"
#include "orgs/org.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace lendport::orgs {

void insert(db::Transaction& tx, const Org& org);
// Writes `org` as version `org.version`; false when the stored one is not the version before.
bool update(db::Transaction& tx, const Org& org);
std::vector<Org> list_orgs(db::Snapshot& at, std::string_view after, int limit);
// `top` and all below it.
std::vector<Org> list_network(db::Snapshot& at, const OrgId& top, std::string_view after,
                              int limit);
std::optional<Org> find_platform(db::Snapshot& at);

void insert(db::Transaction& tx, const User& user);
bool update(db::Transaction& tx, const User& user);
std::optional<User> find_by_email(db::Snapshot& at, std::string_view email);
// Active users of the org with this role.
std::int64_t count_active(db::Snapshot& at, const OrgId& org, Role role);
std::vector<User> list_users(db::Snapshot& at, const OrgId& org, std::string_view after, int limit);

void insert(db::Transaction& tx, const ApiKey& key, const KeyHash& hash);
// False when the stored version is another, or it is revoked already.
bool revoke(db::Transaction& tx, const ApiKey& key, Time now);
std::optional<ApiKey> find_key(db::Snapshot& at, const OrgId& org, const KeyId& key);
// Of one environment, or of both.
std::vector<ApiKey> list_keys(db::Snapshot& at, const OrgId& org,
                              std::optional<Environment> environment, std::string_view after,
                              int limit);
// When a key was last used, as far as the snapshot in memory has seen.
struct Use {
  OrgId org;
  KeyId key;
  std::int64_t used_ms = 0;
};
std::vector<Use> uses_after(const Directory& directory, std::int64_t ms);
// Never backwards.
void set_last_used(db::Transaction& tx, const Use& use);

// Everything `Directory` holds, without the uses.
Directory::Keys live_keys(db::Snapshot& at);
Directory::Parents parents(db::Snapshot& at);
// One of them, for when the snapshot in memory may be behind.
std::optional<DirectoryKey> live_key(db::Snapshot& at, const KeyHash& hash);

}  // namespace lendport::orgs

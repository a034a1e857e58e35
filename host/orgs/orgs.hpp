// Orgs, users and API keys: who there is, who is asking, where they may act.
#pragma once

#include "core/task.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"
#include "http/ports.hpp"
#include "orgs/directory.hpp"
#include "orgs/org.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lendport {

namespace orgs {
struct Needs;
}

// After so long without word from the database a snapshot may hide a revoked key: keys are then
// looked up in the database itself. A revoked key is refused within a second everywhere.
inline constexpr std::chrono::milliseconds kDirectoryFreshFor{900};

// Every change is one transaction with its audit record and event, and bumps the version `orgs`.
// Refusals: not_found (missing or not the caller's, never told apart), conflict (e-mail taken),
// forbidden (a role above one's own), precondition_failed (`version` is not the stored one),
// invalid_input. Lists are oldest first: at most `limit` that follow `after`. `keep` comes last in
// the transaction. Thread-safe.
class Orgs {
 public:
  // All outlive this. Nothing is loaded before `load_now()` or `refresh()`.
  Orgs(db::Database& db, const Clock& clock, IdSource& ids);
  Orgs(const Orgs&) = delete;
  Orgs& operator=(const Orgs&) = delete;
  ~Orgs();

  // --- Who is asking ---------------------------------------------------------------------------
  // These are the front door's ports (http/ports.hpp).

  // The caller behind the text of a key, from memory. `uncertain` when the snapshot was not
  // confirmed for kDirectoryFreshFor, and for a well-formed key that the snapshot does not know
  // but another process may just have made: ask the store. Any thread, no wait.
  http::Identity identify(std::string_view token) const;
  // The same from the store. Throws database_unavailable when it is gone.
  Task<std::optional<Principal>> identify_in_store(std::string token);
  // Whether the caller may act in `org` at all; no and "there is no such org" are one answer.
  bool may_act_in(const Principal& principal, const OrgId& org) const;

  // Reads the rows again when their version moved and says the snapshot is fresh. The hub calls it
  // every 300 ms and on a notice; a change made here is visible here when its call returns.
  Task<void> refresh();
  // The same for start-up and the command line; may block.
  void load_now();
  // Never null; empty before the first load.
  std::shared_ptr<const Directory> directory() const;
  // Writes the last uses since the last call, in one statement per key and batches of
  // kLastUsedBatchMax. The hub calls it about every 30 s and before it stops.
  Task<void> store_last_used();

  // --- Orgs ------------------------------------------------------------------------------------

  // Platform only (the route's permission). A parent that is not there is a violation at /parent.
  Task<Org> create_org(Principal caller, OrgDraft draft, Deadline deadline,
                       db::Keep<Org> keep = nullptr);
  Task<Org> change_org(Principal caller, OrgId org, std::int64_t version, OrgPatch patch,
                       Deadline deadline);
  Task<Org> org(OrgId org, Deadline deadline);
  // Those the caller may act in.
  Task<std::vector<Org>> orgs(Principal caller, std::optional<OrgId> after, int limit,
                              Deadline deadline);

  // --- Users -----------------------------------------------------------------------------------

  // Roles at most the caller's own; platform roles and `partner` by platform_admin only.
  Task<User> create_user(Principal caller, OrgId org, UserDraft draft, Deadline deadline,
                         db::Keep<User> keep = nullptr);
  // Deactivating stops the user's keys within a second.
  Task<User> change_user(Principal caller, OrgId org, UserId user, std::int64_t version,
                         UserPatch patch, Deadline deadline);
  Task<User> user(OrgId org, UserId user, Deadline deadline);
  Task<std::vector<User>> users(OrgId org, std::optional<UserId> after, int limit,
                                Deadline deadline);

  // --- Keys ------------------------------------------------------------------------------------

  // A key can never do more than its maker: its permissions are a part of the caller's (platform
  // roles with keys_write apart), and a sandbox key makes, sees and revokes sandbox keys only.
  Task<NewKey> create_key(Principal caller, OrgId org, KeyDraft draft, Deadline deadline,
                          db::Keep<NewKey> keep = nullptr);
  Task<void> revoke_key(Principal caller, OrgId org, KeyId key, std::int64_t version,
                        Deadline deadline);
  Task<ApiKey> key(Principal caller, OrgId org, KeyId key, Deadline deadline);
  Task<std::vector<ApiKey>> keys(Principal caller, OrgId org, std::optional<KeyId> after, int limit,
                                 Deadline deadline);

  // --- The command line ------------------------------------------------------------------------
  // These block, ask nobody's permission and are audited as the operator's. `bootstrap_now` makes
  // the platform's own org with its first platform_admin, and refuses (conflict) when there is one.

  User bootstrap_now(const UserDraft& admin);
  Org create_org_now(const OrgDraft& draft);
  User create_user_now(const OrgId& org, const UserDraft& draft);
  // REQUIRES: draft.user is set.
  NewKey create_key_now(const OrgId& org, const KeyDraft& draft);
  void revoke_key_now(const OrgId& org, const KeyId& key);
  std::vector<Org> orgs_now();
  std::vector<User> users_now(const OrgId& org);
  std::vector<ApiKey> keys_now(const OrgId& org);
  std::optional<User> user_by_email_now(std::string_view email);

 private:
  struct Loaded;
  Loaded load(db::Snapshot& at) const;
  void take(Loaded loaded);
  bool is_fresh(Time now) const;  // REQUIRES: mutex_ is held
  http::Standing standing_of_unknown(const KeyHash& hash) const;
  Task<void> show_change();
  template <class Story,
            class T = std::invoke_result_t<Story&, const orgs::Needs&, db::Transaction&>>
  Task<T> change(Story story, Deadline deadline);
  template <class Story,
            class T = std::invoke_result_t<const Story&, const orgs::Needs&, db::Transaction&>>
  T change_now(const Story& story);

  db::Database& db_;
  const Clock& clock_;
  IdSource& ids_;
  // The state below is protected by mutex_, which is never held over a co_await.
  mutable std::mutex mutex_;
  std::shared_ptr<const Directory> directory_;
  Time confirmed_at_{};  // when the read that last confirmed the snapshot began
  // Well-formed keys the store did not know at the snapshot's version: not asked for again.
  std::set<KeyHash> unknown_;
  std::int64_t uses_stored_ms_ = 0;
};

inline constexpr std::size_t kUnknownKeysMax = 4096;
inline constexpr std::size_t kLastUsedBatchMax = 500;

// For later capabilities, inside their own transactions and views. Each answers nothing for what is
// missing or another org's.
std::optional<Org> find_org(db::Snapshot& at, const OrgId& org);
std::optional<User> find_user(db::Snapshot& at, const OrgId& org, const UserId& user);
// Its admins that are active, by id; at most kAdminsMax.
inline constexpr int kAdminsMax = 100;
std::vector<User> active_admins(db::Snapshot& at, const OrgId& org);
// `org`, its upstream org, and so on up to the top of its network.
std::vector<OrgId> upstream_of(db::Snapshot& at, const OrgId& org);
// `org` and every org below it, nearest first.
std::vector<OrgId> network_below(db::Snapshot& at, const OrgId& org);

}  // namespace lendport

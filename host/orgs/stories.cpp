#include "orgs/stories.hpp"

#include "core/error.hpp"
#include "crypto/tokens.hpp"
#include "http/message.hpp"
#include "orgs/record.hpp"
#include "orgs/rules.hpp"
#include "orgs/store.hpp"

#include <utility>

namespace lendport::orgs {
namespace {

void require_sound(std::vector<Violation> problems) {
  if (!problems.empty()) throw Error(std::move(problems));
}

[[noreturn]] void throw_changed() {
  throw Error(ErrorCode::precondition_failed, "it was changed since; read it again");
}

void require_version(std::int64_t stored, std::int64_t given) {
  if (stored != given) throw_changed();
}

// Whoever gives a role holds everything it holds: a narrowed key cannot widen itself through users.
void require_grant(const Principal& caller, Role role) {
  if (may_hand_out(caller, role, permissions_of(role))) return;
  throw Error(ErrorCode::forbidden,
              "your key may not give the role " + std::string(to_string(role)));
}

// Platform roles belong into the platform's own org, all others into another.
void require_place(const Org& org, Role role) {
  if (org.platform == is_platform(role)) return;
  throw Error({{"/role", "not_here",
                org.platform ? "users of the platform's org are platform_admin or support"
                             : "platform roles belong to the platform's org"}});
}

template <class T>
void take(const std::optional<T>& given, T& to) {
  if (given) to = *given;
}

bool is_active_as(const User& user, Role role) {
  return user.status == UserStatus::active && user.role == role;
}

// An org whose last admin left could not let anybody in any more. The platform can, but for its own
// org. Changes of admins wait for each other, so that no two of them leave side by side.
void require_admin_left(db::Transaction& tx, const Principal& caller, const User& before,
                        const User& after) {
  const Role admin = is_platform(before.role) ? Role::platform_admin : Role::org_admin;
  if (!is_active_as(before, admin) || is_active_as(after, admin)) return;
  if (admin == Role::org_admin && caller.role == Role::platform_admin) return;
  tx.lock("orgs.admins/" + before.org.value);
  if (count_active(tx, before.org, admin) > 1) return;
  throw Error(ErrorCode::conflict,
              admin == Role::org_admin
                  ? "this is the org's last active org_admin: make another user org_admin first, "
                    "or ask the platform to change this one"
                  : "this is the platform's last active platform_admin: make another one first");
}

// Whose key it is: somebody active of the org. Another org's user is one that is not there.
User key_holder(db::Snapshot& at, const Principal& caller, const OrgId& org,
                const KeyDraft& draft) {
  const UserId wanted = draft.user.value_or(caller.user);
  auto user = find_user(at, org, wanted);
  if (!user || user->status != UserStatus::active) {
    throw Error({{"/user", "unknown", "must be an active user of this org"}});
  }
  return *std::move(user);
}

void require_hand_out(const Principal& caller, const KeyDraft& draft, Role role) {
  if (!may_hand_out(caller, role, permissions_of_key(role, draft.scopes))) {
    throw Error(ErrorCode::forbidden, "a key may not do more than the key that makes it");
  }
  const bool sandbox_key = caller.environment == Environment::sandbox;
  if (sandbox_key && draft.environment == Environment::production) {
    throw Error(ErrorCode::forbidden, "a sandbox key makes sandbox keys only");
  }
}

bool may_see(const Principal& caller, const ApiKey& key) {
  const auto only = visible_environment(caller);
  return !only || *only == key.environment;
}

}  // namespace

Principal the_operator() {
  Principal caller;
  caller.role = Role::platform_admin;
  caller.permissions = permissions_of(Role::platform_admin);
  return caller;
}

std::optional<Environment> visible_environment(const Principal& caller) {
  if (caller.environment == Environment::production) return std::nullopt;
  return Environment::sandbox;
}

Org create_org(const Needs& needs, db::Transaction& tx, const Principal& caller,
               const OrgDraft& draft, bool platform) {
  std::vector<Violation> problems = problems_of(draft);
  if (draft.parent && !find_org(tx, *draft.parent)) {
    problems.push_back({"/parent", "unknown", "must be an org that is there"});
  }
  require_sound(std::move(problems));
  Org org;
  org.id = needs.ids.next<OrgId>();
  org.parent = draft.parent;
  org.name = draft.name;
  org.country = draft.country;
  org.segments = draft.segments;
  org.plan = draft.plan;
  org.care = draft.care;
  org.locale = draft.locale;
  org.time_zone = draft.time_zone;
  org.sales_mode = draft.sales_mode;
  org.account_manager = draft.account_manager;
  org.platform = platform;
  org.created_at = needs.clock.now();
  insert(tx, org);
  record(needs, tx, caller, "org.created", nullptr, org);
  return org;
}

Org change_org(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& id,
               std::int64_t version, const OrgPatch& patch) {
  require_sound(problems_of(patch));
  const Org before = http::known(find_org(tx, id));
  require_version(before.version, version);
  Org org = before;
  take(patch.name, org.name);
  take(patch.segments, org.segments);
  take(patch.plan, org.plan);
  take(patch.care, org.care);
  take(patch.locale, org.locale);
  take(patch.time_zone, org.time_zone);
  take(patch.sales_mode, org.sales_mode);
  if (patch.account_manager) org.account_manager = patch.account_manager;
  ++org.version;
  if (!update(tx, org)) throw_changed();
  record(needs, tx, caller, "org.changed", &before, org);
  return org;
}

User create_user(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& org,
                 const UserDraft& draft) {
  require_sound(problems_of(draft));
  require_grant(caller, draft.role);
  require_place(http::known(find_org(tx, org)), draft.role);
  User user;
  user.id = needs.ids.next<UserId>();
  user.org = org;
  user.email = *login_of(draft.email);
  user.name = draft.name;
  user.role = draft.role;
  user.created_at = needs.clock.now();
  if (find_by_email(tx, user.email)) {
    throw Error(ErrorCode::conflict, "this e-mail address is taken; each is one user's login");
  }
  insert(tx, user);
  record(needs, tx, caller, "user.created", nullptr, user);
  return user;
}

User change_user(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& org,
                 const UserId& id, std::int64_t version, const UserPatch& patch) {
  const User before = http::known(find_user(tx, org, id));
  require_version(before.version, version);
  // Who stands above the caller is not the caller's to change, whatever the change is.
  if (!may_grant(caller.role, before.role)) {
    throw Error(ErrorCode::forbidden, "this user's role is above yours");
  }
  User user = before;
  take(patch.name, user.name);
  take(patch.role, user.role);
  take(patch.status, user.status);
  if (user.role != before.role) {
    require_grant(caller, user.role);
    require_place(http::known(find_org(tx, org)), user.role);
  }
  require_admin_left(tx, caller, before, user);
  ++user.version;
  if (!update(tx, user)) throw_changed();
  record(needs, tx, caller, "user.changed", &before, user);
  return user;
}

NewKey create_key(const Needs& needs, db::Transaction& tx, const Principal& caller,
                  const OrgId& org, const KeyDraft& draft) {
  require_sound(problems_of(draft, needs.clock.now()));
  const User holder = key_holder(tx, caller, org, draft);
  require_hand_out(caller, draft, holder.role);
  crypto::ApiKey fresh = crypto::make_api_key(draft.environment);
  NewKey made;
  made.token = std::move(fresh.text);
  ApiKey& key = made.key;
  key.id = needs.ids.next<KeyId>();
  key.org = org;
  key.user = holder.id;
  key.label = draft.label;
  key.prefix = fresh.shown;
  key.environment = draft.environment;
  key.scopes = draft.scopes;
  key.expires_at = draft.expires_at;
  key.created_at = needs.clock.now();
  insert(tx, key, fresh.hash);
  record(needs, tx, caller, "key.created", key);
  return made;
}

void revoke_key(const Needs& needs, db::Transaction& tx, const Principal& caller, const OrgId& org,
                const KeyId& id, std::optional<std::int64_t> version) {
  ApiKey key = http::known(find_key(tx, org, id));
  if (!may_see(caller, key)) http::throw_not_found();
  if (version) require_version(key.version, *version);
  if (key.revoked_at) return;
  if (!revoke(tx, key, needs.clock.now())) throw_changed();
  record(needs, tx, caller, "key.revoked", key);
}

}  // namespace lendport::orgs

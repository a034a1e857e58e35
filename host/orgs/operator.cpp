// What the command line does with orgs, users and keys: the same stories, blocking.
#include "core/error.hpp"
#include "orgs/orgs.hpp"
#include "orgs/store.hpp"
#include "orgs/stories.hpp"

#include <limits>
#include <utility>

namespace lendport {
namespace {

constexpr int kAll = std::numeric_limits<int>::max();

OrgDraft platform_org() {
  OrgDraft draft;
  draft.name = "Platform";
  draft.country = "US";
  draft.segments = {Segment::residential, Segment::commercial};
  return draft;
}

}  // namespace

template <class Story, class T>
T Orgs::change_now(const Story& story) {
  const orgs::Needs needs{clock_, ids_};
  std::optional<T> result;
  db_.write_now([&](db::Transaction& tx) { result = story(needs, tx); });
  load_now();
  return std::move(*result);
}

User Orgs::bootstrap_now(const UserDraft& admin) {
  return change_now([&](const orgs::Needs& needs, db::Transaction& tx) {
    if (orgs::find_platform(tx)) {
      throw Error(ErrorCode::conflict, "the platform's org is there already");
    }
    const Principal caller = orgs::the_operator();
    const Org platform = orgs::create_org(needs, tx, caller, platform_org(), true);
    UserDraft draft = admin;
    draft.role = Role::platform_admin;
    return orgs::create_user(needs, tx, caller, platform.id, draft);
  });
}

Org Orgs::create_org_now(const OrgDraft& draft) {
  return change_now([&](const orgs::Needs& needs, db::Transaction& tx) {
    return orgs::create_org(needs, tx, orgs::the_operator(), draft);
  });
}

User Orgs::create_user_now(const OrgId& org, const UserDraft& draft) {
  return change_now([&](const orgs::Needs& needs, db::Transaction& tx) {
    return orgs::create_user(needs, tx, orgs::the_operator(), org, draft);
  });
}

NewKey Orgs::create_key_now(const OrgId& org, const KeyDraft& draft) {
  return change_now([&](const orgs::Needs& needs, db::Transaction& tx) {
    return orgs::create_key(needs, tx, orgs::the_operator(), org, draft);
  });
}

void Orgs::revoke_key_now(const OrgId& org, const KeyId& key) {
  change_now([&](const orgs::Needs& needs, db::Transaction& tx) {
    orgs::revoke_key(needs, tx, orgs::the_operator(), org, key, std::nullopt);
    return true;
  });
}

std::vector<Org> Orgs::orgs_now() {
  std::vector<Org> found;
  db_.read_now([&](db::Snapshot& at) { found = orgs::list_orgs(at, "", kAll); });
  return found;
}

std::vector<User> Orgs::users_now(const OrgId& org) {
  std::vector<User> found;
  db_.read_now([&](db::Snapshot& at) { found = orgs::list_users(at, org, "", kAll); });
  return found;
}

std::vector<ApiKey> Orgs::keys_now(const OrgId& org) {
  std::vector<ApiKey> found;
  db_.read_now([&](db::Snapshot& at) { found = orgs::list_keys(at, org, std::nullopt, "", kAll); });
  return found;
}

std::optional<User> Orgs::user_by_email_now(std::string_view email) {
  std::optional<User> found;
  db_.read_now([&](db::Snapshot& at) { found = orgs::find_by_email(at, email); });
  return found;
}

}  // namespace lendport

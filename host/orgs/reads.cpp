// Reading orgs, users and keys for their own pages.
#include "core/error.hpp"
#include "http/message.hpp"
#include "orgs/orgs.hpp"
#include "orgs/store.hpp"
#include "orgs/stories.hpp"

namespace lendport {
namespace {

template <class AnyId>
std::string position(const std::optional<AnyId>& after) {
  return after ? after->value : std::string();
}

}  // namespace

Task<Org> Orgs::org(OrgId org, Deadline deadline) {
  co_return http::known(
      co_await db_.read([&](db::Snapshot& at) { return find_org(at, org); }, deadline));
}

Task<std::vector<Org>> Orgs::orgs(Principal caller, std::optional<OrgId> after, int limit,
                                  Deadline deadline) {
  const std::string from = position(after);
  const bool network = visibility_of(caller.role) == Visibility::network;
  co_return co_await db_.read(
      [&](db::Snapshot& at) {
        if (is_platform(caller.role)) return orgs::list_orgs(at, from, limit);
        if (network) return orgs::list_network(at, caller.org, from, limit);
        std::vector<Org> own;
        if (from.empty()) own.push_back(http::known(find_org(at, caller.org)));
        return own;
      },
      deadline);
}

Task<User> Orgs::user(OrgId org, UserId user, Deadline deadline) {
  co_return http::known(
      co_await db_.read([&](db::Snapshot& at) { return find_user(at, org, user); }, deadline));
}

Task<std::vector<User>> Orgs::users(OrgId org, std::optional<UserId> after, int limit,
                                    Deadline deadline) {
  const std::string from = position(after);
  co_return co_await db_.read(
      [&](db::Snapshot& at) { return orgs::list_users(at, org, from, limit); }, deadline);
}

Task<ApiKey> Orgs::key(Principal caller, OrgId org, KeyId key, Deadline deadline) {
  const auto only = orgs::visible_environment(caller);
  ApiKey found = http::known(
      co_await db_.read([&](db::Snapshot& at) { return orgs::find_key(at, org, key); }, deadline));
  if (only && *only != found.environment) http::throw_not_found();
  co_return found;
}

Task<std::vector<ApiKey>> Orgs::keys(Principal caller, OrgId org, std::optional<KeyId> after,
                                     int limit, Deadline deadline) {
  const std::string from = position(after);
  const auto only = orgs::visible_environment(caller);
  co_return co_await db_.read(
      [&](db::Snapshot& at) { return orgs::list_keys(at, org, only, from, limit); }, deadline);
}

}  // namespace lendport

#include "orgs/routes.hpp"

#include "http/conditional.hpp"
#include "http/stored_answer.hpp"
#include "orgs/json.hpp"

#include <utility>

namespace lendport {
namespace {

using http::Request;
using http::Response;

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

template <class T>
Response shown(const T& resource) {
  Response response = http::ok(*orgs::write(resource));
  response.etag = http::version_etag(resource.version);
  return response;
}

template <class T>
Response made(std::string location, const T& resource) {
  Response response = http::created(std::move(location), *orgs::write(resource));
  response.etag = http::version_etag(resource.version);
  return response;
}

// The version If-Match names, which must be the stored one.
std::int64_t matched(const Request& request, std::int64_t version) {
  http::require_match(request, http::version_etag(version));
  return version;
}

// Where a list goes on: one item more than the page holds says that there is a next page.
struct Wanted {
  int limit = 0;
  std::string after;
};

Wanted wanted(const http::Cursors& cursors, const Request& request) {
  const http::PageRequest page = cursors.read(request);
  return {static_cast<int>(page.limit), page.position};
}

template <class AnyId>
std::optional<AnyId> after(const Wanted& page) {
  if (page.after.empty()) return std::nullopt;
  return AnyId{page.after};
}

template <class T>
Response page(const http::Cursors& cursors, const Request& request, const Wanted& wanted,
              std::vector<T> items) {
  std::optional<std::string> next;
  if (items.size() > static_cast<std::size_t>(wanted.limit)) {
    items.pop_back();
    next = items.back().id.value;
  }
  return cursors.page(request, *orgs::write(items), next);
}

Task<Response> list_orgs(Orgs& orgs, const http::Cursors& cursors, const Request& request) {
  const Wanted at = wanted(cursors, request);
  auto items =
      co_await orgs.orgs(request.principal, after<OrgId>(at), at.limit + 1, request.deadline);
  co_return page(cursors, request, at, std::move(items));
}

Task<Response> post_org(Orgs& orgs, const Request& request) {
  Response answer;
  const auto keep = http::keeping<Org>(
      request, answer, [](const Org& org) { return made("/v1/orgs/" + org.id.value, org); });
  co_await orgs.create_org(request.principal, orgs::read_org_draft(request.body), request.deadline,
                           keep);
  co_return answer;
}

Task<Response> get_org(Orgs& orgs, const Request& request) {
  const Org org = co_await orgs.org(org_of(request), request.deadline);
  co_return shown(org);
}

Task<Response> patch_org(Orgs& orgs, const Request& request) {
  const Org before = co_await orgs.org(org_of(request), request.deadline);
  const auto version = matched(request, before.version);
  const Org org = co_await orgs.change_org(request.principal, before.id, version,
                                           orgs::read_org_patch(request.body), request.deadline);
  co_return shown(org);
}

Task<Response> list_users(Orgs& orgs, const http::Cursors& cursors, const Request& request) {
  const Wanted at = wanted(cursors, request);
  auto items =
      co_await orgs.users(org_of(request), after<UserId>(at), at.limit + 1, request.deadline);
  co_return page(cursors, request, at, std::move(items));
}

Task<Response> post_user(Orgs& orgs, const Request& request) {
  Response answer;
  const auto keep = http::keeping<User>(request, answer, [](const User& user) {
    return made("/v1/orgs/" + user.org.value + "/users/" + user.id.value, user);
  });
  co_await orgs.create_user(request.principal, org_of(request), orgs::read_user_draft(request.body),
                            request.deadline, keep);
  co_return answer;
}

Task<Response> get_user(Orgs& orgs, const Request& request) {
  const User user =
      co_await orgs.user(org_of(request), request.id_in_path<UserId>("user"), request.deadline);
  co_return shown(user);
}

Task<Response> patch_user(Orgs& orgs, const Request& request) {
  const User before =
      co_await orgs.user(org_of(request), request.id_in_path<UserId>("user"), request.deadline);
  const auto version = matched(request, before.version);
  const User user =
      co_await orgs.change_user(request.principal, before.org, before.id, version,
                                orgs::read_user_patch(request.body), request.deadline);
  co_return shown(user);
}

Task<Response> list_keys(Orgs& orgs, const http::Cursors& cursors, const Request& request) {
  const Wanted at = wanted(cursors, request);
  auto items = co_await orgs.keys(request.principal, org_of(request), after<KeyId>(at),
                                  at.limit + 1, request.deadline);
  co_return page(cursors, request, at, std::move(items));
}

Response made_key(const NewKey& made) {
  const ApiKey& key = made.key;
  Response response =
      http::created("/v1/orgs/" + key.org.value + "/keys/" + key.id.value, *orgs::write(made));
  response.etag = http::version_etag(key.version);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// A repeat of the request shows the key once more: the kept answer is sealed, and only a key of the
// same user that may the same is given it.
Task<Response> post_key(Orgs& orgs, const Request& request) {
  Response answer;
  const auto keep = http::keeping<NewKey>(request, answer, &made_key);
  co_await orgs.create_key(request.principal, org_of(request), orgs::read_key_draft(request.body),
                           request.deadline, keep);
  co_return answer;
}

Task<Response> get_key(Orgs& orgs, const Request& request) {
  const ApiKey key = co_await orgs.key(request.principal, org_of(request),
                                       request.id_in_path<KeyId>("key"), request.deadline);
  co_return shown(key);
}

Task<Response> delete_key(Orgs& orgs, const Request& request) {
  const ApiKey key = co_await orgs.key(request.principal, org_of(request),
                                       request.id_in_path<KeyId>("key"), request.deadline);
  const auto version = matched(request, key.version);
  co_await orgs.revoke_key(request.principal, key.org, key.id, version, request.deadline);
  co_return http::no_content();
}

// What the rows say besides: lists take a cursor, creations answer 201, changes want If-Match.
void describe(http::Routes& routes) {
  for (http::Route& route : routes) {
    if (route.response_schema.ends_with("Page")) route.query_parameters = {"limit", "cursor"};
    if (route.method == http::Method::post) route.success_status = 201;
    route.if_match = route.method == http::Method::patch || route.method == http::Method::del;
  }
}

}  // namespace

http::Routes orgs_routes(Orgs& orgs, const http::Cursors& cursors) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  const auto to = [&orgs](auto* handler) {
    return [&orgs, handler](const Request& request) { return handler(orgs, request); };
  };
  const auto list = [&](auto* handler) {
    return [&orgs, &cursors, handler](const Request& request) {
      return handler(orgs, cursors, request);
    };
  };
  const std::string all = "/v1/orgs";
  const std::string one = "/v1/orgs/{org}";
  http::Routes routes = {
      {Method::get, all, orgs_read, none, "List the orgs you may act in", "", "OrgPage",
       list(&list_orgs)},
      {Method::post, all, orgs_write, optional, "Create an org", "OrgDraft", "Org", to(&post_org)},
      {Method::get, one, orgs_read, none, "Show an org", "", "Org", to(&get_org)},
      {Method::patch, one, orgs_write, none, "Change an org", "OrgPatch", "Org", to(&patch_org)},
      {Method::get, one + "/users", users_read, none, "List the org's users", "", "UserPage",
       list(&list_users)},
      {Method::post, one + "/users", users_write, optional, "Create a user", "UserDraft", "User",
       to(&post_user)},
      {Method::get, one + "/users/{user}", users_read, none, "Show a user", "", "User",
       to(&get_user)},
      {Method::patch, one + "/users/{user}", users_write, none,
       "Change a user's name, role or status", "UserPatch", "User", to(&patch_user)},
      {Method::get, one + "/keys", keys_write, none, "List the org's API keys", "", "ApiKeyPage",
       list(&list_keys)},
      {Method::post, one + "/keys", keys_write, optional, "Make an API key; its text is shown once",
       "ApiKeyDraft", "NewApiKey", to(&post_key)},
      {Method::get, one + "/keys/{key}", keys_write, none, "Show an API key, without its text", "",
       "ApiKey", to(&get_key)},
      {Method::del, one + "/keys/{key}", keys_write, none, "Revoke an API key, within a second", "",
       "", to(&delete_key)},
  };
  describe(routes);
  return routes;
}

}  // namespace lendport

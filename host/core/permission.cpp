#include "core/permission.hpp"

#include <array>
#include <initializer_list>

namespace lendport {
namespace {

using enum Permission;

struct NamedPermission {
  Permission permission;
  std::string_view name;
};

constexpr std::array<NamedPermission, kPermissionCount> kPermissions{{
    {plugins_read, "plugins_read"},
    {plugins_operate, "plugins_operate"},
    {offers_write, "offers_write"},
    {orgs_read, "orgs_read"},
    {orgs_write, "orgs_write"},
    {users_read, "users_read"},
    {users_write, "users_write"},
    {keys_write, "keys_write"},
    {connections_read, "connections_read"},
    {connections_write, "connections_write"},
    {products_read, "products_read"},
    {products_write, "products_write"},
    {cases_read, "cases_read"},
    {cases_write, "cases_write"},
    {quotes_read, "quotes_read"},
    {quotes_write, "quotes_write"},
    {applications_read, "applications_read"},
    {applications_write, "applications_write"},
    {applications_decide, "applications_decide"},
    {letters_write, "letters_write"},
    {applications_override, "applications_override"},
    {files_read, "files_read"},
    {audit_read, "audit_read"},
    {webhooks_read, "webhooks_read"},
    {webhooks_write, "webhooks_write"},
    {support_open, "support_open"},
}};

struct NamedRole {
  Role role;
  std::string_view name;
};

constexpr std::array kRoles{
    NamedRole{Role::org_admin, "org_admin"},
    NamedRole{Role::org_manager, "org_manager"},
    NamedRole{Role::rep, "rep"},
    NamedRole{Role::viewer, "viewer"},
    NamedRole{Role::platform_admin, "platform_admin"},
    NamedRole{Role::support, "support"},
    NamedRole{Role::partner, "partner"},
};

Permissions set_of(std::initializer_list<Permission> permissions) {
  Permissions held;
  for (Permission permission : permissions) held.set(static_cast<std::size_t>(permission));
  return held;
}

}  // namespace

std::string_view to_string(Permission permission) {
  return kPermissions.at(static_cast<std::size_t>(permission)).name;
}

std::optional<Permission> parse_permission(std::string_view text) {
  for (const NamedPermission& named : kPermissions) {
    if (named.name == text) return named.permission;
  }
  return std::nullopt;
}

std::string_view to_string(Role role) {
  for (const NamedRole& named : kRoles) {
    if (named.role == role) return named.name;
  }
  return "viewer";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const NamedRole& named : kRoles) {
    if (named.name == text) return named.role;
  }
  return std::nullopt;
}

Permissions permissions_of(Role role) {
  const Permissions viewer = set_of({plugins_read, orgs_read, connections_read, products_read,
                                     cases_read, quotes_read, applications_read});
  const Permissions rep =
      viewer | set_of({cases_write, quotes_write, applications_write, files_read});
  const Permissions org_manager = rep | set_of({users_read, products_write, applications_decide,
                                                applications_override, audit_read});
  switch (role) {
    case Role::viewer: return viewer;
    case Role::rep: return rep;
    case Role::org_manager: return org_manager;
    case Role::org_admin:
      return org_manager | set_of({users_write, keys_write, connections_write, letters_write,
                                   webhooks_read, webhooks_write});
    case Role::support:
      return viewer | set_of({users_read, products_write, applications_decide, audit_read,
                              webhooks_read, support_open});
    case Role::platform_admin:
      return set_of({plugins_read, plugins_operate, offers_write, orgs_read, orgs_write, users_read,
                     users_write, keys_write, connections_read, products_read, audit_read});
    case Role::partner: return set_of({plugins_read});
  }
  return {};
}

Visibility visibility_of(Role role) {
  switch (role) {
    case Role::rep: return Visibility::own;
    case Role::viewer: return Visibility::org;
    case Role::org_manager: return Visibility::org;
    case Role::org_admin: return Visibility::network;
    case Role::platform_admin: return Visibility::network;
    case Role::support: return Visibility::network;
    case Role::partner: return Visibility::own;
  }
  return Visibility::own;
}

bool is_platform(Role role) {
  return role == Role::platform_admin || role == Role::support;
}

}  // namespace lendport

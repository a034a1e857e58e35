// What a caller may do: the permissions routes ask for and the roles that hold them.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>

namespace lendport {

// One per kind of action. Spelled `connections_write` on the wire and in key scopes.
enum class Permission {
  plugins_read,
  plugins_operate,  // rescan, stop, start; platform only
  offers_write,     // offer a plugin to an org or a network; platform only
  orgs_read,
  orgs_write,  // create orgs, change plan and entitlements; platform only
  users_read,
  users_write,
  keys_write,
  connections_read,
  connections_write,
  products_read,
  products_write,  // configured products, selection of products
  cases_read,
  cases_write,
  quotes_read,
  quotes_write,
  applications_read,
  applications_write,
  applications_decide,    // record a lender's decision by hand, for hand-over products
  letters_write,          // the org's own texts of mails
  applications_override,  // confirm although the agreement names the applicant otherwise
  files_read,             // open the documents of a case, which show what is masked elsewhere
  audit_read,
  webhooks_read,   // endpoints and what was delivered to them
  webhooks_write,  // endpoints, their secrets, sending again
  support_open,    // look into an org, with a reason and for a while; the platform's support only
};

inline constexpr std::size_t kPermissionCount = 26;
using Permissions = std::bitset<kPermissionCount>;

enum class Role { org_admin, org_manager, rep, viewer, platform_admin, support, partner };

// How far a role sees cases and what hangs on them, inside the orgs it may act in.
enum class Visibility { own, team, org, network };

std::string_view to_string(Permission permission);
std::optional<Permission> parse_permission(std::string_view text);
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

// The one table of roles. Deny by default: what is not listed in permission.cpp is not held.
Permissions permissions_of(Role role);
Visibility visibility_of(Role role);
bool is_platform(Role role);

}  // namespace lendport

// What an org, a user or a key may be, and who may make which: pure decisions.
#pragma once

#include "core/violation.hpp"
#include "orgs/org.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport::orgs {

inline constexpr std::size_t kEmailBytesMax = 254;
inline constexpr std::size_t kNameBytesMax = 200;

// Whether somebody with role `maker` may give `role` to a user. Never one above the maker's own;
// platform roles and `partner` are a platform_admin's to give.
bool may_grant(Role maker, Role role);

// What a key may do: its user's role, narrowed by its scopes (none = all the role may).
Permissions permissions_of_key(Role role, const std::vector<Permission>& scopes);

// Whether the caller may make a key that holds `wanted`: a part of what the caller itself holds.
// A platform_admin, who holds no rights on cases, may hand out any, unless its key is narrowed.
bool may_hand_out(const Principal& caller, Role key_role, const Permissions& wanted);

// "Ada@Example.COM " is "ada@example.com"; nothing when it is no address.
std::optional<std::string> login_of(std::string_view email);

// Everything wrong with what was given, with the pointers of the request. Empty = sound.
std::vector<Violation> problems_of(const OrgDraft& draft);
std::vector<Violation> problems_of(const OrgPatch& patch);
std::vector<Violation> problems_of(const UserDraft& draft);
std::vector<Violation> problems_of(const KeyDraft& draft, Time now);

}  // namespace lendport::orgs

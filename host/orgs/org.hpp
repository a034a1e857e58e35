// Orgs, their users and their API keys: what they are.
#pragma once

#include "core/ids.hpp"
#include "core/permission.hpp"
#include "core/principal.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

enum class Plan { starter, premium, pro };
enum class Care { standard, priority };
enum class Segment { residential, commercial };

std::string_view to_string(Plan plan);
std::string_view to_string(Care care);
std::string_view to_string(Segment segment);
std::optional<Plan> parse_plan(std::string_view text);
std::optional<Care> parse_care(std::string_view text);
std::optional<Segment> parse_segment(std::string_view text);

// A tenant. `parent` is its upstream org; an upstream org with all orgs under it is a network.
struct Org {
  OrgId id;
  std::optional<OrgId> parent;
  std::string name;
  std::string country;  // ISO 3166-1, "US"
  std::vector<Segment> segments;
  Plan plan = Plan::starter;
  Care care = Care::standard;
  std::string locale;       // "en" or "fr", with an optional region: "fr-FR"
  std::string time_zone;    // IANA: "America/Denver"
  bool sales_mode = false;  // entitled to sell with financing
  std::optional<std::string> account_manager;
  // The org the platform's own people belong to. There is one; it sells nothing.
  bool platform = false;
  std::int64_t version = 1;
  Time created_at{};
};

enum class UserStatus { active, deactivated };

std::string_view to_string(UserStatus status);
std::optional<UserStatus> parse_user_status(std::string_view text);

// A person of one org. `email` is the login: lower case, unique on the platform.
struct User {
  UserId id;
  OrgId org;
  std::string email;
  std::string name;
  Role role = Role::viewer;
  UserStatus status = UserStatus::active;
  std::int64_t version = 1;
  Time created_at{};
};

// A key as it may be shown: never its secret part.
struct ApiKey {
  KeyId id;
  OrgId org;
  UserId user;
  std::string label;
  std::string prefix;  // the first characters of the key, to tell keys apart: "lp_test_8f3K"
  Environment environment = Environment::sandbox;
  // What the key may do of what its user's role may; empty = everything the role may.
  std::vector<Permission> scopes;
  std::optional<Time> expires_at;
  std::optional<Time> last_used_at;  // behind by up to a minute
  std::optional<Time> revoked_at;
  std::int64_t version = 1;
  Time created_at{};
};

// A key just made, with the only copy of its text there will ever be.
struct NewKey {
  ApiKey key;
  Secret<std::string> token;
};

// What is given to make or change one. Values were checked for form where they were read.
struct OrgDraft {
  std::optional<OrgId> parent;
  std::string name;
  std::string country;
  std::vector<Segment> segments;
  Plan plan = Plan::starter;
  Care care = Care::standard;
  std::string locale = "en";
  std::string time_zone = "UTC";
  bool sales_mode = false;
  std::optional<std::string> account_manager;
};

struct OrgPatch {
  std::optional<std::string> name;
  std::optional<std::vector<Segment>> segments;
  std::optional<Plan> plan;
  std::optional<Care> care;
  std::optional<std::string> locale;
  std::optional<std::string> time_zone;
  std::optional<bool> sales_mode;
  std::optional<std::string> account_manager;
};

struct UserDraft {
  std::string email;
  std::string name;
  Role role = Role::viewer;
};

struct UserPatch {
  std::optional<std::string> name;
  std::optional<Role> role;
  std::optional<UserStatus> status;
};

struct KeyDraft {
  std::optional<UserId> user;  // whose key; nothing = the caller's own
  std::string label;
  Environment environment = Environment::sandbox;
  std::vector<Permission> scopes;
  std::optional<Time> expires_at;
};

}  // namespace lendport

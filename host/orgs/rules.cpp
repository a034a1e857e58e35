#include "orgs/rules.hpp"

#include "core/iso.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <date/tz.h>

namespace lendport::orgs {
namespace {

// From least to most inside an org; roles that are not here have no rank there.
constexpr std::array kRanks{Role::viewer, Role::rep, Role::org_manager, Role::org_admin};

int rank_of(Role role) {
  const auto* found = std::find(kRanks.begin(), kRanks.end(), role);
  return found == kRanks.end() ? -1 : static_cast<int>(found - kRanks.begin());
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_spoken_here(std::string_view locale) {
  return is_locale(locale) && (locale.starts_with("en") || locale.starts_with("fr"));
}

bool is_time_zone(const std::string& name) {
  const date::tzdb& zones = date::get_tzdb();
  return std::any_of(zones.zones.begin(), zones.zones.end(),
                     [&](const date::time_zone& zone) { return zone.name() == name; });
}

bool is_domain(std::string_view text) {
  const bool allowed = std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  return allowed && text.find('.') != std::string_view::npos && text.front() != '.' &&
         text.front() != '-' && text.back() != '.' && text.back() != '-' &&
         text.find("..") == std::string_view::npos;
}

constexpr std::string_view kSpecial = "!#$%&'*+-/=?^_`{|}~.";

bool is_local_part(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || (c >= '0' && c <= '9') || kSpecial.find(c) != std::string_view::npos;
  });
}

using Violations = std::vector<Violation>;

void check_place(Violations& found, const std::optional<std::string>& locale,
                 const std::optional<std::string>& time_zone) {
  if (locale && !is_spoken_here(*locale)) {
    found.push_back({"/locale", "invalid", "must be en or fr, with a region or without: fr-FR"});
  }
  if (time_zone && !is_time_zone(*time_zone)) {
    found.push_back({"/time_zone", "unknown", "must be an IANA time zone: America/Denver"});
  }
}

void check_segments(Violations& found, const std::vector<Segment>& segments) {
  if (segments.empty()) {
    found.push_back({"/segments", "required", "must name residential, commercial or both"});
  }
}

void check_name(Violations& found, const std::string& name) {
  if (name.empty() || name.size() > kNameBytesMax) {
    found.push_back({"/name", "invalid", "must be 1 to 200 bytes"});
  } else if (const auto problem = problem_of_text(name)) {
    found.push_back({"/name", std::string(problem->code), std::string(problem->detail)});
  }
}

}  // namespace

bool may_grant(Role maker, Role role) {
  if (maker == Role::platform_admin) return true;
  return rank_of(role) >= 0 && rank_of(role) <= rank_of(maker);
}

Permissions permissions_of_key(Role role, const std::vector<Permission>& scopes) {
  if (scopes.empty()) return permissions_of(role);
  Permissions narrowed;
  for (Permission scope : scopes) narrowed.set(static_cast<std::size_t>(scope));
  return narrowed & permissions_of(role);
}

bool may_hand_out(const Principal& caller, Role key_role, const Permissions& wanted) {
  if (!may_grant(caller.role, key_role)) return false;
  const bool whole = caller.permissions == permissions_of(caller.role);
  if (caller.role == Role::platform_admin && whole) return true;
  return (wanted & ~caller.permissions).none();
}

std::optional<std::string> login_of(std::string_view email) {
  const auto first = email.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  email = email.substr(first, email.find_last_not_of(" \t") - first + 1);
  std::string login(email);
  for (char& c : login) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  const auto at = login.find('@');
  if (at == std::string::npos || login.size() > kEmailBytesMax || at + 1 == login.size()) {
    return std::nullopt;
  }
  const std::string_view view = login;
  if (!is_local_part(view.substr(0, at)) || !is_domain(view.substr(at + 1))) return std::nullopt;
  return login;
}

std::vector<Violation> problems_of(const OrgDraft& draft) {
  Violations found;
  check_name(found, draft.name);
  if (!is_country(draft.country)) {
    found.push_back(
        {"/country", "invalid", "must be a country's ISO 3166-1 code of two capitals: US"});
  }
  check_segments(found, draft.segments);
  check_place(found, draft.locale, draft.time_zone);
  return found;
}

std::vector<Violation> problems_of(const OrgPatch& patch) {
  Violations found;
  if (patch.name) check_name(found, *patch.name);
  if (patch.segments) check_segments(found, *patch.segments);
  check_place(found, patch.locale, patch.time_zone);
  return found;
}

std::vector<Violation> problems_of(const UserDraft& draft) {
  Violations found;
  if (!login_of(draft.email)) {
    found.push_back({"/email", "invalid", "must be an e-mail address: ada@example.com"});
  }
  check_name(found, draft.name);
  return found;
}

std::vector<Violation> problems_of(const KeyDraft& draft, Time now) {
  Violations found;
  if (draft.expires_at && *draft.expires_at <= now) {
    found.push_back({"/expires_at", "too_early", "must be in the future"});
  }
  return found;
}

}  // namespace lendport::orgs

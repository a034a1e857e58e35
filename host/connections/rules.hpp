// Whether an org may connect a plugin, what a check's answer means: pure decisions.
#pragma once

#include "connections/connection.hpp"
#include "connectors/manifest.hpp"
#include "core/violation.hpp"
#include "orgs/orgs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connections {

// Why `org` may not connect the plugin in `environment`, all reasons at once, as violations with
// the codes not_offered, country_not_served, segment_not_served, sales_mode_missing,
// environment_missing. Empty = it may.
std::vector<Violation> unavailable(const Org& org, const connectors::Manifest& manifest,
                                   Environment environment, bool offered);
// Why nobody may connect it anew: its lender stops lending.
std::optional<Violation> ending(const connectors::Manifest& manifest,
                                const connectors::WindDown& wind_down);

// What is wrong with the policies, given what the lender allows. One that allows neither an account
// to be made nor a generic one (or knows no reps) leaves the default.
std::vector<Violation> problems_of(const RepPolicy& policy, const connectors::Manifest& manifest);

// Whether the answer of a check names another account than the one a connection belongs to. A
// lender that names none cannot differ.
bool is_other_account(std::string_view stored_id, std::string_view checked_id);

// The offers that reach an org: its own, and network offers of the orgs above it.
bool reaches(const Offer& offer, const OrgId& org, const std::vector<OrgId>& upstream);

// The choice of a policy explained by an example in money, "en" or "fr".
struct PolicyTexts {
  std::string on;
  std::string off;
};
PolicyTexts dealer_fee_texts(std::string_view language);
PolicyTexts rep_texts(std::string_view language);  // on: match_or_create, off: match_or_generic

}  // namespace lendport::connections

// What a case may hold, and what a change makes of it. Pure.
#pragma once

#include "cases/case.hpp"
#include "core/violation.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::cases {

// `change` laid over `target`; applicants as CaseChange says. Those who were not there before have
// no id yet. REQUIRES: violations_of(change, target) is empty.
void apply(const CaseChange& change, Case& target);

inline constexpr const char* kStateWanted =
    "must be a state's code of two capitals, such as TX, where the country is US";

// False for a state that the United States do not have.
bool fits_country(const Address& address);

// States that do not fit the country of the address they come to stand in. And applicants of
// `change` that `target` does not have, or has once only, and masks without an id:
// with pointers into the change's JSON form.
std::vector<Violation> violations_of(const CaseChange& change, const Case& target);

// Everything that is wrong with a case as a whole, with pointers into its JSON form. `today` is the
// last day anybody may be born on.
std::vector<Violation> violations_of(const Case& subject, Date today);

// The number as the hub keeps it: "+15125550100". Takes spaces, dots, hyphens and parentheses;
// ten digits without a country code are North American. Nothing when it cannot be a telephone
// number with an area code.
std::optional<std::string> normal_phone(std::string_view text);

// Nine digits, with or without the two hyphens, as nine digits; nothing otherwise. Whether the
// number was given out is the lender's to say: taxpayer numbers (9xx) and a sandbox's pass.
std::optional<std::string> normal_ssn(std::string_view text);

// One @ with something on both sides and a dot in the domain; no spaces. Whether mail arrives is
// another question.
bool is_email(std::string_view text);

// Names of the fields that differ, for the record of a change ("applicants", "project.size_w"); no
// values.
std::vector<std::string> changed_fields(const Case& before, const Case& after);

// "C-000042"
std::string generated_number(std::int64_t counter);

}  // namespace lendport::cases

// Consent to further lenders and what was prepared with one, as the API and the store spell them.
#pragma once

#include "applications/onward.hpp"
#include "json/reader.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// In which consents are shown.
const std::vector<std::string_view>& consent_languages();
// `waterfall` of a consent; notes violations. One without a time has `now`; without a language it
// has none.
std::vector<OnwardConsent> read_onward_consents(json::Reader& consent, Time now);
// The time a consent was given, said by a person: `at`, else `now`; notes one to come.
Time read_consent_time(json::Reader& consent, Time now);
// Writes the list into `into`, and the next application or null.
void write_onward_consents(const Onward& onward, json::Value& into);
void write_next(const Onward& onward, json::Value& into);

std::string write_stored_onward(const Onward& onward);
Onward read_stored_onward(std::string_view text);

}  // namespace lendport

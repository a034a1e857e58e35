// Consent to further lenders and what was prepared with one, as the API and the store spell them.
#pragma once

#include "applications/onward.hpp"
#include "json/reader.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// `waterfall` of a consent; notes violations.
std::vector<OnwardConsent> read_onward_consents(json::Reader& consent);
// Writes the list into `into`, and the next application or null.
void write_onward_consents(const Onward& onward, json::Value& into);
void write_next(const Onward& onward, json::Value& into);

std::string write_stored_onward(const Onward& onward);
Onward read_stored_onward(std::string_view text);

}  // namespace lendport

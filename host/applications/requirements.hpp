// What a lender needs before it can be asked, and which of it the case does not have yet.
#pragma once

#include "applications/rules.hpp"
#include "cases/cases.hpp"
#include "connectors/manifest.hpp"
#include "core/violation.hpp"
#include "quotes/quotes.hpp"

#include <string_view>
#include <vector>

namespace lendport {

// Everything that is missing at once: what every application needs (name, e-mail, phone, address),
// what an integrated lender needs beside it (a complete design, the installation agreement), and
// what the connector's manifest names (`application.required`). Also where the case lies outside
// what the lender takes. Pointers are into the case as its own
// API spells it ("/applicants/0/ssn", "/project/address/state"); texts are in `language` ("en" or
// "fr"). `manifest` may be null: the connector is not loaded.
std::vector<Violation> missing_for(const Case& the_case, const Quote& quote,
                                   const connectors::Manifest* manifest, std::string_view language);

// The installation agreement as it was typed on the case.
AgreementText agreement_of(const Case& the_case);

}  // namespace lendport

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
// what an integrated lender needs beside it (a complete design, the whole installation agreement),
// and what the connector's manifest names (`application.required`); of a co-applicant the same as
// of the borrower. Also where the case lies outside what the lender takes. Pointers are into the
// case as its own API spells it ("/applicants/0/ssn", "/project/address/state"); texts name field
// and lender in `language` ("en" or "fr"). `manifest` may be null: the connector is not loaded.
std::vector<Violation> missing_for(const Case& the_case, const Quote& quote,
                                   const connectors::Manifest* manifest, std::string_view language);

// What the installation agreement lacks, of name, e-mail and address: what an integrated lender
// gets is compared with all three.
std::vector<Violation> missing_agreement(const Case& the_case, const std::string& lender,
                                         std::string_view language);

// One sentence where the lender sets no limit to credit checks and there was one already: nobody
// else stops a person from asking for one more. Else empty.
std::string warning_about_checks(const Requirements& requirements, std::string_view language);

// The installation agreement as it was typed on the case.
AgreementText agreement_of(const Case& the_case);

}  // namespace lendport
